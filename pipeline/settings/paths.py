"""Paths as people give them, in the environment or on a command line, written out in full."""

from __future__ import annotations

import errno
from pathlib import Path

from pipeline.errors import SettingError


def whole(path: Path) -> Path:
    """A path with `~` and what is relative written out, whether anything is there or not.

    Raises:
        SettingError: If it begins with a home folder that there is not, or in a folder that is
            gone, or nothing could be called so.
    """
    try:
        written_out = path.expanduser().absolute()
    except (RuntimeError, OSError) as error:
        raise SettingError(
            "This path begins with a home folder that there is not, or in a folder that is gone. "
            f"Write the whole path. Received: {str(path)!r}."
        ) from error
    try:
        written_out.lstat()
    except ValueError as error:  # it holds a zero
        raise SettingError(f"Nothing can be called so. Received: {str(path)!r}.") from error
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise SettingError(
                f"This path is too long. Choose a shorter one. Received: {str(path)!r}."
            ) from error
    return written_out


def is_text(path: Path) -> bool:
    """Whether all of a path can be written as text; some old disks have names that cannot."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True
