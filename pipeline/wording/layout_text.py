"""How the files of a folder or zip were understood, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pipeline.wording.numbers import photos
from pipeline.wording.text import joined

_MOST_NAMED: Final = 8  # names in one sentence

# Where labels come from, by the values of `sources.readings.Reading`.
READINGS: Final[Mapping[str, str]] = {
    "classes": "each folder is a class",
    "splits": "the outer folders tell what is for training and what for testing, the folders in "
    "them are the classes",
    "names": "the names of the files tell the class",
    "list": "a list beside the photos tells the class",
    "none": "nothing tells a class, so I label the photos myself",
}


def listed(names: Sequence[str]) -> str:
    """`a, b and c`; of many names the first ones, and how many more there are."""
    more = len(names) - _MOST_NAMED
    return joined([*names[:_MOST_NAMED], f"{more:,} more"] if more > 0 else names)


def labels_from_names(classes: Sequence[str]) -> str:
    """That the names of the files were the labels."""
    return f"The labels were taken from the names of the files: {listed(classes)}."


def folders_without_class(count: int, folders: Sequence[str]) -> str:
    """That photos lie in folders which tell no class."""
    return (
        f"{photos(count)} in {listed(folders)} came without a label: such a folder tells which "
        "part of the data it holds, not what its photos show. They wait for a label."
    )


NO_TRAINING: Final = (
    "There is no folder for training, only such for validation or test, so the photos are divided "
    "anew."
)


def may_be_no_class(folders: Sequence[str]) -> str:
    """That folders named like a part of the data were taken as classes."""
    return (
        f"{listed(folders)} was taken as a class, as other classes lie beside it. If it only "
        "tells which photos are to train or test with, read it another way."
    )
