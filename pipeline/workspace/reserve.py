"""Room that is kept for the day when the disk is full, so that the app starts all the same.

SQLite needs some kilobytes beside its file even to be read. A file of a megabyte lies there until
the disk has nothing else; it comes back when there is room again.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import Final

from pipeline.files.atomic import write_atomically

RESERVE: Final = "reserve"
BYTES: Final = 2**20
_PLENTY: Final = 16 * BYTES  # below that, nothing is set aside any more


def give_up(home: Path) -> bool:
    """Free the room where the disk has less than that; whether it was there."""
    with contextlib.suppress(OSError):
        if shutil.disk_usage(home).free < BYTES:
            (home / RESERVE).unlink()
            return True
    return False


def set_aside(home: Path) -> None:
    """Keep some room, unless it is kept already or there is little."""
    with contextlib.suppress(OSError):  # it is a help, and no more
        if not (home / RESERVE).exists() and shutil.disk_usage(home).free > _PLENTY:
            write_atomically(home / RESERVE, os.urandom(BYTES))  # zeros may take no room
