"""The list in a saved photo set's file: what makes a zip of photos the same set again.

It may come from anywhere, so it is read as strictly as a set's own manifest, and says
nothing that an import of plain class folders could not say.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from pipeline.photos import class_names, manifest
from pipeline.photos.manifest import Listed, Manifest
from pipeline.settings.limits import LIMITS, Limits

LIST_NAME: Final = "pawtune.json"  # in the zip, beside the folders
LIST_BYTES: Final = 64 * 2**20  # at most
_NAME_CHARS: Final = 2**16  # of a photo, as in any zip
_NOTE_CHARS: Final = 1000
_TITLE_CHARS: Final = 500


@dataclass(frozen=True, slots=True)
class SavedList:
    """What `pawtune.json` says.

    Attributes:
        name: What the owner calls the set.
        content: Its manifest.
        members: For each photo the member of the zip that holds it.
    """

    name: str
    content: Manifest
    members: tuple[str, ...]


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    """What is written, in this order."""

    format: Literal["PawTune photo set file"]
    version: Literal[1]
    name: Annotated[str, Meta(max_length=_TITLE_CHARS)]
    manifest: Listed
    members: tuple[Annotated[str, Meta(max_length=_NAME_CHARS)], ...]


def to_bytes(listed: SavedList) -> bytes:
    """Write the list, the same bytes for the same content."""
    content = manifest.to_listed(listed.content)
    told = _File("PawTune photo set file", 1, listed.name, content, listed.members)
    return msgspec.json.encode(told) + b"\n"


def from_bytes(data: bytes, limits: Limits = LIMITS) -> SavedList:
    """Read what `to_bytes` wrote, and nothing that could do harm.

    Raises:
        ValueError: If it is no such list, or a single value of it is wrong.
    """
    told = msgspec.json.decode(data, type=_File)
    content = manifest.from_listed(told.manifest)
    _check(content, limits)
    if len(told.members) != len(content.photos):
        raise ValueError("Other members than photos.")
    return SavedList(told.name, content, told.members)


def key(parts: Sequence[str]) -> str:
    """By which a member is found, even if another program has written the names anew."""
    return unicodedata.normalize("NFC", "/".join(parts))


def _check(content: Manifest, limits: Limits) -> None:
    """Refuse what no import would have made."""
    if len(content.photos) > limits.zip_entries:
        raise ValueError("Too many photos.")
    keys = {class_names.key(name) for name in content.classes}
    if len(keys) < len(content.classes) or len(keys) > limits.classes:
        raise ValueError("Two classes of the same name, or too many.")
    for name in content.classes:
        if name != class_names.clean(name) or len(name) > limits.class_name_chars:
            raise ValueError("No name of a class.")
    for photo in content.photos:
        if len(photo.name) > _NAME_CHARS or len(photo.note or "") > _NOTE_CHARS:
            raise ValueError("A text is too long.")
