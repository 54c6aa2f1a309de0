"""Where this process runs: which computer, since which start, among which processes."""

from __future__ import annotations

import socket
import sys
import uuid
from functools import cache
from pathlib import Path
from typing import Final

_MULTICAST: Final = 1 << 40  # set in a number that stands for a network card that was not found


@cache
def host() -> str:
    """What people call this computer."""
    return socket.gethostname()[:255]


@cache
def machine() -> str:
    """What tells this computer from others, also after it was started again; may be empty."""
    if sys.platform != "linux":
        card = uuid.getnode()
        return host() if card & _MULTICAST else f"{card:012x}"
    # A container mostly has none, and is known by the kernel's start.
    return _text(Path("/etc/machine-id"))


@cache
def boot() -> str:
    """What tells this start of the kernel from all others; empty where it does not tell."""
    return _text(Path("/proc/sys/kernel/random/boot_id"))


@cache
def pid_namespace() -> int:
    """Among which processes a number names this one; 0 where there is but one such world."""
    try:
        return Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return 0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
