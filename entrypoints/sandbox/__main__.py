"""`python -m entrypoints.sandbox`: start the simulation and say on which port it listens."""

from __future__ import annotations

import argparse
from pathlib import Path

from entrypoints.sandbox.server import Server, Start


def main() -> None:
    """Run until told to stop, or until the lifeline breaks."""
    parser = argparse.ArgumentParser(prog="python -m entrypoints.sandbox", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder for its state")
    parser.add_argument("--port", type=int, default=0, help="0 lets the system choose")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--public-url", default="", help="how others reach it; for permalinks and upload addresses"
    )
    parser.add_argument("--threads", type=int, default=64)
    parser.add_argument("--lifeline", type=int, metavar="FD", help="end when this inherited pipe closes")
    parser.add_argument("--image-seconds", type=float, help="time a picture's container takes (3)")
    parser.add_argument("--video-seconds", type=float, help="time a video's container takes (10)")
    parser.add_argument("--latency-seconds", type=float, help="added to every Graph call (0)")
    given = parser.parse_args()
    settings = {
        "imageSeconds": given.image_seconds,
        "videoSeconds": given.video_seconds,
        "latencySeconds": given.latency_seconds,
    }
    start = Start(
        data=given.data,
        host=given.host,
        port=given.port,
        public_url=given.public_url.rstrip("/"),
        threads=given.threads,
        lifeline=given.lifeline,
        settings={name: value for name, value in settings.items() if value is not None},
    )
    Server(start).run()


if __name__ == "__main__":
    main()
