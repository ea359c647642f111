"""`python -m entrypoints.worker`: publish what is due in a data folder."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import socket
import sys
from pathlib import Path

from entrypoints.bootstrap import open_service
from entrypoints.installation import Installation
from entrypoints.lifeline import hold_on_to
from entrypoints.logs import configure
from entrypoints.settings import Settings
from entrypoints.worker.loop import Worker
from entrypoints.worker.media_desk import MediaDesk


def main() -> None:
    """Run until told to stop, or until the lifeline breaks."""
    parser = argparse.ArgumentParser(prog="python -m entrypoints.worker", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the data folder")
    parser.add_argument("--lifeline", type=int, metavar="FD", help="end when this inherited pipe closes")
    given = parser.parse_args()
    settings = Settings()
    configure(settings.log_level)
    service = open_service(settings, Installation.open(given.data))
    machine = socket.gethostname()
    name = f"{machine}-{os.getpid()}-{secrets.token_hex(2)}"
    desk = MediaDesk(
        name=name,
        machine=machine,
        places=settings.video_places(),
        process=service.process_video,
        media=service.media,
        leases=service.leases,
        lease_seconds=settings.lease_seconds,
    )

    def chores(worker: str) -> None:
        service.refresh_due_tokens(worker)
        service.sweep_blobs.now_and_then()

    worker = Worker(
        name=name,
        advance=service.advance_post,
        posts=service.posts,
        reader=service.reader,
        leases=service.leases,
        now=service.now,
        slots=settings.worker_slots,
        lease_seconds=settings.lease_seconds,
        chore=chores,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    if given.lifeline is not None:
        hold_on_to(given.lifeline)
    sys.stdout.write(json.dumps({"event": "ready", "pid": os.getpid()}) + "\n")
    sys.stdout.flush()
    desk.start()
    worker.run()
    desk.stop()
    service.close()


if __name__ == "__main__":
    main()
