"""Locks on small files: the kernel drops them when their holder dies, however it dies."""

from __future__ import annotations

import contextlib
import os
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import filelock

if sys.platform != "win32":
    import fcntl


class Claim:
    """A lock that this process holds on a file of its own; the file goes with it."""

    def __init__(self, lock_path: Path) -> None:
        """Take the lock.

        Raises:
            filelock.Timeout: If somebody holds it.
        """
        # Not bound to a thread: what one thread opened, another may close.
        self._lock = filelock.FileLock(lock_path, thread_local=False)
        self._lock.acquire(timeout=0)

    def release(self) -> None:
        """Give it up; a second time does nothing."""
        if not self._lock.is_locked:
            return
        self._lock.release()
        with contextlib.suppress(OSError):  # Windows may have removed it, or have it open
            Path(self._lock.lock_file).unlink(missing_ok=True)


class Lease:
    """A file in the cache that stays where it is for as long as this is held.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path, claim: Claim) -> None:
        self.path = path
        self._claim = claim

    def release(self) -> None:
        """Let the file go; a second time does nothing."""
        self._claim.release()

    def hold_while(self, owner: object) -> None:
        """Release by itself when `owner` is no longer used by anybody."""
        weakref.finalize(owner, self.release)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def is_held(lock_path: Path) -> bool:
    """Whether somebody alive holds the lock on a file; if nobody does, the file is removed.

    Only one process at a time may ask, and none may take such a lock meanwhile.
    """
    try:
        Claim(lock_path).release()
    except filelock.Timeout:
        return True
    return False


@contextlib.contextmanager
def handed_down(lock_path: Path) -> Iterator[tuple[int, ...]]:
    """Take a lock for a process that is started inside the block.

    Gives the descriptors for `subprocess.Popen(pass_fds=...)`. The process has the lock from its
    first moment to its last, whatever it does: after the block it is the only one that holds it.
    Empty on Windows: there, nothing is locked.

    Raises:
        BlockingIOError: If somebody holds it.
    """
    if sys.platform == "win32":  # no process inherits a lock there
        yield ()
        return
    descriptor = os.open(lock_path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield (descriptor,)
    finally:
        os.close(descriptor)


def is_handed_down(lock_path: Path) -> bool | None:
    """Whether a process that was handed the lock lives; None where there never was such a lock.

    Leaves the file as it is; any number of processes may ask.
    """
    if sys.platform == "win32":
        return None
    try:
        descriptor = os.open(lock_path, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # those who ask do not disturb
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
