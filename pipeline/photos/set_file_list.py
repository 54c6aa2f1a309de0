"""The list in a saved photo set's file: what makes a zip of photos the same set again.

It may come from anywhere, so it is read as strictly as a set's own manifest, and says
nothing that an import of plain class folders could not say.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from pipeline.photos import class_names, manifest
from pipeline.photos.manifest import Manifest
from pipeline.settings.limits import LIMITS, Limits

LIST_NAME: Final = "pawtune.json"  # in the zip, beside the folders
LIST_BYTES: Final = 64 * 2**20  # at most
_FORMAT: Final = "PawTune photo set file"
_VERSION: Final = 1
_KEYS: Final = {"format", "version", "name", "manifest", "members"}
_NAME_CHARS: Final = 2**16  # of a photo, as in any zip
_NOTE_CHARS: Final = 1000
_TITLE_CHARS: Final = 500
_BRACKETS_PER_FILE: Final = 16  # a hostile list of empty lists would take thirty times its size


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


def to_bytes(listed: SavedList) -> bytes:
    """Write the list, the same bytes for the same content."""
    content = {
        "format": _FORMAT,
        "version": _VERSION,
        "name": listed.name,
        "manifest": manifest.to_content(listed.content),
        "members": listed.members,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def from_bytes(data: bytes, limits: Limits = LIMITS) -> SavedList:
    """Read what `to_bytes` wrote, and nothing that could do harm.

    Raises:
        ValueError: If it is no such list, or a single value of it is wrong.
    """
    if data.count(b"[") + data.count(b"{") > _BRACKETS_PER_FILE * limits.zip_entries:
        raise ValueError("More lists than photos could need.")
    try:
        told = json.loads(data, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("Nested too deeply.") from error
    if not isinstance(told, dict) or told.keys() != _KEYS:
        raise ValueError("Other entries than expected.")
    if told["format"] != _FORMAT or told["version"] != _VERSION:
        raise ValueError("Another format.")
    content = manifest.from_content(told["manifest"])
    _check(content, limits)
    name = _text(told["name"], _TITLE_CHARS)
    return SavedList(name, content, _members(told["members"], len(content.photos)))


def key(parts: Sequence[str]) -> str:
    """By which a member is found, even if another program has written the names anew."""
    return unicodedata.normalize("NFC", "/".join(parts))


def _check(content: Manifest, limits: Limits) -> None:
    """Refuse what no import would have made."""
    if content.places is not None or len(content.photos) > limits.zip_entries:
        raise ValueError("An early version, or too many photos.")
    keys = {class_names.key(name) for name in content.classes}
    if len(keys) < len(content.classes) or len(keys) > limits.classes:
        raise ValueError("Two classes of the same name, or too many.")
    for name in content.classes:
        if name != class_names.clean(name) or len(name) > limits.class_name_chars:
            raise ValueError("No name of a class.")
    for photo in content.photos:
        _text(photo.name, _NAME_CHARS)
        _text(photo.note or "", _NOTE_CHARS)


def _members(value: Any, num_photos: int) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) != num_photos:
        raise ValueError("Other members than photos.")
    return tuple(_text(name, _NAME_CHARS) for name in value)


def _text(value: Any, most_chars: int) -> str:
    # Halves of letters can stand in JSON, and nowhere else.
    if not isinstance(value, str) or len(value) > most_chars:
        raise ValueError("Not a text, or too long.")
    if value != class_names.printable(value):
        raise ValueError("Not a text.")
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON.")
