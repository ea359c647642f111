"""What a child process may use; reaching a limit ends the child, never the server."""

from __future__ import annotations

import os
import resource

MEMORY = 1_500 << 20
FILE_BYTES = 64 << 20
OPEN_FILES = 64
NICE = 5


def confine() -> None:
    """Bound memory, files written, open files and core dumps of this process for good.

    It is also nice to others: whoever answers requests on the same processors comes first.
    """
    os.nice(NICE)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


def allow_seconds(seconds: int) -> None:
    """Let this process use so much more processor time from now on; beyond it, it is killed."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    until = int(usage.ru_utime + usage.ru_stime) + seconds + 1
    resource.setrlimit(
        resource.RLIMIT_CPU, (until if hard == resource.RLIM_INFINITY else min(until, hard), hard)
    )
