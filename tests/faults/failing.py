"""Makes the Nth write, fsync, rename or commit of this process fail, as a full disk does.

with failing("fsync", 3) as fault:
    ...
assert fault.was_reached

What libraries write by themselves (SQLite, safetensors) is reached through `commit` and `fsync`.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from unittest.mock import patch

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

KINDS: Final = ("write", "fsync", "rename", "commit")


class Fault:
    """One that waits for its call.

    Attributes:
        was_reached: Whether that call came.
    """

    def __init__(self, nth: int) -> None:
        self.was_reached = False
        self._left = nth

    def count(self) -> bool:
        """Whether the call that is about to be made is the one."""
        self._left -= 1
        if self._left == 0:
            self.was_reached = True
        return self._left == 0


class _File:
    """A file opened for writing, whose writes are counted."""

    def __init__(self, file: Any, fault: Fault) -> None:
        self._file, self._fault = file, fault

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> _File:
        self._file.__enter__()
        return self

    def __exit__(self, *told: object) -> None:
        self._file.__exit__(*told)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._file)

    def write(self, data: Any) -> int:
        if self._fault.count():
            raise _full()
        return self._file.write(data)


def _full() -> OSError:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def failing(kind: str, nth: int) -> Iterator[Fault]:
    """Let the Nth call of a kind fail, counted over all threads, from 1."""
    fault = Fault(nth)
    with {"write": _writes, "fsync": _calls, "rename": _calls, "commit": _commits}[kind](
        fault, kind
    ):
        yield fault


@contextmanager
def _writes(fault: Fault, _kind: str) -> Iterator[None]:
    real = io.open

    def opened(file: Any, mode: str = "r", *more: Any, **how: Any) -> Any:
        made = real(file, mode, *more, **how)
        return _File(made, fault) if {*mode} & {*"wxa+"} and file != os.devnull else made

    with patch.object(io, "open", opened), patch.object(builtins, "open", opened):
        yield


@contextmanager
def _calls(fault: Fault, kind: str) -> Iterator[None]:
    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **how: Any) -> Any:
            if fault.count():
                raise _full()
            return real(*given, **how)

        return call

    names = ["fsync"] if kind == "fsync" else ["rename", "replace"]
    patches = [patch.object(os, name, counted(getattr(os, name))) for name in names]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()


@contextmanager
def _commits(fault: Fault, _kind: str) -> Iterator[None]:
    def commit(_connection: Any) -> None:
        if fault.count():
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise OperationalError("COMMIT", {}, error)

    event.listen(Engine, "commit", commit)
    try:
        yield
    finally:
        event.remove(Engine, "commit", commit)
