"""What stands on a wall of photos and beside the one that is open; `{name}` is filled in there."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "alt": "{split} photo labelled {label}",
        "pick": "Select: {alt}",
        "state": "{number} of {all}",
        "viewer": "One photo, large",
        "previous": "Previous photo",
        "next": "Next photo",
        "close": "Close",
        "label": "Label",
        "change": "Change the label",
        "more": "Another class",
        "out": "Take it out",
        "is_out": "taken out",
        "pending": "{number} not saved yet; saved when you close",
        "undo": "Undo the last",
        "keys": "Arrow keys: previous and next. X: take out. U: undo. Escape: close.",
    }
)
