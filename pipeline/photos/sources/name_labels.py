"""Labels in the names of files: `cat.0.jpg`, `Maine_Coon_12.jpg`, `0003-dog.png`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from pipeline.photos import class_names
from pipeline.photos.sources import album_names, part_names
from pipeline.photos.sources.layout import Parts, Place, shown

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
_MOST_ADDED: Final = 3
_SEPARATORS: Final = r"[\s_.\-#~+,()\[\]]"
_NUMBER_BEHIND: Final = re.compile(rf"(?:{_SEPARATORS}+\d+)+{_SEPARATORS}*$|(?<=[^\W\d_])\d+$")
# What programs put behind a name: a copy, a size, a second ending, Roboflow's sign.
_ADDED: Final = re.compile(
    r"([_.-](jpe?g|png|webp)(\.rf\.\w+)?|[ _-]+(copy|kopie|copia)( \(\d+\))?|[ _-]\d+x\d+)$", re.I
)
_COPY_OF: Final = re.compile(r"^(copy of|kopie von|copie de|copia de) ", re.I)
_NUMBER_BEFORE: Final = re.compile(rf"^(?:\d+{_SEPARATORS}+)+")


def stem(file_name: str) -> str:
    """A file's name without its ending and number; empty where that says nothing of the photo."""
    if len(file_name) > _LONGEST:
        return ""
    name = _COPY_OF.sub("", file_name.rpartition(".")[0] or file_name)
    for _ in range(_MOST_ADDED):
        name = _ADDED.sub("", name)
    return _label(_NUMBER_BEFORE.sub("", _NUMBER_BEHIND.sub("", name)).strip(" _.-#~+,"))


@lru_cache(maxsize=4096)
def _label(text: str) -> str:
    words = part_names.words_of(text)
    whole = part_names.words_of(text.casefold())  # WhatsApp is one word
    if any(
        all(word in _NO_LABELS or part_names.is_filler(word) for word in of)
        for of in (words, whole)
    ):
        return ""
    if album_names.tells_nothing(text):
        return ""
    return shown(text)


def labels(photos: Sequence[Parts]) -> list[Place] | None:
    """The class of each photo after its file's name; None where the names tell none.

    Args:
        photos: Where each lies.

    Returns:
        One class per photo, in order, and its split where the names tell that as well: two or
        more classes with five photos each; none for those whose name says nothing: a few of a
        folder, or all of one.
    """
    stems, splits = _without_parts([stem(parts[-1]) for parts in photos])
    keys = [class_names.key(one) for one in stems]
    large = {key for key, size in Counter(keys).items() if key and size >= LEAST_PHOTOS}
    named = Counter(parts[:-1] for parts, key in zip(photos, keys, strict=True) if key in large)
    # Photos to be guessed may lie beside those that tell: `test1/1.jpg`.
    around = sum(parts[:-1] in named for parts in photos)
    if (
        len(large) < 2
        or all(map(album_names.is_calendar, large))
        or named.total() < _LEAST_SHARE * around
    ):
        return None
    return [
        Place(one, split) if key in large else Place("", split)
        for one, key, split in zip(stems, keys, splits, strict=True)
    ]


def _without_parts(stems: list[str]) -> tuple[list[str], list[str | None]]:
    """Names without the parts of the data in them, as in `train_cat`, and these parts."""
    sizes = Counter(filter(None, stems))
    large = [one for one, size in sizes.items() if size >= LEAST_PHOTOS]
    told = {one: part_names.part_and_rest(one) for one in large}
    parts = {part for part, _ in told.values()}
    are_first = all(one.endswith(rest) for one, (_, rest) in told.items())
    is_sure = part_names.Part.TRAINING in parts and parts <= {*part_names.SPLITS}
    if not is_sure or (len(parts) == 1 and not are_first):
        return stems, [None] * len(stems)
    both = [told.get(one) or part_names.part_and_rest(one) for one in stems]
    return [rest for _, rest in both], [part and str(part) for part, _ in both]
