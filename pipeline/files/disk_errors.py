"""Running out of disk, in words a person can act on."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pipeline.errors import DiskFullError, PawTuneError, WorkspaceError
from pipeline.files.sizes import size

FULL: Final = (errno.ENOSPC, errno.EDQUOT)  # of an `OSError`: the disk takes nothing more


@contextmanager
def plain_disk_errors(folder: Path, full: type[WorkspaceError] = DiskFullError) -> Iterator[None]:
    """Turn a full or write-protected disk under `folder` into a sentence.

    Args:
        folder: Where something is about to be written.
        full: What to raise when the disk is full.

    Raises:
        WorkspaceError: If the folder cannot be written to; `full` if the disk is full.
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise full(
                f"The disk that holds {folder} is full. Free some space and try again; "
                "nothing that was there is lost."
            ) from error
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise WorkspaceError(
                f"PawTune keeps its work in {folder}, and cannot write there. Allow it, or set "
                "PAWTUNE_HOME to another folder."
            ) from error
        if error.errno == errno.EIO:
            raise WorkspaceError(
                f"The disk that holds {folder} reports an error: it, or the way to it, may be "
                "failing. What was kept before stays as it is. Make a backup, then try again."
            ) from error
        raise


@contextmanager
def plain_file_errors(path: Path, wrong: type[PawTuneError]) -> Iterator[None]:
    """Turn whatever keeps a file from being written into a sentence.

    Args:
        path: The file, which somebody outside chose.
        wrong: What to raise when there is another reason than a full disk.

    Raises:
        DiskFullError: If the disk is full.
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise DiskFullError(
                f"The disk that {path} should be written to is full. Free some space, or choose "
                "another place; nothing that was there is lost."
            ) from error
        raise wrong(
            f"{path} cannot be written ({error.strerror or error}). Choose another place, where "
            "you may write."
        ) from error


def expect_free(folder: Path, num_bytes: int, what: str) -> None:
    """Refuse early where the disk cannot take what is to come.

    Args:
        folder: An existing folder on the disk in question.
        num_bytes: How much will be written.
        what: What it is for, as the start of a sentence: "Preparing the photos".

    Raises:
        DiskFullError: If less than that and a little more is free.
    """
    free = shutil.disk_usage(folder).free
    if free < num_bytes * 1.02 + 2**20:
        raise DiskFullError(
            f"{what} takes {size(num_bytes)} on the disk that holds {folder}, "
            f"and {size(free)} are free. Free some space and try again."
        )
