"""Labels in the names of files: `cat.0.jpg`, `Maine_Coon_12.jpg`, `0003-dog.png`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from pipeline.photos import class_names
from pipeline.photos.sources import part_names
from pipeline.photos.sources.layout import Parts, shown

LEAST_PHOTOS: Final = 5  # of each class, as a training needs them
_LEAST_SHARE: Final = 0.95  # of the files that have to be named so
# What cameras, phones and programs begin a name with; it says nothing of what is seen.
_NO_LABEL_WORDS: Final = """
    img dsc dscn dscf dsci pxl mvi mov vid pano gopr gopro dji sam cimg imag hdr burst cover mg mp
    pict wp wa whatsapp signal telegram snapchat instagram facebook fb received at on am pm scan
    screenshot screen shot scanned frame frames clip video cam camera kamera capture snapshot page
    unnamed untitled download large small thumb thumbnail copy kopie copia edited bearbeitet new"""
_NO_LABELS: Final = frozenset(_NO_LABEL_WORDS.split())
_LONGEST: Final = 255  # letters of a name, as most systems have it
_SEPARATORS: Final = r"[\s_.\-#~+,()\[\]]"
_NUMBER_BEHIND: Final = re.compile(rf"(?:{_SEPARATORS}+\d+)+{_SEPARATORS}*$|(?<=[^\W\d_])\d+$")
_NUMBER_BEFORE: Final = re.compile(rf"^(?:\d+{_SEPARATORS}+)+")


def stem(file_name: str) -> str:
    """A file's name without its ending and number; empty where that says nothing of the photo."""
    if len(file_name) > _LONGEST:
        return ""
    name = file_name.rpartition(".")[0] or file_name
    return _label(_NUMBER_BEFORE.sub("", _NUMBER_BEHIND.sub("", name)).strip(" _.-#~+,"))


@lru_cache(maxsize=4096)
def _label(text: str) -> str:
    words = part_names.words_of(text)
    if not words or all(word in _NO_LABELS or part_names.is_filler(word) for word in words):
        return ""
    return shown(text)


def labels(photos: Sequence[Parts]) -> list[str] | None:
    """The class of each photo after its file's name; None where the names tell none.

    Args:
        photos: Where each lies.

    Returns:
        One class per photo, in order: two or more with five photos each; empty for those whose
        name says nothing: a few of a folder, or all of one.
    """
    stems = [stem(parts[-1]) for parts in photos]
    keys = [class_names.key(one) for one in stems]
    large = {key for key, size in Counter(keys).items() if key and size >= LEAST_PHOTOS}
    named = Counter(parts[:-1] for parts, key in zip(photos, keys, strict=True) if key in large)
    # Photos to be guessed may lie beside those that tell: `test1/1.jpg`.
    around = sum(parts[:-1] in named for parts in photos)
    if len(large) < 2 or named.total() < _LEAST_SHARE * around:
        return None
    return [one if key in large else "" for one, key in zip(stems, keys, strict=True)]
