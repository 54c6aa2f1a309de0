"""The confusion matrix: a table whose cells can be pressed, each with its number of photos."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui import component
from pipeline.wording import numbers
from pipeline.wording.names import apart
from pipeline.wording.numbers import photos

# Pale to deep blue: lightness alone tells the number, for any eyes. Mistakes are framed, so that
# right and wrong do not hang on colour either. Nothing shines through, so that a number stands
# out from its cell on a light page and on a dark one.
PALE: Final = (191, 214, 237)
DEEP: Final = (27, 84, 148)
NUMBERS: Final = ("#000000", "#FFFFFF")
MOST_NUMBERS: Final = 20  # classes; with more, numbers in the cells cannot be read
MOST_CELLS: Final = 40  # classes; more cannot be read
_SHAPES: Final = {3: "few", 8: "some", MOST_NUMBERS: "dense"}  # up to so many classes
_NAME_CHARS: Final = 16
Cell = tuple[int, int]  # class indices: actual, predicted
_COMPONENT: Final = component.beside(__file__, '<div class="matrix"></div>')


def draw(
    counts: NDArray[np.int64],
    classes: Sequence[str],
    chosen: Cell | None,
    key: str,
    on_choose: Callable[[Cell | None], None],
) -> None:
    """Draw the matrix.

    Args:
        counts: `(C, C)`, row = actual, column = predicted.
        classes: Their names.
        chosen: The cell that is marked.
        key: Of the matrix.
        on_choose: Called with the cell that is pressed, or None where it was marked before; before
            the page is drawn.
    """

    def choose() -> None:
        cell = st.session_state[key]["chosen"]["cell"]
        on_choose(None if cell is None else (int(cell[0]), int(cell[1])))

    _COMPONENT(key=key, data=message(counts, classes, chosen), on_chosen_change=choose)


def message(
    counts: NDArray[np.int64], classes: Sequence[str], chosen: Cell | None = None
) -> dict[str, Any]:
    """What the browser gets, as plain JSON; see `draw`."""
    names = list(apart(classes, _NAME_CHARS).values())
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    size = len(classes)
    rows = [
        list(zip(*row, strict=True)) for row in zip(counts.tolist(), shares.tolist(), strict=True)
    ]
    return {
        "names": names,
        "counts": counts.tolist(),
        "cells": [
            [_told(actual, predicted, *cell) for predicted, cell in zip(classes, row, strict=True)]
            for actual, row in zip(classes, rows, strict=True)
        ],
        "colours": [[_colours(*cell) for cell in row] for row in rows],
        "chosen": chosen,
        "numbers": size <= MOST_NUMBERS,
        "shape": next((name for most, name in _SHAPES.items() if size <= most), "many"),
        "words": {
            "actual": "Actual",
            "predicted": "Predicted",
            "caption": describe(counts, classes),
        },
    }


def _told(actual: str, predicted: str, count: int, share: float) -> str:
    """A cell in words."""
    of_row = f" ({numbers.percent(share, 0)} of {actual})" if count else ""
    return f"Actual {actual}, predicted {predicted}: {count:,}{of_row}"


def _colours(count: int, share: float) -> tuple[str, str]:
    """Fill and ink of a cell; nothing for one without photos, which is as the page is."""
    if not count:
        return "", ""
    red, green, blue = cell_colour(share)
    return f"rgb({red} {green} {blue})", number_colour(share)


def cell_colour(share: float) -> tuple[int, int, int]:
    """What the cell of a share of its row, 0 to 1, looks like: RGB, 0 to 255."""
    red, green, blue = (
        round(pale + share * (deep - pale)) for pale, deep in zip(PALE, DEEP, strict=True)
    )
    return red, green, blue


def number_colour(share: float) -> str:
    """Black or white, whichever stands out more from the cell of a share.

    One of the two always does by 4.58 to 1 or more, measured as WCAG 2 defines contrast.
    """
    channels = np.array(cell_colour(share)) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ (0.2126, 0.7152, 0.0722))
    return NUMBERS[0] if (luminance + 0.05) ** 2 >= 0.05 * 1.05 else NUMBERS[1]


def describe(counts: NDArray[np.int64], classes: Sequence[str]) -> str:
    """The matrix in a sentence or two, for those who do not see it."""
    right, total = int(np.trace(counts)), int(counts.sum())
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    text = f"Confusion matrix of {photos(total)}: {right:,} predicted correctly."
    if wrong.any():
        truth, called = divmod(int(wrong.argmax()), len(classes))
        text += (
            f" Most often mistaken: {classes[truth]} predicted {classes[called]}, "
            f"{wrong[truth, called]:,} times."
        )
    return text
