"""A place for photos that were sent here, until they are imported."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import DiskFullError, WorkspaceError
from pipeline.files.atomic import staged_file
from pipeline.files.disk_errors import FULL
from pipeline.workspace.home import Workspace


class New(NamedTuple):
    """A zip in the making: where it is written, and what it will be called."""

    path: Path
    target: Path


@contextmanager
def new_upload(workspace: Workspace) -> Iterator[New]:
    """A zip of its own name among the uploads; it is there once the block succeeds.

    Raises:
        WorkspaceError: If it cannot be saved; for a full disk it is a `DiskFullError`.
    """
    target = workspace.uploads_folder / f"{uuid.uuid4().hex}.zip"
    try:
        with staged_file(target) as temporary:
            yield New(temporary, target)
    except OSError as error:
        kind = DiskFullError if error.errno in FULL else WorkspaceError
        raise kind(
            f"The photos could not be saved ({error.strerror}). Free some space on the disk and "
            "try again."
        ) from error
