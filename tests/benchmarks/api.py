"""How many photos a second `python -m pipeline serve` answers, and how long each takes.

    python -m tests.benchmarks.api [--seconds 20] [--run starter] [--side 224] [--photo FILE]

First as many as it can, from a few callers that never wait; then half of that at even times, for
the times of answers as callers see them. Server, decoding processes and callers share the machine.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import psutil

from tests.conftest import REPOSITORY
from tests.workspaces import jpeg

CALLERS = 4
_BOUNDARY = "pawtune"
_HEADS = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}


class Caller:
    """One connection that stays open, and the seconds that each answer took."""

    def __init__(self, address: str, photo: bytes) -> None:
        place = urlsplit(address)
        self._connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
        self._path = f"{place.path}/classify"
        head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"'
        self._body = f"{head}\r\n\r\n".encode() + photo + f"\r\n--{_BOUNDARY}--\r\n".encode()
        self.seconds: list[float] = []

    def ask(self, since: float | None = None) -> None:
        """Ask once.

        Args:
            since: When the answer was wanted; now unless given.
        """
        since = since or time.perf_counter()
        self._connection.request("POST", self._path, self._body, _HEADS)
        answer = self._connection.getresponse()
        told = answer.read()
        assert answer.status == 200, told
        self.seconds.append(time.perf_counter() - since)


@contextmanager
def serving(run: str) -> Iterator[tuple[psutil.Process, str]]:
    """The server's process and its address."""
    command = [sys.executable, "-m", "pipeline", "serve", run, "--port", "0", "--json"]
    with (
        tempfile.TemporaryDirectory() as home,
        subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env={"PAWTUNE_HOME": home, **os.environ},
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        try:
            yield psutil.Process(process.pid), json.loads(process.stdout.readline())["address"]
        finally:
            process.terminate()


def at_once(callers: list[Caller], seconds: float) -> float:
    """Answers a second when nobody waits."""
    until = time.perf_counter() + seconds

    def work(caller: Caller) -> None:
        while time.perf_counter() < until:
            caller.ask()

    took = _together(callers, work)
    return sum(len(caller.seconds) for caller in callers) / took


def evenly(callers: list[Caller], seconds: float, rate: float) -> None:
    """Ask at even times, so many a second; a late answer makes the next one late, and counts."""
    start, each = time.perf_counter(), len(callers) / rate

    def work(caller: Caller) -> None:
        wanted = start + callers.index(caller) / rate
        while wanted < start + seconds:
            time.sleep(max(0.0, wanted - time.perf_counter()))
            caller.ask(wanted)
            wanted += each

    _together(callers, work)


def _together(callers: list[Caller], work: Callable[[Caller], None]) -> float:
    for caller in callers:
        caller.seconds.clear()
    threads = [threading.Thread(target=work, args=[caller]) for caller in callers]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def processor_s(process: psutil.Process) -> float:
    """Processor time of the server and of its decoding processes, in seconds."""
    times = [one.cpu_times() for one in [process, *process.children()]]
    return float(sum(one.user + one.system for one in times))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--run", default="starter")
    parser.add_argument("--side", type=int, default=224)
    parser.add_argument("--photo", type=Path)
    options = parser.parse_args()
    photo = options.photo.read_bytes() if options.photo else jpeg((200, 60, 40), side=options.side)
    with serving(options.run) as (process, address):
        callers = [Caller(address, photo) for _ in range(CALLERS)]
        for caller in callers:
            caller.ask()
        before = processor_s(process)
        rate = at_once(callers, options.seconds)
        asked = sum(len(caller.seconds) for caller in callers)
        cost_ms = 1000 * (processor_s(process) - before) / asked
        print(f"a photo of {len(photo):,} bytes; {os.cpu_count()} cores, load {os.getloadavg()[0]}")
        print(f"{rate:.0f} answers a second; each costs {cost_ms:.1f} ms of a processor")
        evenly(callers, options.seconds, rate / 2)
        took = 1000 * np.concatenate([caller.seconds for caller in callers])
        middle, late = np.percentile(took, [50, 95])
        print(f"at {rate / 2:.0f} a second: median {middle:.0f} ms, 95 of 100 within {late:.0f} ms")
        memory = [one.memory_info().rss / 1e6 for one in [process, *process.children()]]
        print("memory, server and decoders, MB:", *(f"{one:.0f}" for one in memory))


if __name__ == "__main__":
    main()
