"""Landlock: from here on a process sees certain folders alone, and can only read there.

See the kernel's `userspace-api/landlock`. The numbers of its calls are those of every processor.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from pipeline.photos.decoding import system_calls

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_VERSION: Final = 1
_PATH_BENEATH: Final = 1
_READ_FILE: Final = 1 << 2
_READ_DIR: Final = 1 << 3
# How many kinds of access to files each version of the interface knows, from the first on.
_KINDS: Final = (13, 14, 15, 15, 16)
_TCP: Final = 3  # bind, connect
_TCP_SINCE: Final = 4


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """Of the kernel's interface; 0 where there is none, or it is switched off."""
    try:
        return system_calls.call(_CREATE, 0, 0, _VERSION)
    except OSError:
        return 0


def is_there() -> bool:
    """Whether this kernel can hide files from a process."""
    return version() > 0


def hide_all_but(readable: Iterable[Path]) -> bool:
    """Take every access to files from this process, but for reading in certain places.

    Files that are open stay so. On newer kernels it takes TCP, too.

    Args:
        readable: Files and folders; those that are not there are left out.

    Returns:
        Whether the kernel did so.
    """
    known = version()
    if not known:
        return False
    kinds = (1 << _KINDS[min(known, len(_KINDS)) - 1]) - 1
    rules = _Ruleset(kinds, _TCP if known >= _TCP_SINCE else 0)
    length = ctypes.sizeof(rules) if known >= _TCP_SINCE else ctypes.sizeof(ctypes.c_uint64)
    try:
        handle = system_calls.call(_CREATE, ctypes.byref(rules), length, 0)
        try:
            for path in dict.fromkeys(readable):
                with suppress(OSError):  # it is not there
                    _allow(handle, path)
            system_calls.renounce_privileges()
            system_calls.call(_RESTRICT, handle, 0)
        finally:
            os.close(handle)
    except OSError:
        return False
    return True


def _allow(handle: int, path: Path) -> None:
    allowed = _READ_FILE | (_READ_DIR if path.is_dir() else 0)
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        system_calls.call(_ADD, handle, _PATH_BENEATH, ctypes.byref(_Beneath(allowed, place)), 0)
    finally:
        os.close(place)
