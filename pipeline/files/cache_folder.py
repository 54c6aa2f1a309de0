"""A cache's folder: what lies there, who uses it now, and room for more.

Several processes share it, and each may be killed at any moment. Three kinds of locks in
`locks/` keep it right; the kernel drops a lock when its holder dies:

- `cache` is held for milliseconds by whoever looks, claims or makes room;
- `KEY.BYTES.making` while a file is made: one makes, the others wait, and the name says how
  much room is spoken for;
- `KEY.NONCE.lease` while a file is used: what is used is never removed.

The last two are looked at and taken only under the first, and so is `KEY.forgotten`: what
whoever makes the file has to take out of it again before anybody finds it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import filelock

from pipeline.errors import CacheFull
from pipeline.files import row_file
from pipeline.files.atomic import STAGING_MARK, sweep_staging
from pipeline.files.disk_errors import plain_disk_errors
from pipeline.files.locks import Claim, Lease, is_held
from pipeline.files.sizes import size
from pipeline.progress import Report, Stage, Step, silent

TICK_S: Final = 0.2  # between two looks at what somebody else does
_LOCKS: Final = "locks"
_LEASE: Final = ".lease"
_MAKING: Final = ".making"
_FORGOTTEN: Final = ".forgotten"
_SPARE_BYTES: Final = 16 * 2**20  # a disk is not filled to its last byte


@dataclass(frozen=True, slots=True)
class CachedFile:
    """A file in the folder.

    Attributes:
        path: Where it lies; its name is its key.
        bytes: Its length.
        used_at: When somebody last asked for it, in seconds since 1970.
    """

    path: Path
    bytes: int
    used_at: float


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in the cache, for people.

    Attributes:
        key: Its name.
        kind: What it is: "photos", "pooled", "cut" or "seen"; "other" if nobody knows.
        owner: Id of the photo set that it was made from, or that used it last.
        bytes: Its length.
        in_use: Whether somebody uses it now.
    """

    key: str
    kind: str
    owner: str
    bytes: int
    in_use: bool

    @classmethod
    def of(cls, file: CachedFile, in_use: bool) -> Self:
        """Tell of a file what its name and its end say."""
        path = file.path
        if row_file.is_row_file(path):
            kind, owner = row_file.kind_of(path), row_file.user_of(path)
        else:
            owner, _, rest = path.name.partition("-")
            kind, _, _ = rest.rpartition("-")
        return cls(path.name, kind or "other", owner, file.bytes, in_use)


@dataclass(frozen=True, slots=True)
class Standing:
    """What may go and what may not.

    Attributes:
        idle: Files that nobody uses; the one not used for longest comes first.
        busy: Files that somebody uses.
        making: Bytes spoken for, by key, of what is being made.
    """

    idle: list[CachedFile]
    busy: list[CachedFile]
    making: dict[str, int]

    @property
    def idle_bytes(self) -> int:
        """How much may go."""
        return sum(file.bytes for file in self.idle)

    @property
    def fixed_bytes(self) -> int:
        """How much may not go."""
        return sum(file.bytes for file in self.busy) + sum(self.making.values())


class CacheFolder:
    """The folder at `path`, in which files may take `limit_bytes` together."""

    def __init__(self, path: Path, limit_bytes: int) -> None:
        self.path, self.limit_bytes = path, limit_bytes
        self._locks = path / _LOCKS

    @contextlib.contextmanager
    def alone(self, report: Report = silent) -> Iterator[None]:
        """Keep every other process and thread from looking at the same time."""
        self._locks.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(self._locks / "cache")
        while True:
            try:
                lock.acquire(timeout=TICK_S, poll_interval=0.005)
                break
            except filelock.Timeout:
                report(Stage(Step.WAITING_FOR_JOB))
        try:
            yield
        finally:
            lock.release()

    @contextlib.contextmanager
    def looking(self) -> Iterator[Standing]:
        """How things stand; nobody else changes it meanwhile.

        Raises:
            WorkspaceError: If the folder cannot be written to.
        """
        with plain_disk_errors(self.path, CacheFull), self.alone():
            yield self.standing()

    def standing(self, ours: Collection[str] = ()) -> Standing:
        """How things stand; to be asked alone. What the dead left is removed on the way.

        Args:
            ours: Keys of what the caller itself has just begun to make.
        """
        used = {key for key, _ in self._held(_LEASE)}
        making = self.making()
        if making.keys() <= set(ours):
            sweep_staging(self.path)
        standing = Standing([], [], making)
        for file in sorted(self.files(), key=lambda file: file.used_at):
            if file.path.name not in making:  # counted already
                (standing.busy if file.path.name in used else standing.idle).append(file)
        return standing

    def making(self) -> dict[str, int]:
        """Bytes spoken for, by key, of what is being made; to be asked alone.

        It is nobody's yet, even where it lies in its place already.
        """
        making = {key: int(num_bytes) for key, num_bytes in self._held(_MAKING)}
        for mark in sorted(self._locks.glob(f"*{_FORGOTTEN}")):
            if mark.stem not in making:  # who made it died
                self.forget_noted(mark.stem)
        return making

    def note_forgotten(self, key: str, gone: Collection[bytes]) -> None:
        """Have a file that is being made removed, or rows taken out; to be called alone.

        Args:
            key: Of the file.
            gone: Where it is a file of rows, the keys of those; it may have none of them.
        """
        with self._mark(key).open("ab") as stream:
            stream.write(b"".join(gone))

    def forget_noted(self, key: str) -> None:
        """Do what was noted of a file that was made, or was not; to be called alone."""
        mark, path = self._mark(key), self.path / key
        if mark.exists():
            if path.exists() and row_file.is_row_file(path):
                forget_rows(path, frozenset(row_file.as_keys(mark.read_bytes())))
            else:
                remove(path)
            mark.unlink()

    def files(self) -> Iterator[CachedFile]:
        """Every whole file there, in no order."""
        if not self.path.is_dir():
            return
        for path in self.path.iterdir():
            with contextlib.suppress(FileNotFoundError):  # removed meanwhile
                if path.is_file() and not path.name.startswith(STAGING_MARK):
                    stat = path.stat()
                    yield CachedFile(path, stat.st_size, stat.st_mtime)

    def lease(self, key: str) -> Lease:
        """Use a file that is there; to be called alone."""
        claim = Claim(self._locks / f"{key}.{uuid.uuid4().hex[:12]}{_LEASE}")
        os.utime(self.path / key)
        return Lease(self.path / key, claim)

    def claim(self, key: str, num_bytes: int) -> Claim:
        """Begin to make a file; to be called alone, and released alone.

        Raises:
            filelock.Timeout: If somebody makes it already.
        """
        return Claim(self._locks / f"{key}.{num_bytes}{_MAKING}")

    def room_for(self, num_bytes: int, standing: Standing) -> bool:
        """Whether that much more would fit, if all went that nobody uses."""
        allowed = standing.fixed_bytes + num_bytes <= self.limit_bytes
        return allowed and self._disk_takes(num_bytes, standing.idle_bytes)

    def make_room(self, num_bytes: int, standing: Standing) -> None:
        """Remove what was not used for longest, if that makes enough room, else nothing.

        Args:
            num_bytes: What is about to be made; spoken for in `standing` already.
            standing: How things stand.

        Raises:
            CacheFull: If there cannot be enough room.
        """
        if standing.fixed_bytes > self.limit_bytes:
            raise CacheFull(self._too_little_allowed(num_bytes, standing))
        if not self._disk_takes(num_bytes, standing.idle_bytes):
            raise CacheFull(
                f"{size(num_bytes + _SPARE_BYTES)} are needed on the disk that holds {self.path}, "
                f"and {size(self._free_bytes())} are free. Free some space and try again."
            )
        idle = standing.idle_bytes
        for file in standing.idle:
            allowed = standing.fixed_bytes + idle <= self.limit_bytes
            if allowed and self._disk_takes(num_bytes, 0):
                break
            if remove(file.path):
                idle -= file.bytes

    def _held(self, suffix: str) -> Iterator[tuple[str, str]]:
        """Key and detail of each lock of a kind that somebody holds."""
        for path in sorted(self._locks.glob(f"*{suffix}")):
            if is_held(path):
                key, detail, _ = path.name.rsplit(".", 2)
                yield key, detail

    def _mark(self, key: str) -> Path:
        return self._locks / f"{key}{_FORGOTTEN}"

    def _disk_takes(self, num_bytes: int, freed_bytes: int) -> bool:
        return self._free_bytes() + freed_bytes >= num_bytes + _SPARE_BYTES

    def _free_bytes(self) -> int:
        return shutil.disk_usage(self.path).free

    def _too_little_allowed(self, num_bytes: int, standing: Standing) -> str:
        used = standing.fixed_bytes - num_bytes
        used_now = f", and work in progress uses {size(used)} of them" if used else ""
        return (
            f"{size(num_bytes)} are needed for prepared photos. All of them may take "
            f"{size(self.limit_bytes)}{used_now}. Choose a smaller image size, or allow more with "
            "PAWTUNE_CACHE_GIB, and try again."
        )


def forget_rows(path: Path, gone: frozenset[bytes], in_use: bool = False) -> None:
    """Overwrite rows of a file, or remove it where nothing is left and nobody uses it."""
    nothing_left = gone >= {*row_file.keys_in(path)} - {row_file.GONE}
    if in_use or not nothing_left or not remove(path):
        row_file.erase(path, gone)


def remove(path: Path) -> bool:
    """Remove a file; False where the system does not let it go, as Windows while it is open."""
    try:
        path.unlink(missing_ok=True)
    except PermissionError:
        return False
    return True
