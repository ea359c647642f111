"""What the processes of the store's tests do: `python -m tests.conformance.children TASK PLACE …`."""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

from adapters.filesystem.key_file import KeyFile
from application.idempotency import Claim
from domain.attempt import Schedule
from tests.conformance.stores import BY, NOW, draft, open_store


def write(place: str, saves: str) -> str:
    """Save posts, three events in each transaction; for ever when `saves` is 0."""
    store = open_store(place)
    done = 0
    while done < int(saves) or saves == "0":
        one, other = draft(f"{os.getpid()} {done}"), draft()
        one.schedule_for(Schedule(NOW + timedelta(minutes=done + 1)), by=BY)
        store.log.save(one, other)
        done += 1
    return str(done)


def tail(place: str, events: str) -> str:
    """Follow the log until so many events were seen; their positions must come without a gap."""
    store = open_store(place)
    position = 0
    while position < int(events):
        store.log.wait(after=position, seconds=1)
        for entry in store.log.entries(after=position):
            assert entry.position == position + 1
            position = entry.position
    return str(position)


def migrate(place: str) -> str:
    return str(open_store(place).log.last_position())


def save_one_after(place: str, seconds: str) -> str:
    store = open_store(place)
    time.sleep(float(seconds))
    return str(store.log.save(draft()))


def hold(place: str, rounds: str, mark: str) -> str:
    """Take a lease again and again; while held, nobody else may hold it."""
    leases = open_store(place).leases
    me, held = str(os.getpid()), 0
    while held < int(rounds):
        if leases.acquire("gate", me, seconds=10):
            descriptor = os.open(mark, os.O_CREAT | os.O_EXCL)
            os.close(descriptor)
            Path(mark).unlink()
            leases.release("gate", me)
            held += 1
        time.sleep(0.0005)
    return str(held)


def claim(place: str) -> str:
    """Try to take an idempotency key."""
    found = open_store(place).idempotency_keys.claim(
        "tenant", "key", fingerprint="request", holder=str(os.getpid()), lease=60, kept=60
    )
    return "claimed" if isinstance(found, Claim) else "held"


def keys(path: str) -> str:
    return KeyFile.open(Path(path)).current


if __name__ == "__main__":
    task, *arguments = sys.argv[1:]
    sys.stdout.write(globals()[task](*arguments))
