"""Calls of Linux that Python does not know."""

from __future__ import annotations

import ctypes
import os
from typing import Any, Final

PR_SET_NO_NEW_PRIVS: Final = 38


def libc() -> ctypes.CDLL:
    """The C library of this process."""
    return ctypes.CDLL(None, use_errno=True)


def call(number: int, *arguments: Any) -> int:
    """Make a call by its number; its answer.

    Raises:
        OSError: If the kernel refuses, or does not have it.
    """
    longs = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    answer = int(libc().syscall(ctypes.c_long(number), *longs))
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


def renounce_privileges() -> None:
    """No program that this process starts has more rights than it; the kernel asks for it.

    Raises:
        OSError: If the kernel refuses.
    """
    nothing = ctypes.c_ulong(0)
    if libc().prctl(PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), nothing, nothing, nothing):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
