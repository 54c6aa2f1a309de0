"""Lists of labels beside photos, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.errors import Why
from pipeline.wording.names import short
from pipeline.wording.numbers import plural
from pipeline.wording.text import joined

_MOST_NAMED: Final = 4

NO_LABELS: Final = Why(
    "It lists photos, but says of none what it shows.", "Add a column that is called label."
)
SAME_NUMBER: Final = Why(
    "It gives the same number to every photo, as a form for answers does: that is no label.",
    "Leave it out, or put the class of each photo there.",
)
ANSWERS: Final = Why(
    "This is a form for answers, as competitions hand it out: what stands there is no label.",
    "Call it labels.csv if it says what the photos show.",
)
SPREADSHEET: Final = Why(
    "This is a spreadsheet, not a picture.",
    "If it says what the photos show, save it as CSV beside them.",
)
FOR_PROGRAMS: Final = Why(
    "This describes the set for other programs, and is no picture.",
    "Nothing is lost without it: folders or lists say what the photos show.",
)
NO_CLASSES: Final = Why(
    "It says something else of nearly every photo, so these are descriptions and no labels.",
    "Add a column with the class of each photo, and call it label.",
)
SET_ASIDE: Final = (
    "These labels were not taken, as something else tells the classes. Read it another way if they "
    "are the right ones."
)


def unclear_columns(columns: Sequence[str]) -> Why:
    """Why a list is not used: one of several columns could be the label."""
    return Why(
        f"It lists photos, but which column says what they show is unclear: {_listed(columns)}.",
        "Call that column label, then import again.",
    )


def lists_read(
    names: Sequence[str], labelled: int, without_photo: int, without_row: int, several: int
) -> tuple[str, ...]:
    """What came of lists of labels.

    Args:
        names: What the files are called.
        labelled: Photos of which they say something.
        without_photo: Rows about photos that are not there.
        without_row: Photos of which they say nothing.
        several: Photos to which they give several labels.
    """
    have = plural(labelled, "photo has its label", "photos have their labels")
    found = [f"{have} from {_listed(names)}."]
    if without_photo:
        rows = plural(without_photo, "row is about a photo", "rows are about photos")
        found.append(f"{rows} not here.")
    if without_row:
        waiting = plural(
            without_row, "photo is in no list and waits", "photos are in none and wait"
        )
        found.append(f"{waiting} for a label.")
    if several:
        told = plural(several, "photo has", "photos have")
        found.append(f"{told} several labels there and cannot be used.")
    return (" ".join(found),)


def _listed(names: Sequence[str]) -> str:
    shown = [short(name) for name in names[:_MOST_NAMED]]
    more = len(names) - len(shown)
    return joined([*shown, f"{more:,} more"] if more > 0 else shown)
