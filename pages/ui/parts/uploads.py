"""Uploaded files leave the server's memory for the disk at once, under names of our own."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pages.ui import stores
from pipeline.classify import sorted_folders
from pipeline.classify.sorted_folders import Sorted
from pipeline.workspace.new_upload import New, new_upload

_COUNT: Final = "photos_uploads"  # session: how many uploads there were
_CHUNK: Final = 2**20
_ZIP_STARTS: Final = (b"PK\x03\x04", b"PK\x05\x06")


def fresh_key(kind: str) -> str:
    """A key that changes with every upload, so that the browser's files are let go."""
    return f"photos_upload_{kind}_{st.session_state.get(_COUNT, 0)}"


def keep(files: Sequence[UploadedFile]) -> list[tuple[Path, str]]:
    """Put what was uploaded on the disk, and let go of it.

    Returns:
        The files to import, each with a name for people: one for each zip, and one for all
        single photos together.

    Raises:
        WorkspaceError: If they cannot be saved; for a full disk it is a `DiskFullError`.
        QuotaError: If a visitor has brought as much as one may.
    """
    zips = [file for file in files if is_zip(file)]
    loose = [file for file in files if file not in zips]
    kept = [(keep_as_it_is(file), Path(file.name).stem) for file in zips]
    if loose:
        title = Path(loose[0].name).stem if len(loose) == 1 else "My photos"
        kept.append((keep_together(loose), title))
    return kept


def keep_as_it_is(file: UploadedFile) -> Path:
    """One zip, byte for byte; see `keep`."""
    with _new_file(file.size) as temporary, temporary.path.open("wb") as out:
        file.seek(0)
        shutil.copyfileobj(file, out, _CHUNK)
    return temporary.target


def keep_together(files: Sequence[UploadedFile]) -> Path:
    """Many files in a new zip; see `keep`."""
    with _new_file(sum(file.size for file in files)) as temporary:
        pack(files, temporary.path)
    return temporary.target


def keep_sorted(photos: Iterable[Sorted], num_bytes: int | None = None) -> Path:
    """Photos in class folders, in a new zip; see `keep`.

    Args:
        photos: Two of the same name in one folder get numbers.
        num_bytes: Of all of them, for those who make them one by one.
    """
    if num_bytes is None:
        photos = list(photos)
        num_bytes = sum(len(photo.data) for photo in photos)
    with _new_file(num_bytes) as temporary:
        sorted_folders.write(temporary.path, photos)
    return temporary.target


def is_zip(file: UploadedFile) -> bool:
    """Whether it is a zip, whatever it is called."""
    file.seek(0)
    return file.read(4) in _ZIP_STARTS  # by content, as always


def next_key() -> None:
    """Let go of what the browser sent: the next uploader is a new one."""
    st.session_state[_COUNT] = st.session_state.get(_COUNT, 0) + 1


def pack(files: Sequence[UploadedFile], target: Path) -> None:
    """Keep uploaded files in a zip under their own names, which so stay data, never paths."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.name)
            with archive.open(entry, "w", force_zip64=True) as out:
                file.seek(0)
                shutil.copyfileobj(file, out, _CHUNK)


@contextmanager
def _new_file(num_bytes: int) -> Iterator[New]:
    """A place for an upload; a full disk is a sentence."""
    stores.expect_room_for_upload(num_bytes)
    with new_upload(stores.workspace()) as new:
        yield new
    next_key()
