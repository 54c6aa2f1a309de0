"""Files that were dropped on a box and wait on the disk until somebody presses Train.

A zip is unpacked as it comes, within the limits of every zip: its photos wait one by one, under
the folders in which they lay.
"""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pages.ui import stores, visitor
from pages.ui.parts import uploads
from pipeline.classify.sorted_folders import Sorted
from pipeline.errors import PawTuneError, PhotoError, Why
from pipeline.photos.sources.archive import open_archive
from pipeline.photos.sources.readings import Reading

_VISITORS: Final = 1_000  # whose files are counted


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """A file that was dropped: the zip that it lies in, and its place there.

    Of a file that could not be taken out of its own zip nothing was kept; it has no place. Frames
    that the camera took of one thing have a clip, see `Incoming.clip`.
    """

    name: str
    kept: Path
    place: int | None
    num_bytes: int
    clip: str | None = None


class Arrived(NamedTuple):
    """One file as it came: with the folders in which it lay, and why it cannot be read, if so."""

    path: str
    file: WaitingFile
    why: Why | None = None


class Reader(ExitStack):
    """Reads waiting files; a zip is opened once for those that follow each other.

    Opening it means reading its whole directory: once for each file, thousands would take hours.
    """

    def __init__(self) -> None:
        super().__init__()
        self._opened: tuple[Path, zipfile.ZipFile] | None = None

    def read(self, file: WaitingFile) -> bytes:
        """The bytes of a file.

        Raises:
            PhotoError: If it is no longer there.
        """
        gone = PhotoError(file.name, "It waited too long and is no longer here.", "Drop it again.")
        if file.place is None:
            raise gone
        try:
            archive = self._archive(file.kept)
            return archive.read(archive.infolist()[file.place])
        except (OSError, zipfile.BadZipFile, IndexError) as error:
            raise gone from error

    def _archive(self, kept: Path) -> zipfile.ZipFile:
        if self._opened is None or self._opened[0] != kept:
            self._opened = None
            self.close()
            self._opened = kept, self.enter_context(zipfile.ZipFile(kept))
        return self._opened[1]


@dataclass(frozen=True, slots=True)
class _Kept:
    """What all windows of a visitor have put on the disk: bytes and photos of each zip."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    zips: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def counted(self) -> tuple[int, int]:
        """Bytes and photos of what is still there."""
        for path in [path for path in self.zips if not path.exists()]:
            del self.zips[path]
        return sum(one for one, _ in self.zips.values()), sum(one for _, one in self.zips.values())

    def add(self, files: Iterable[WaitingFile]) -> None:
        """Count what has come."""
        for file in files:
            num_bytes, photos = self.zips.get(file.kept, (0, 0))
            self.zips[file.kept] = num_bytes + file.num_bytes, photos + 1


@st.cache_resource(max_entries=_VISITORS, show_spinner=False)
def _kept(home: str, visitor_id: str | None) -> _Kept:
    return _Kept()


def keep(files: Sequence[UploadedFile]) -> list[Arrived]:
    """Put what was dropped on the disk, zips unpacked.

    What waits already, in any window of the same visitor, counts for the visitor's quotas.

    Args:
        files: As they came.

    Raises:
        SourceError: If a zip is damaged, protected, or built to do harm.
        WorkspaceError: If they cannot be saved.
        QuotaError: If a visitor has brought as much as one may.
    """
    kept = _kept(str(stores.workspace().home), visitor.visitor())
    with kept.lock:  # so that two windows do not both take what is left
        found = _put(files, *kept.counted())
        kept.add(one.file for one in found)
    return found


def _put(files: Sequence[UploadedFile], bytes_there: int, photos_there: int) -> list[Arrived]:
    """As `keep`, beside so much that waits already."""
    zips = [file for file in files if uploads.is_zip(file)]
    loose = [file for file in files if file not in zips]
    found: list[Arrived] = []

    def expect_room(coming: Sequence[UploadedFile]) -> None:
        num_bytes = sum(one.file.num_bytes for one in found) + sum(file.size for file in coming)
        photos = photos_there + len(found) + len(loose)
        stores.expect_room_for_upload(bytes_there + num_bytes, photos)

    expect_room(files)
    try:
        for file in zips:
            found += _unpacked(file)
            expect_room(loose)  # what a zip unpacks to is known only now
        if loose:
            kept = uploads.keep_together(loose)
            found += [
                Arrived(file.name, WaitingFile(_last(file.name), kept, place, file.size))
                for place, file in enumerate(loose)
            ]
    except PawTuneError:  # all or nothing: nobody would know of the others
        for path in {one.file.kept for one in found}:
            path.unlink(missing_ok=True)
        raise
    return found


def keep_frames(frames: Sequence[tuple[str, bytes]], clip: str) -> list[WaitingFile]:
    """Put frames of the camera on the disk, each with its name; they count as files do.

    Args:
        frames: In their order.
        clip: What holds them together.

    Raises:
        WorkspaceError: If they cannot be saved.
        QuotaError: If a visitor has brought as much as one may.
    """
    kept = _kept(str(stores.workspace().home), visitor.visitor())
    with kept.lock:
        num_bytes, photos = kept.counted()
        num_bytes += sum(len(data) for _, data in frames)
        stores.expect_room_for_upload(num_bytes, photos + len(frames))
        path = uploads.keep_sorted([Sorted("", name, data) for name, data in frames])
        files = [
            WaitingFile(name, path, place, len(data), clip)
            for place, (name, data) in enumerate(frames)
        ]
        kept.add(files)
    return files


def _unpacked(file: UploadedFile) -> list[Arrived]:
    """The photos of a zip, in a zip of our own that nobody outside has built."""
    came = uploads.keep_as_it_is(file)
    paths: list[tuple[str, int]] = []
    refused: list[PhotoError] = []

    def photos() -> Iterator[Sorted]:
        for one in opened.photos:
            try:
                if isinstance(one, PhotoError):
                    raise one
                data = one.read()
            except PhotoError as error:
                refused.append(error)
                continue
            name = _last(one.name)
            paths.append((f"{one.class_name}/{name}" if one.class_name else one.name, len(data)))
            yield Sorted("", name, data)

    try:
        with open_archive(came, file.name, reading=Reading.NONE) as opened:
            kept = uploads.keep_sorted(photos(), file.size)
    finally:
        came.unlink(missing_ok=True)
    found = [
        Arrived(path, WaitingFile(_last(path), kept, place, num_bytes))
        for place, (path, num_bytes) in enumerate(paths)
    ]
    return found + [
        Arrived(error.name, WaitingFile(_last(error.name), kept, None, 0), error.why)
        for error in refused
    ]


def _last(path: str) -> str:
    """A file's name without the folders above it."""
    return PurePosixPath(path.replace("\\", "/")).name
