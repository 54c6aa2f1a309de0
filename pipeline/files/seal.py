"""Folders whose files vouch for each other: one JSON file with size and SHA-256 of each.

The JSON holds a checksum of itself too, and is read only if its bytes are exactly those that
would be written again; so no changed byte in any of the files goes unseen. Against accidents,
not against attackers: whoever changes a file on purpose can seal it anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

MEMBERS: Final = "members"
_SEAL: Final = "sha256"
_LARGEST_BYTES: Final = 4 * 2**20  # a thousand class names need a tenth of it


def seal(facts: Mapping[str, Any], members: Mapping[str, bytes]) -> bytes:
    """The JSON file that vouches for `members` and for itself.

    Args:
        facts: What else it tells; plain JSON values.
        members: Content of each other file, by name.

    Raises:
        ValueError: If `facts` cannot be written as JSON; NaN and infinity cannot.
    """
    described = {
        name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in members.items()
    }
    return _sealed({**facts, MEMBERS: described})


def open_seal(path: Path) -> dict[str, Any]:
    """Facts of the JSON file at `path`, `members` among them.

    Raises:
        OSError: If the file cannot be read.
        ValueError: If it is not exactly what `seal` wrote.
    """
    with path.open("rb") as stream:
        data = stream.read(_LARGEST_BYTES + 1)
    try:
        facts = json.loads(data)
        if not isinstance(facts, dict):
            raise ValueError("no object")
        facts.pop(_SEAL, None)
        whole = _sealed(facts) == data
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not whole or not isinstance(facts.get(MEMBERS), dict):
        raise ValueError("it was changed")
    return facts


def read_member(folder: Path, facts: Mapping[str, Any], name: str) -> bytes:
    """Content of the file `name`, which `facts` vouch for.

    Raises:
        OSError: If the file cannot be read.
        ValueError: If it is not the one that was sealed.
    """
    expected = facts[MEMBERS].get(name)
    path = folder / name
    # The size first: it is what a broken copy changes, and it saves reading the rest.
    if not isinstance(expected, dict) or path.stat().st_size != expected.get("bytes"):
        raise ValueError(f"{name} is not the file that was sealed")
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != expected.get("sha256"):
        raise ValueError(f"{name} was changed")
    return data


def _sealed(facts: Mapping[str, Any]) -> bytes:
    return _dump({**facts, _SEAL: hashlib.sha256(_dump(facts)).hexdigest()})


def _dump(facts: Mapping[str, Any]) -> bytes:
    try:
        text = json.dumps(facts, allow_nan=False, indent=1, sort_keys=True)
    except (TypeError, RecursionError) as error:
        raise ValueError("not plain JSON") from error
    return text.encode("ascii") + b"\n"
