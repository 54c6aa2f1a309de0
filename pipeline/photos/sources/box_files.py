"""Files that say where things are in a photo: they are told from labels of whole photos."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

from pipeline.errors import Why
from pipeline.photos.sources.layout import Parts, looks_like_photo

_BOXES: Final = Why(
    "This says where things are in a photo, not what the whole photo shows.",
    "Export the set for classification, or sort the photos into one folder for each class.",
)
_MOST_BYTES: Final = 2**16
_TRIED: Final = 3  # of a folder; the first ones may be empty, as nothing is to be seen
# A number of a class, then four or more numbers: YOLO's boxes and outlines.
_YOLO: Final = re.compile(rb"\s*\d+([ \t]+-?[\d.]+(e-?\d+)?){4,}[ \t]*(\r?\n|$)")
_KINDS: Final[dict[str, Callable[[bytes], bool]]] = {
    ".txt": lambda data: _YOLO.match(data) is not None,
    ".xml": lambda data: b"<annotation" in data and b"<bndbox>" in data,  # Pascal VOC
}


def whys(
    files: Sequence[Parts], read_file: Callable[[int, int], bytes | None]
) -> Iterator[tuple[int, Why]]:
    """Why files that are called like photos are no labels of them.

    Args:
        files: Where all files lie, photos and others.
        read_file: Gives the content of the file at a place, where it is not too long.
    """
    photos = {_stem(parts) for parts in files if looks_like_photo(parts)}
    beside: dict[tuple[Parts, str], list[int]] = defaultdict(list)
    for place, parts in enumerate(files):
        suffix = PurePosixPath(parts[-1].casefold()).suffix
        if suffix in _KINDS and _stem(parts) in photos:
            beside[parts[:-1], suffix].append(place)
    for (_, suffix), places in beside.items():
        contents = [read_file(place, _MOST_BYTES) for place in places[:_TRIED]]
        if any(data and _KINDS[suffix](data) for data in contents):
            yield from ((place, _BOXES) for place in places)


def _stem(parts: Parts) -> str:
    return PurePosixPath(parts[-1].casefold()).stem
