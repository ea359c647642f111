"""`python -m entrypoints.http`: serve a data folder over HTTP and say on which port."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from entrypoints.bootstrap import open_service
from entrypoints.http.server import run
from entrypoints.installation import Installation
from entrypoints.logs import configure
from entrypoints.settings import Settings


def main() -> None:
    """Run until told to stop, or until the lifeline breaks."""
    parser = argparse.ArgumentParser(prog="python -m entrypoints.http", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the data folder")
    parser.add_argument("--lifeline", type=int, metavar="FD", help="end when this inherited pipe closes")
    given = parser.parse_args()
    settings = Settings()
    configure(settings.log_level)
    installation = Installation.open(given.data)

    def ready(port: int) -> None:
        sys.stdout.write(json.dumps({"event": "ready", "port": port}) + "\n")
        sys.stdout.flush()

    run(
        lambda: open_service(settings, installation),
        host=settings.host,
        port=settings.port,
        workers=settings.http_processes,
        threads=settings.http_threads,
        lifeline_fd=given.lifeline,
        ready=ready,
    )


if __name__ == "__main__":
    main()
