"""Pictures by libvips and videos by PyAV, decoded in child processes that have little to lose."""
