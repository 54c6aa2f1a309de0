"""Finds the photo that a row of a list means, whatever of its path stands there."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePosixPath

from pipeline.photos.sources.layout import Parts, looks_like_photo


class PhotoIndex:
    """The photos of a folder or zip by their names.

    Args:
        files: Where each photo lies.
    """

    def __init__(self, files: Iterable[Parts]) -> None:
        self._by_name: dict[str, list[Parts]] = defaultdict(list)
        self._by_stem: dict[str, list[Parts]] = defaultdict(list)
        for parts in dict.fromkeys(files):
            name = _key(parts[-1])
            self._by_name[name].append(parts)
            self._by_stem[PurePosixPath(name).stem].append(parts)

    def find(self, text: str, beside: Parts = ()) -> Parts | None:
        """The photo, or None where there is none or where several could be meant.

        Args:
            text: A path of which the end counts, a name, or a name without its ending.
            beside: The folder in which the list lies.
        """
        wanted = tuple(_key(part) for part in re.split(r"[/\\]", text.strip()) if part not in "..")
        if not wanted:
            return None
        found = self._by_name.get(wanted[-1]) or self._by_stem.get(_stem(wanted[-1])) or ()
        if len(found) < 2:
            return found[0] if found else None
        best = sorted(((_alike(parts, wanted, beside), parts) for parts in found), reverse=True)
        return best[0][1] if best[0][0] > best[1][0] else None

    def names(self, text: str, beside: Parts = ()) -> bool:
        """Whether `find` finds a photo."""
        return self.find(text, beside) is not None


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _stem(name: str) -> str:
    """Ids such as `3.14` have no ending; those of photos have."""
    return PurePosixPath(name).stem if looks_like_photo((name,)) else name


def _alike(parts: Parts, wanted: Parts, beside: Parts) -> tuple[int, bool, bool]:
    """How well a photo fits: folders that agree from the end on, and nearness to the list."""
    folders = 0
    for here, there in zip(reversed(parts[:-1]), reversed(wanted[:-1]), strict=False):
        if _key(here) != there:
            break
        folders += 1
    is_below = parts[: len(beside)] == beside
    is_beside = is_below and tuple(map(_key, parts[len(beside) : -1])) == wanted[:-1]
    return folders, is_below, is_beside
