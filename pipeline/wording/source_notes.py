"""What a folder or zip is told of as a whole, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from pipeline.wording.names import short
from pipeline.wording.numbers import plural
from pipeline.wording.text import joined

_MOST_NAMED: Final = 4
# By whose folder it is, as `sources.leftovers` knows them.
_SYSTEMS: Final = {
    "thumbnails": "thumbnails that a system has made",
    "nas_thumbnails": "thumbnails of a NAS",
    "bin": "a recycle bin",
    "snapshots": "older versions that a system keeps",
    "windows": "a folder that Windows keeps for itself",
    "linux": "what a check of the disk has found",
    "mac": "what a Mac keeps for itself",
    "checkpoints": "copies that Jupyter has made",
    "originals": "originals that a program has kept",
    "hidden": "a hidden folder",
}


def unsure_names(ways: Sequence[tuple[str, str, Sequence[str]]]) -> str:
    """That names could mean other letters.

    Args:
        ways: The code pages that fit, the one first by which they were read: the name for the
            command line, the name for people, and some folders as it reads them.
    """
    (_, title, names), *others = ways
    choices = joined([f"{codec} reads {joined(names)}" for codec, _, names in others[:_MOST_NAMED]])
    return (
        f"Nothing says in which code page these names are written. They were read as {title}: "
        f"{joined(names)}. If that looks wrong, import it again with another code page: {choices}."
    )


def names(found: Sequence[str]) -> str:
    """Some names as one text, each short."""
    return joined([short(name, 24) for name in found])


def left_out(folder: str, files: int, system: str, more: bool = False) -> str:
    """That files lie in a folder which nobody meant to bring.

    Args:
        folder: Its name.
        files: How many were counted in all folders of that name.
        system: Whose folder it is, as `sources.leftovers.System` has it.
        more: Whether there are more than were counted.
    """
    count = plural(files, "file was", "files were")
    count = f"More than {count}" if more else count
    return f"{count} left out, in {short(folder)}: {_SYSTEMS[system]}."


def divided(counts: Mapping[tuple[str, str], int]) -> list[str]:
    """`200 of the 1,000 validation photos became test photos: ...`, for each split that was shared.

    Args:
        counts: How many photos came for a split, the first, and were put into the second.
    """
    came = Counter[str]()
    for (split, _), count in counts.items():
        came[split] += count
    if not came["training"]:  # all was divided anew, which `layout_text.NO_TRAINING` says
        return []
    return [
        f"{count:,} of the {came[split]:,} {split} photos became {into} photos, as "
        f"{'too few' if came[into] else 'none'} came for that."
        for (split, into), count in sorted(counts.items())
        if split != into
    ]
