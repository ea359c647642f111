"""Videos made by running ffmpeg: a program of its own, bounded, that reads nothing but its one input."""
