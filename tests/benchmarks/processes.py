"""Processes under measurement: started, waited for, looked at, ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
NAMES = (
    ("entrypoints.sandbox", "simulator"),
    ("entrypoints.http", "server"),
    ("entrypoints.worker", "worker"),
    ("adapters.pyvips.child", "media child"),
    ("entrypoints.cli", "supervisor"),
    ("tests.benchmarks.floor", "floor"),
)


def environment(**settings: object) -> dict[str, str]:
    """This process's environment without settings of Pressroom's, and with the given ones."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PRESSROOM_")}
    settings = {"rate_per_minute": 0, "rate_per_hour": 0} | settings
    told = {f"PRESSROOM_{name.upper()}": str(value) for name, value in settings.items()}
    return kept | {"PYTHONPATH": str(ROOT)} | told


@dataclass
class Running:
    """A process that said it is ready; `seconds` is how long that took."""

    process: subprocess.Popen[str]
    seconds: float
    told: str

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def port(self) -> int:
        port: int = json.loads(self.told)["port"]
        return port


@contextmanager
def running(
    *arguments: str, ready: str, env: dict[str, str], cwd: Path, stderr: bool = False
) -> Iterator[Running]:
    """`python …` until the block ends; entered once a line of its output holds `ready`."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if stderr else subprocess.PIPE,
        stderr=subprocess.PIPE if stderr else None,
        env=env,
        cwd=cwd,
        text=True,
    )
    stream = process.stderr if stderr else process.stdout
    assert stream is not None
    said = []
    try:
        for line in stream:
            said.append(line)
            if ready in line:
                break
        else:
            raise RuntimeError(f"{arguments} was not ready: {''.join(said)}")
        yield Running(process, time.perf_counter() - began, said[-1])
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        stream.close()


@contextmanager
def served(folder: Path, **settings: object) -> Iterator[Running]:
    """`pressroom serve --sandbox` over a data folder, on ports of the system's choice."""
    folder.mkdir(parents=True, exist_ok=True)
    env = environment(data_dir=folder / "data", port=0, sandbox_port=0, **settings)
    with running(
        "-m", "entrypoints.cli", "serve", "--sandbox", ready=" is up ", env=env, cwd=folder, stderr=True
    ) as process:
        began = time.perf_counter()
        wait_until_it_answers(addresses(folder)["server"])
        yield replace(process, seconds=process.seconds + time.perf_counter() - began)


def wait_until_it_answers(server: str) -> None:
    """Until /readyz says 200, which takes a process that has opened the store."""
    end = time.monotonic() + PATIENCE
    while True:
        with suppress(URLError), urlopen(f"{server}/readyz", timeout=PATIENCE) as answer:
            if answer.status == 200:
                return
        if time.monotonic() > end:
            raise TimeoutError("the server is not ready")
        time.sleep(0.01)


@contextmanager
def floor(name: str, folder: Path, threads: int = 16) -> Iterator[Running]:
    """One of the raw applications in `floor.py`, on gunicorn set up as ours is."""
    folder.mkdir(parents=True, exist_ok=True)
    arguments = ("-m", "tests.benchmarks.floor", name, "--data", str(folder), "--threads", str(threads))
    with running(*arguments, ready="port", env=environment(), cwd=folder) as process:
        yield process


def seconds_of(*arguments: str) -> float:
    """How long `python …` takes from start to end."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, env=environment(), cwd="/", timeout=PATIENCE)
    return time.perf_counter() - began


def addresses(folder: Path) -> dict[str, str]:
    """Where the processes over a data folder listen."""
    told: dict[str, str] = json.loads((folder / "data" / "addresses.json").read_text())
    return told


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def named(pid: int) -> str:
    """What a process of ours is, by its command line."""
    command = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    return next((name for module, name in NAMES if module in command), "other")


def memory(pid: int) -> dict[str, float]:
    """Megabytes: `Rss` is all it can reach, `Pss` counts what is shared by its share."""
    told: dict[str, float] = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, amount = line.split()[:2]
        told[name.rstrip(":")] = int(amount) / 1024
    return {name: told[name] for name in ("Rss", "Pss")}


def processor_seconds(pids: list[int]) -> float:
    """What the processes have used of the processor so far."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
