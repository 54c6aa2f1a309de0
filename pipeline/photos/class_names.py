"""Class names as people type them, and which of them mean the same class."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

# The class of photos that came without a folder, until somebody says what they show. A folder
# of this name means the same.
UNLABELLED: Final = "unlabelled"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def printable(name: str) -> str:
    """Replace what no screen or file can take: halves of letters from odd file systems."""
    return name.encode("utf-8", "replace").decode("utf-8")


@lru_cache(maxsize=2048)  # few classes, many photos
def clean(name: str) -> str:
    """Trim a class name: one spelling of each accent, no control signs, single spaces."""
    return " ".join(_CONTROL.sub(" ", unicodedata.normalize("NFC", printable(name))).split())


@lru_cache(maxsize=2048)
def key(name: str) -> str:
    """What all spellings of one class share: "Cats", "cats " and "CATS" are the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", clean(name)).casefold())


def spellings(names: Iterable[str]) -> dict[str, Counter[str]]:
    """Count the trimmed spellings of each class.

    Args:
        names: One class name per photo, as found.

    Returns:
        For each class's `key` how often each spelling occurs.
    """
    found: dict[str, Counter[str]] = {}
    for name in names:
        found.setdefault(key(name), Counter())[clean(name)] += 1
    return found


def preferred(counts: Counter[str]) -> str:
    """The spelling to show: the most frequent, of equals the first in the alphabet."""
    return min(counts, key=lambda spelling: (-counts[spelling], spelling))
