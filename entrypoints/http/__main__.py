"""`python -m entrypoints.http`: serve a data folder over HTTP and say on which port."""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from pathlib import Path

import structlog

from application.service import Service
from entrypoints.bootstrap import open_service
from entrypoints.http import metrics
from entrypoints.http.server import run
from entrypoints.installation import Installation
from entrypoints.logs import configure
from entrypoints.settings import Settings

log = structlog.get_logger("server")

WATCH_SECONDS = 10.0


def main() -> None:
    """Run until told to stop, or until the lifeline breaks."""
    parser = argparse.ArgumentParser(prog="python -m entrypoints.http", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the data folder")
    parser.add_argument("--lifeline", type=int, metavar="FD", help="end when this inherited pipe closes")
    given = parser.parse_args()
    settings = Settings()
    configure(settings.log_level)
    installation = Installation.open(given.data)
    metrics.share(installation.folder / "metrics")

    def ready(port: int) -> None:
        sys.stdout.write(json.dumps({"event": "ready", "port": port}) + "\n")
        sys.stdout.flush()

    def build() -> Service:
        service = open_service(settings, installation)
        threading.Thread(target=keep_watch, args=(service,), name="watchdog", daemon=True).start()
        return service

    run(
        build,
        host=settings.host,
        port=settings.port,
        workers=settings.http_processes,
        threads=settings.http_threads,
        lifeline_fd=given.lifeline,
        ready=ready,
    )


def keep_watch(service: Service) -> None:
    """Put overdue posts on record, also while no worker is running."""
    while True:
        time.sleep(WATCH_SECONDS)
        try:
            service.notice_overdue()
        except Exception:
            # The watchdog must outlive a storage that is away for a while.
            log.exception("watchdog.failed")


if __name__ == "__main__":
    main()
