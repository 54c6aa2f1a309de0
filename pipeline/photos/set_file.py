"""Saving a photo set as one file: a zip of class folders for everybody, and the same set for us.

Beside the folders lies `pawtune.json` (`set_file_list`), with which `sources.set_file` brings the
very same set back: names, labels, splits, notes and all. The same set gives the same bytes.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pipeline.errors import PhotoSetError
from pipeline.files.atomic import staged_file
from pipeline.files.disk_errors import expect_free, plain_file_errors
from pipeline.photos import set_file_list
from pipeline.photos.manifest import Manifest
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.set_file_list import LIST_BYTES, LIST_NAME, SavedList
from pipeline.photos.sources.layout import is_clutter
from pipeline.progress import Report, Stage, Step
from pipeline.settings.limits import LIMITS
from pipeline.wording.names import fitting, graphemes

EARLIEST: Final = (1980, 1, 1, 0, 0, 0)  # that a zip can tell; the same for every member
_UNIX: Final = 3
_PLAIN_FILE: Final = 0o100644 << 16
_FOLDER_BYTES: Final = 96  # with the rest of the path well within what any system takes
_DIGITS: Final = 4
# What Windows takes in no name, and signs that turn the direction of what follows them.
_UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069<>:"/\\|?*]')
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9]|lpt[0-9])(\..*)?")
_EDGES: Final = re.compile(r"^[\s.]+|[\s.]+$")


def save(photo_set: PhotoSet, name: str, target: Path, report: Report) -> int:
    """Write a photo set into one file.

    Args:
        photo_set: What is saved; it is not changed.
        name: What its owner calls it.
        target: The file; it appears whole, or not at all.
        report: Told how many photos are done.

    Returns:
        Length of the file, in bytes.

    Raises:
        PhotoSetError: If a photo is damaged, the set is too large for one file, or the file
            cannot be written.
        DiskFullError: If the disk is full.
        Stopped: From `report`; nothing is left behind.
    """
    members = member_names(photo_set.content)
    listed = set_file_list.to_bytes(SavedList(name, photo_set.content, members))
    num_bytes = len(listed) + sum(place.length for place in photo_set.packs.places)
    _expect_to_fit(len(members) + 1, num_bytes, len(listed))
    with plain_file_errors(target, PhotoSetError), staged_file(target) as staged:
        expect_free(staged.parent, num_bytes, "The saved photo set")
        with zipfile.ZipFile(staged, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(member(LIST_NAME), listed)
            for index, photo_name in enumerate(members):
                report(Stage(Step.SAVING_PHOTOS), index, len(members), "photos")
                archive.writestr(member(photo_name), photo_set.jpeg(index))
        report(Stage(Step.SAVING_PHOTOS), len(members), len(members), "photos")
    return target.stat().st_size


def member(name: str) -> zipfile.ZipInfo:
    """An entry that says nothing of when and where it was written."""
    entry = zipfile.ZipInfo(name, EARLIEST)
    entry.create_system, entry.external_attr = _UNIX, _PLAIN_FILE
    return entry


def member_names(content: Manifest) -> tuple[str, ...]:
    """Where each photo of a set goes in the zip: `training/cats/0001.jpg`."""
    folders = folder_names(content.classes)
    sizes = Counter(photo.class_index for photo in content.photos)
    numbers: Counter[int] = Counter()
    names = []
    for photo in content.photos:
        numbers[photo.class_index] += 1
        digits = max(_DIGITS, len(str(sizes[photo.class_index])))
        number = f"{numbers[photo.class_index]:0{digits}d}"
        names.append(f"{photo.split}/{folders[photo.class_index]}/{number}.jpg")
    return tuple(names)


def folder_names(classes: Sequence[str]) -> tuple[str, ...]:
    """For each class a folder that every system can make, like its name; all different."""
    taken: set[str] = set()
    return tuple(unused_name(safe_name(name), taken) for name in classes)


def unused_name(plain: str, taken: set[str], suffix: str = "") -> str:
    """A safe name with its suffix, and a number between them where it is taken already.

    Args:
        plain: From `safe_name`.
        taken: What names in the same folder share with those that some system takes for the
            same; grows by this one.
        suffix: Such as ".jpg".
    """
    found, count = f"{plain}{suffix}", 1
    while _alike(found) in taken:
        count += 1
        found = f"{plain}-{count}{suffix}"
    taken.add(_alike(found))
    return found


def safe_name(name: str) -> str:
    """A name as a file or folder on any system may have it; never hidden, never empty."""
    plain = _UNSAFE.sub("_", unicodedata.normalize("NFC", name))
    plain = plain.encode("utf-8", "replace").decode("utf-8")
    plain = _EDGES.sub("", "".join(fitting(graphemes(plain), _FOLDER_BYTES, _size)))
    if not plain or is_clutter(plain) or _RESERVED.fullmatch(_alike(plain)):
        plain = f"_{plain}"
    return plain


def _size(text: str) -> int:
    return len(text.encode())


def _alike(name: str) -> str:
    """What names share that some system takes for the same, or for one of its own."""
    return unicodedata.normalize("NFKC", name).casefold()


def _expect_to_fit(num_files: int, num_bytes: int, list_bytes: int) -> None:
    """Refuse what could not be opened again.

    Raises:
        PhotoSetError: If one file would be too large.
    """
    if num_files > LIMITS.zip_entries or num_bytes > LIMITS.zip_bytes or list_bytes > LIST_BYTES:
        raise PhotoSetError(
            f"This set is too large for one file: the most are {LIMITS.zip_entries:,} photos and "
            f"{LIMITS.zip_bytes / 2**30:.0f} GB. Back up the whole workspace instead."
        )
