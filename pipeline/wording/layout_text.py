"""How the files of a folder or zip were understood, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pipeline.wording.names import apart
from pipeline.wording.numbers import photos, plural
from pipeline.wording.text import some

_MOST_LINES: Final = 12  # classes that a tree names in one split

# Where labels come from, by the values of `sources.readings.Reading`.
READINGS: Final[Mapping[str, str]] = {
    "classes": "each folder is a class",
    "splits": "the outer folders tell what is for training and what for testing, the folders in "
    "them are the classes",
    "names": "the names of the files tell the class",
    "list": "a list beside the photos tells the class",
    "none": "nothing tells a class, so I label the photos myself",
}


def labels_from_names(classes: Sequence[str]) -> str:
    """That the names of the files were the labels."""
    return f"The labels were taken from the names of the files: {some(classes)}."


def folders_without_class(count: int, folders: Sequence[str]) -> str:
    """That photos lie in folders which tell no class."""
    return (
        f"{photos(count)} in {some(folders)} came without a label: such a folder tells which "
        "part of the data it holds, or where its photos came from, not what they "
        "show. They wait for a label."
    )


NO_TRAINING: Final = (
    "There is no folder for training, only such for validation or test, so the photos are divided "
    "anew."
)


def may_be_no_class(folders: Sequence[str]) -> str:
    """That folders named like a part of the data were taken as classes."""
    return (
        f"{some(folders)} was taken as a class, as other classes lie beside it. If it only "
        "tells which photos are to train or test with, read it another way."
    )


# The same as `READINGS`, on buttons.
CHOICES: Final[Mapping[str, str]] = {
    "classes": "Each folder is a class",
    "splits": "Outer folders: training and test; inner folders: classes",
    "names": "The file names tell the class",
    "list": "The list tells the class",
    "none": "Nothing: I label them myself",
}


def read_as(layout: Mapping[str, Any]) -> str:
    """The sum of it: `Read as 2 classes, 3 splits; without a label: 10 photos`.

    Args:
        layout: As `sources.readings.Layout.to_json` tells it; so in all of these.
    """
    found = []
    if layout["classes"]:
        found.append(plural(len(layout["classes"]), "class", "classes"))
    if layout["splits"]:
        found.append(plural(len(layout["splits"]), "split"))
    parts = [", ".join(found) or "photos without a label"]
    if layout["unlabelled"]:
        parts.append(f"without a label: {photos(layout['unlabelled'])}")
    if files := sum(one["files"] for one in layout["left_out"]):
        parts.append(f"left out: {plural(files, 'file')}")
    return f"Read as {'; '.join(parts)}."


def tree(layout: Mapping[str, Any]) -> str:
    """Splits, the classes in each, and how many photos they have, one to a line."""
    by_split: dict[str | None, list[tuple[str, int]]] = {}
    for row in layout["photos"]:
        by_split.setdefault(row["split"], []).append((row["class"], row["photos"]))
    shown = apart([row["class"] for row in layout["photos"]], 30)
    lines = []
    for split, classes in by_split.items():
        indent = ""
        if len(by_split) > 1 or split is not None:
            indent = "    "
            total = photos(sum(count for _, count in classes))
            lines.append(f"{split or 'not divided yet'}: {total}")
        lines += [f"{indent}{shown[name]}: {count:,}" for name, count in classes[:_MOST_LINES]]
        if more := len(classes) - _MOST_LINES:
            lines += [f"{indent}and {plural(more, 'more class', 'more classes')}"] * (more > 0)
    lines += [f"left out: {plural(one['files'], 'file')}" for one in layout["left_out"]]
    return "\n".join(lines)


def other(layout: Mapping[str, Any]) -> str:
    """What another reading would make of the same files: `3 classes: train, val and test`."""
    classes = list(layout["classes"])
    shown = apart(classes, 30)
    told = plural(len(classes), "class", "classes")
    return f"{told}: {some([shown[name] for name in classes], 6)}."
