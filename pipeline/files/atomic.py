"""Files that are whole or not there: temporary name, fsync, rename."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

from msgspec import Meta

_NONCE: Final = 12
_END: Final = 32  # characters of a name; at most 128 bytes
STAGING_MARK: Final = ".making-"  # what a crash may leave; swept at the start of the app
UNRECORDED: Final = f"{STAGING_MARK}row"  # in a folder: perhaps the database does not know it
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]  # `$` would let a line's end pass


def _temporary(path: Path) -> Path:
    # The end alone: it says of which kind the file is, and a long name would become too long.
    return path.with_name(f"{STAGING_MARK}{uuid.uuid4().hex[:_NONCE]}-{path.name[-_END:]}")


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` outlast a power cut, where the system can."""
    if os.name == "nt":  # Windows cannot open a folder for this
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Flush a file that another library wrote to the disk itself."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


@contextmanager
def staged_file(path: Path) -> Iterator[Path]:
    """Give a temporary name beside `path`; rename to `path` when the block succeeds.

    If the block raises, the temporary file is gone and `path` is as before.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary(path)
    try:
        yield temporary
        sync_file(temporary)
        temporary.replace(path)
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_atomically(path: Path, data: bytes) -> None:
    """Put `data` at `path`, whole or not at all."""
    with staged_file(path) as temporary:
        temporary.write_bytes(data)


def sweep_staged(path: Path) -> None:
    """Remove what a killed process left of a file that it was to put at `path`."""
    with contextlib.suppress(OSError):  # the disk that it was for is not there
        for entry in path.parent.iterdir():
            mark, _, rest = entry.name.partition(STAGING_MARK)
            if not mark and rest[_NONCE:] == f"-{path.name[-_END:]}":
                entry.unlink()


@contextmanager
def staged_folder(path: Path) -> Iterator[Path]:
    """Give an empty temporary folder; rename it to `path` when the block succeeds.

    Where `path` exists already, the new folder is dropped: artefacts never change.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary(path)
    temporary.mkdir()
    try:
        yield temporary
        for entry in temporary.rglob("*"):
            if entry.is_file():
                sync_file(entry)
        sync_folder(temporary)
        if not path.exists():
            temporary.rename(path)
            sync_folder(path.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def sweep_staging(folder: Path) -> int:
    """Remove what a killed process left half-made directly in `folder`; how many."""
    swept = 0
    for entry in folder.glob(f"{STAGING_MARK}*"):
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
        swept += 1
    return swept


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
