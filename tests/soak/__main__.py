"""Visitors at work while processes are killed, the disk fills and the database restarts.

    python -m tests.soak [--minutes 10] [--kills 0] [--postgres] [--visitors 3] [--seed 1]

Several visitors (`tests.soak.visitor`) import, train, export, edit, undo, delete, back up, save and
stop. Meanwhile workers and visitors are killed with SIGKILL at any moment, one by one or all at
once; the home, a small disk in memory where this may be mounted, fills up and is emptied; with
`--postgres` the server is restarted. Every few dozen kills all is let come to rest and looked at:
is anything torn (`doctor`), stuck, lost or there twice, does a run from before still answer as it
did? Ends after so many minutes, or kills; prints one JSON object; exit code 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psutil
from sqlalchemy import select

from pipeline.errors import PawTuneError
from pipeline.jobs.queue import Jobs
from pipeline.workspace import startup
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs
from pipeline.workspace.states import AT_WORK
from pipeline.workspace.tables import JobRecord
from tests.postgres import PostgresServer, find_programs
from tests.soak import flips
from tests.workspaces import class_folders

KILLS_A_ROUND: Final = 40  # before all comes to rest
_DISK_MB: Final = 400
_REST_S: Final = 180  # that everything may take to come to rest; a job still there then is stuck
_PAUSE_S: Final = (0.1, 2.0)  # between two kills
_FULL_S: Final = 1.5


class Soak:
    """One soak.

    Args:
        folder: For everything; the home lies in it.
        visitors: How many.
        seed: Of chance.
        server: The database's, where it is PostgreSQL.
    """

    def __init__(
        self, folder: Path, visitors: int, seed: int, server: PostgresServer | None = None
    ) -> None:
        self._chance, self._server, self._folder = random.Random(seed), server, folder
        self._home, self._photos = folder / "disk" / "home", class_folders(folder / "photos", 8)
        self._told = [folder / f"visitor{number}.jsonl" for number in range(visitors)]
        self._running: dict[Path, subprocess.Popen[bytes]] = {}
        self._pause = threading.Event()
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []
        flips.prepare(self._home, photos=10)
        self._before = self._answers(open_workspace(self._home))

    def go(self, minutes: float, kills: int, has_disk: bool) -> None:
        """Soak until so many minutes have passed, or kills are done."""
        ends = time.monotonic() + 60 * minutes
        while not self.wrong and (
            self.counts["kills"] < kills if kills else time.monotonic() < ends
        ):
            self._round(min(KILLS_A_ROUND, kills or KILLS_A_ROUND), has_disk)
            self.look()
            self.counts["rounds"] += 1

    def _round(self, kills: int, has_disk: bool) -> None:
        full_at = self._chance.randrange(kills) if has_disk else None
        restart_at = self._chance.randrange(kills) if self._server else None
        for number in range(kills):
            self._see_to_visitors()
            self._pause.wait(self._chance.uniform(*_PAUSE_S))
            if number == full_at:
                self._fill()
            if number == restart_at and self._server is not None:
                self._server.stop()
                self._server.start()
                self.counts["database restarts"] += 1
            self._kill()

    def _see_to_visitors(self) -> None:
        for told in self._told:
            visitor = self._running.get(told)
            ended = visitor is not None and visitor.poll() is not None
            if visitor is not None and ended and visitor.returncode != -signal.SIGKILL:
                said = told.with_suffix(".err").read_text().strip().splitlines()[-3:]
                self.wrong.append(f"{told.stem} broke: {' / '.join(said)}")
            if visitor is None or ended:
                self._running[told] = self._visitor(told)

    def _visitor(self, told: Path) -> subprocess.Popen[bytes]:
        seed = str(self._chance.randrange(10**6))
        place = [str(self._home), told.stem, seed, str(self._photos), str(told)]
        (self._folder / "tmp").mkdir(exist_ok=True)
        with told.with_suffix(".err").open("wb") as stream:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.soak.visitor", *place],
                env={**os.environ, "TMPDIR": str(self._folder / "tmp")},
                stdout=subprocess.DEVNULL,
                stderr=stream,
            )

    def _kill(self) -> None:
        workers = self._workers()
        draw = self._chance.random()
        visitors = [one.pid for one in self._running.values() if one.poll() is None]
        if draw < 0.05:
            self._end([*workers, *visitors])
            self.counts["kills of all at once"] += 1
        elif draw < 0.25 or not workers:
            self._end([self._chance.choice(visitors)] if visitors else [])
        else:
            self._end([self._chance.choice(workers)])
        self.counts["kills"] += 1

    def _workers(self) -> list[int]:
        working = select(JobRecord.pid).where(JobRecord.state.in_(AT_WORK))
        try:
            with open_workspace(self._home).database.reading() as session:
                return [pid for pid in session.scalars(working) if pid and psutil.pid_exists(pid)]
        except PawTuneError:  # the disk is full, the database restarts
            return []

    def _end(self, pids: list[int]) -> None:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.counts["processes killed"] += 1

    def _fill(self) -> None:
        """Take what is left of the disk for a moment."""
        filler = self._home.parent / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as stream:
            while True:
                stream.write(bytes(2**20))
        self._pause.wait(_FULL_S)
        filler.unlink(missing_ok=True)
        self.counts["full disks"] += 1

    def look(self) -> None:
        """End the visitors, wait until nothing works any more, start anew, look at everything."""
        for visitor in self._running.values():
            visitor.kill()
            visitor.wait()
        self._running.clear()
        workspace = open_workspace(self._home)
        jobs, ends = Jobs(workspace), time.monotonic() + _REST_S
        jobs.settle()
        while (active := jobs.active()) and time.monotonic() < ends:
            self._pause.wait(0.1)
            jobs.settle()
        self.wrong += [f"stuck: {job.kind} {job.id}, {job.state}" for job in active]
        workspace, notices = startup.start(self._home)
        self.wrong += [f"said at the start: {one}" for one in notices]
        self.wrong += [f"torn: {one}" for one in examine(workspace)["problems"]]
        self._look_for_what_was_promised(workspace)
        if self._answers(workspace) != self._before:
            self.wrong.append("a run from before answers otherwise")

    def _look_for_what_was_promised(self, workspace: Workspace) -> None:
        sets = Counter(row.name for row in PhotoSets(workspace).list())
        runs = {run.id: run for run in Runs(workspace).list()}
        lines = [json.loads(line) for told in self._told for line in _lines(told)]
        deleting = [one for one in lines if one["what"] == "deleting"]
        deleted = {one.get("name") or one.get("run") for one in deleting}
        for one in lines:
            if one["what"] == "imported" and one["name"] not in deleted and not sets[one["name"]]:
                self.wrong.append(f"lost: the photo set {one['name']}")
            run = runs.get(one.get("run") or "")
            is_whole = run is not None and run.can_answer
            if one["what"] == "trained" and one["run"] not in deleted and not is_whole:
                self.wrong.append(f"lost: the run {one['run']}")
        self.wrong += [f"twice: {name}" for name, times in sets.items() if times > 1]
        done = Counter(one["what"] for one in lines)
        self.counts.update({f"{what} so far": 0 for what in done})
        for what, times in done.items():
            self.counts[f"{what} so far"] = times

    def _answers(self, workspace: Workspace) -> dict[str, str]:
        return dict(flips.look(flips.answers(workspace)))


def _lines(told: Path) -> list[str]:
    """Whole lines: the last may have been cut by a kill."""
    if not told.exists():
        return []
    return [line for line in told.read_text().splitlines(keepends=True) if line.endswith("\n")]


@contextlib.contextmanager
def disk(folder: Path) -> Iterator[bool]:
    """A small disk at `folder`; gives whether it could be had."""
    folder.mkdir()
    size = f"size={_DISK_MB}m"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], capture_output=True, check=False
    )
    try:
        yield mounted.returncode == 0
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", "-l", str(folder)], check=False)


def main() -> int:
    """Soak and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--visitors", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with contextlib.ExitStack() as stack:
        server = None
        if wanted.postgres:
            programs = find_programs()
            if programs is None:
                parser.error("needs a PostgreSQL; install Debian's package `postgresql`")
            server = stack.enter_context(PostgresServer(programs))
            os.environ["PAWTUNE_DATABASE_URL"] = server.new_database()
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        has_disk = stack.enter_context(disk(folder / "disk"))
        soak = Soak(folder, wanted.visitors, wanted.seed, server)
        began = time.monotonic()
        soak.go(wanted.minutes, wanted.kills, has_disk)
    found: dict[str, Any] = dict(sorted(soak.counts.items()))
    lasted = round((time.monotonic() - began) / 60, 1)
    print(json.dumps({"minutes": lasted, **found, "wrong": soak.wrong}, indent=2))
    return 1 if soak.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
