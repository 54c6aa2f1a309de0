"""Photos sorted into folders, as one zip, with the very bytes that came."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

from pipeline.photos.set_file import member, safe_name, unused_name
from pipeline.photos.sources.layout import FOLDERS_ARE_CLASSES, frame_of, is_clutter
from pipeline.photos.sources.member_names import parts_of

LEFT_OUT: Final = "left out.txt"
_SUFFIX: Final = re.compile(r"\.[A-Za-z0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class Sorted:
    """A photo and the folder that it goes into.

    Attributes:
        folder: Name of the folder, a safe one (`set_file.folder_names`); empty for none.
        name: The photo's file name as its owner knows it. Data, never a path.
        data: The bytes that came.
        clip: What it is held together with, see `Incoming.clip`.
    """

    folder: str
    name: str
    data: bytes
    clip: str | None = None


def write(
    target: Path | IO[bytes], photos: Iterable[Sorted], left_out: Sequence[tuple[str, str]] = ()
) -> None:
    """Write the zip; photos are stored as they are, because they do not shrink.

    Args:
        target: Where to.
        photos: Two of the same name in one folder get numbers.
        left_out: Name and reason of each file that is in no folder; listed in a text file.
    """
    taken: dict[str, set[str]] = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        archive.comment = FOLDERS_ARE_CLASSES  # or `train` and `test` would be parts of the data
        for photo in photos:
            name = _file_name(photo.name, taken.setdefault(photo.folder, set()))
            path = f"{photo.folder}/{name}" if photo.folder else name
            entry = member(path)
            entry.comment = frame_of(photo.clip) if photo.clip else b""
            archive.writestr(entry, photo.data)
        if left_out:
            archive.writestr(member(LEFT_OUT), _listed(left_out))


def is_folder(label: str) -> bool:
    """Whether an import reads a folder of this name as the class of this name."""
    return parts_of(f"{label}/photo") == (label, "photo") and not is_clutter(label)


def _file_name(name: str, taken: set[str]) -> str:
    suffix = PurePosixPath(name).suffix
    if not _SUFFIX.fullmatch(suffix):
        suffix = ""
    return unused_name(safe_name(name.removesuffix(suffix)), taken, suffix)


def _listed(left_out: Sequence[tuple[str, str]]) -> bytes:
    """One line for each file, as every editor reads it."""
    lines = [f"{' '.join(name.split())}: {reason}" for name, reason in left_out]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode("utf-8", "replace")
