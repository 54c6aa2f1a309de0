"""A PostgreSQL server of the tests' own, in a temporary folder, reached through a socket there.

with PostgresServer() as server:
    monkeypatch.setenv("PAWTUNE_DATABASE_URL", server.new_database())
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Final

OWNER: Final = "pawtune"
_ACCOUNT: Final = "postgres"  # Debian makes it; the server refuses to run as root
_OPTIONS: Final = (
    # Nobody but this account reaches it; what it holds is not worth waiting for the disk.
    "-c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off "
    "-c shared_buffers=16MB -c max_connections=40"
)


def find_programs() -> Path | None:
    """The folder of `initdb` and `pg_ctl`, if PostgreSQL is installed; the newest of several."""
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    newest = sorted(debian, key=lambda folder: float(folder.parent.name), reverse=True)
    on_path = map(Path, os.environ.get("PATH", "").split(os.pathsep))
    for folder in [*newest, *on_path]:
        if (folder / "initdb").is_file() and (folder / "pg_ctl").is_file():
            return folder
    return None


class PostgresServer:
    """A running server.

    Attributes:
        folder: Where its socket lies.
        programs: Where `psql` and `pg_dump` lie.
    """

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        # Not below pytest's folders: those are closed to other accounts, and long for a socket.
        self.folder = Path(tempfile.mkdtemp(prefix="pawtune-postgres-"))
        self._numbers = count(1)
        if os.geteuid() == 0:
            shutil.chown(self.folder, _ACCOUNT)

    def __enter__(self) -> PostgresServer:
        """Make its files and start it.

        Raises:
            RuntimeError: If it does not start; the message says what it said.
        """
        data = self.folder / "data"
        try:
            self._call("initdb", "-D", data, "-U", OWNER, "-A", "trust", "--no-sync", "-E", "UTF8")
            self.start()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(RuntimeError):  # it may be down already
            self._call("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        data, log = self.folder / "data", self.folder / "log.txt"
        options = f"{_OPTIONS} -k {self.folder}"
        self._call("pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")

    def stop(self) -> None:
        """Stop it as a restart does: whoever talks to it is cut off."""
        self._call("pg_ctl", "-D", self.folder / "data", "-w", "-m", "fast", "stop")

    def new_database(self) -> str:
        """Make an empty database; returns its address for `PAWTUNE_DATABASE_URL`."""
        name = f"workspace_{next(self._numbers)}"
        self.call("createdb", name)
        return f"postgresql+psycopg://{OWNER}@/{name}?host={self.folder}"

    def call(self, program: str, *arguments: str | Path) -> str:
        """Run one of PostgreSQL's programs against the server; returns what it printed."""
        return self._call(program, "-h", self.folder, "-U", OWNER, *arguments)

    def _call(self, program: str, *arguments: str | Path) -> str:
        # Into a file: the server that `pg_ctl` leaves behind would hold a pipe open for ever.
        with tempfile.TemporaryFile() as printed:
            done = subprocess.run(
                [self.programs / program, *arguments],
                cwd=self.folder,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
                user=_ACCOUNT if os.geteuid() == 0 else None,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                check=False,
            )
            printed.seek(0)
            text = printed.read().decode()
        if done.returncode:
            raise RuntimeError(f"{program} ended with {done.returncode}: {text}")
        return text
