"""Locks on small files: the kernel drops them when their holder dies, however it dies."""

from __future__ import annotations

import contextlib
import weakref
from pathlib import Path
from typing import Self

import filelock


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
