"""The confusion matrix: a figure whose cells can be clicked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.ui import markdown
from pages.ui.charts.palette import PALETTE
from pipeline.wording.numbers import photos

# Pale to deep blue: lightness alone tells the number, for any eyes. Mistakes are framed, so that
# right and wrong do not hang on colour either. Nothing shines through, so that a number stands
# out from its cell on a light page and on a dark one.
PALE: Final = (191, 214, 237)
DEEP: Final = (27, 84, 148)
NUMBERS: Final = ("#000000", "#FFFFFF")
_EMPTY: Final = "rgba(140, 129, 119, 0.14)"  # cells without photos carry no number
_LEAST: Final = 0.002  # share from which a cell has photos; below, it could not be seen
MOST_NUMBERS: Final = 20  # classes; with more, numbers in the cells cannot be read
MOST_CELLS: Final = 40  # classes; more can neither be read nor drawn in a second
CELL_PX: Final = 100  # at most
_CLEAR: Final = "rgba(0, 0, 0, 0.01)"  # what is not there at all cannot be clicked
_FRAME: Final = 0.46  # of a cell
MATRIX_PX: Final = 520  # about: how much room all cells take
# There is nothing to zoom, and the tools would cover the title.
_TOOLS: Final = (
    "zoom",
    "pan",
    "select",
    "lasso",
    "zoomin",
    "zoomout",
    "autoscale",
    "resetscale",
    "toimage",
)


def confusion(counts: NDArray[np.int64], classes: Sequence[str]) -> go.Figure:
    """Counts as squares that can be clicked: rows are what a photo is, columns what it was called.

    Args:
        counts: `(C, C)`, row = is, column = was called.
        classes: Their names.
    """
    size = len(classes)
    names = markdown.chart_names(classes, 16)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    cells = cells_with_photos(counts)
    side = max(18, min(CELL_PX, MATRIX_PX // size - 8))
    # The map fills its cells however narrow the screen; the squares in front of it cannot, and
    # are there to be clicked.
    figure = go.Figure(
        go.Scatter(
            x=[called for _, called in cells],
            y=[truth for truth, _ in cells],
            mode="markers",
            marker={"symbol": "square", "size": side, "color": _CLEAR, "line": {"width": 0}},
            text=[f"{counts[cell]:,}" for cell in cells],
            hovertemplate=[
                f"labelled {names[truth]}, called {names[called]}: {counts[truth, called]:,}"
                "<extra></extra>"
                for truth, called in cells
            ],
            showlegend=False,
        )
    )
    figure.add_heatmap(
        z=np.where(counts > 0, np.maximum(shares, _LEAST), 0),
        zmin=0,
        zmax=1,
        xgap=4,
        ygap=4,
        colorscale=_scale(),
        colorbar={"title": "share of row", "tickformat": ".0%", "thickness": 12},
        hoverinfo="skip",
    )
    ticks = {"tickvals": list(range(size)), "ticktext": names, "showgrid": False, "zeroline": False}
    figure.update_layout(
        title="Confusion matrix: number of photos",
        height=150 + size * (side + 8),
        width=260 + size * (side + 8),
        xaxis={**ticks, "title": "was called", "range": [-0.6, size - 0.4]},
        yaxis={**ticks, "title": "is", "range": [size - 0.4, -0.6], "automargin": True},
        margin={"l": 8, "r": 8, "t": 52, "b": 8},
        clickmode="event+select",
        modebar={"remove": _TOOLS},
        dragmode=False,
        # All at once: Plotly checks those that are there again with each one that is added.
        shapes=_frames(counts),
        annotations=_numbers(counts, shares) if size <= MOST_NUMBERS else [],
    )
    return figure


def cells_with_photos(counts: NDArray[np.integer]) -> list[tuple[int, int]]:
    """The cells that can be clicked, as (is, was called), in the order of their squares.

    Args:
        counts: `(C, C)`, row = is, column = was called.
    """
    return [(truth, called) for truth, called in np.argwhere(counts > 0).tolist()]


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


def _scale() -> list[tuple[float, str]]:
    """The colours of shares from 0 to 1; none at all is no shade of the blue."""
    pale, deep = (f"rgb{cell_colour(share)}" for share in (0, 1))
    return [(0.0, _EMPTY), (_LEAST / 2, _EMPTY), (_LEAST / 2, pale), (1.0, deep)]


def _frames(counts: NDArray[np.int64]) -> list[dict[str, Any]]:
    """A frame for each cell with mistakes."""
    return [
        {
            "type": "rect",
            "x0": column - _FRAME,
            "x1": column + _FRAME,
            "y0": row - _FRAME,
            "y1": row + _FRAME,
            "line": {"color": PALETTE[0], "width": 2},
        }
        for row, column in np.argwhere((counts > 0) & ~np.eye(len(counts), dtype=bool))
    ]


def _numbers(counts: NDArray[np.int64], shares: NDArray[np.floating]) -> list[dict[str, Any]]:
    """Each cell's count: as annotations, for a click fades the text of a trace."""
    return [
        {
            "x": column,
            "y": row,
            "text": f"{counts[row, column]:,}",
            "showarrow": False,
            "font": {
                "color": number_colour(shares[row, column]),
                "size": 16 if len(counts) < 8 else 11,
            },
        }
        for row, column in np.argwhere(counts > 0)
    ]


def describe(counts: NDArray[np.int64], classes: Sequence[str]) -> str:
    """The matrix in a sentence or two, for those who do not see it."""
    right, total = int(np.trace(counts)), int(counts.sum())
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    text = f"Confusion matrix of {photos(total)}: {right:,} called right."
    if wrong.any():
        truth, called = divmod(int(wrong.argmax()), len(classes))
        text += (
            f" Most often mistaken: {classes[truth]} called {classes[called]}, "
            f"{wrong[truth, called]:,} times."
        )
    return text
