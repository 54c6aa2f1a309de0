"""A photo set that was saved as one file, on its way back.

Its photos are read and decoded like any others; the list only says what they are called,
where they belong, and what they were once made from.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final
from unicodedata import category

from pipeline.errors import PhotoError, Why
from pipeline.photos import set_file_list
from pipeline.photos.incoming import Incoming
from pipeline.photos.manifest import Photo
from pipeline.photos.set_file_list import LIST_BYTES, LIST_NAME, SavedList
from pipeline.photos.sources.layout import Parts
from pipeline.photos.sources.member_names import parts_of
from pipeline.photos.sources.members import Members
from pipeline.photos.sources.opened import Opened, Saved
from pipeline.wording.numbers import plural

if TYPE_CHECKING:
    from pipeline.photos.photo_set import PhotoSet

_MISSING: Final = Why(
    "It is missing from the saved photo set.",
    "Save the set again where it came from, or add this photo by itself.",
)
_UNKNOWN: Final = Why(
    "It is not in the list of this saved photo set, so nobody knows what it shows.",
    "Add it by itself, from a folder or another zip.",
)


def find(members: Members, found: Sequence[tuple[Parts, zipfile.ZipInfo]]) -> Opened | None:
    """The saved set in a zip, if it holds one; a damaged list makes it a zip like any other.

    Args:
        members: The open zip.
        found: Its files without clutter, each with the folders on the way to it.

    Raises:
        SourceError: If more has been read by now than may be in a zip.
    """
    root = next((member for parts, member in found if parts == (LIST_NAME,)), None)
    listed = _read(members, root) if root is not None else None
    if listed is None:
        return None
    by_key: dict[str, zipfile.ZipInfo] = {}
    for parts, member in found:
        if member is not root:
            by_key.setdefault(set_file_list.key(parts), member)
    # Taken out of the list: two photos in one member would be read twice.
    taken = [by_key.pop(set_file_list.key(parts_of(name)), None) for name in listed.members]
    known = {id(member) for member in (root, *taken)}
    unknown = [member for _, member in found if id(member) not in known]
    content = listed.content
    photos = _photos(members, listed, taken, unknown)
    sha256s = frozenset(photo.sha256 for photo in content.photos)
    title = _one_line(listed.name) or members.title.removesuffix(".zip")
    return Opened(
        title,
        len(taken) + len(unknown),
        photos,
        Saved(title, content.classes, content.seed, sha256s),
    )


def changed(photos: Sequence[Photo], saved: Saved, base: PhotoSet | None = None) -> str | None:
    """A sentence about photos that came back with other bytes, or None.

    Args:
        photos: Those of the set that was made.
        saved: What was to come back.
        base: The set that it was added to, if any.
    """
    expected = saved.sha256s | {photo.sha256 for photo in (base.photos if base else ())}
    count = sum(photo.sha256 not in expected for photo in photos)
    if not count:
        return None
    which = plural(count, "photo is not as it was", "photos are not as they were")
    return f"{which} when the set was saved, so this is not quite the same set."


def _one_line(name: str) -> str:
    control = ("Cc", "Zl", "Zp")
    return "".join(" " if category(sign) in control else sign for sign in name).strip()


def _read(members: Members, root: zipfile.ZipInfo) -> SavedList | None:
    if members.flaw(root, LIST_BYTES) is not None:
        return None
    try:
        return set_file_list.from_bytes(members.read(root, LIST_NAME), members.limits)
    except (PhotoError, ValueError):
        return None


def _photos(
    members: Members,
    listed: SavedList,
    taken: Sequence[zipfile.ZipInfo | None],
    unknown: Sequence[zipfile.ZipInfo],
) -> Iterator[Incoming | PhotoError]:
    for photo, member in zip(listed.content.photos, taken, strict=True):
        yield _photo(members, photo, member, listed.content.classes)
    for member in unknown:
        yield PhotoError(members.name(member), *_UNKNOWN)


def _photo(
    members: Members, photo: Photo, member: zipfile.ZipInfo | None, classes: Sequence[str]
) -> Incoming | PhotoError:
    if member is None:
        return PhotoError(photo.name, *_MISSING)
    if why := members.flaw(member):
        return PhotoError(photo.name, *why)
    return Incoming(
        name=photo.name,
        class_name=classes[photo.class_index],
        split=photo.split,
        read=partial(members.read, member, photo.name),
        known=photo,
        clip=photo.clip,
    )
