"""The confusion matrix as a figure: a cell for every pair, and numbers that can be read."""

from __future__ import annotations

import numpy as np
import pytest

from pages.ui.charts import confusion_matrix
from pipeline.evaluation import metrics
from tests.pages.charts.colours import contrast, luminance


@pytest.mark.parametrize("size", [2, 5, 40])
def test_each_cell_with_photos_can_be_clicked_and_no_other(size: int) -> None:
    random = np.random.default_rng(size)
    counts = metrics.confusion_matrix(
        random.integers(0, size, 3 * size), random.integers(0, size, 3 * size), size
    )
    names = [f"<b>{index}" for index in range(size)]
    figure = confusion_matrix.confusion(counts, names)
    squares = figure.data[0]
    cells = confusion_matrix.cells_with_photos(counts)
    assert cells == list(zip(squares.y, squares.x, strict=True))
    assert [int(text) for text in squares.text] == [counts[cell] for cell in cells]
    assert sum(counts[cell] for cell in cells) == counts.sum()
    assert "<b>" not in str(figure.layout.xaxis.ticktext)
    assert f"{int(np.trace(counts)):,} called right" in confusion_matrix.describe(counts, names)


def test_the_largest_figure_is_one_that_a_page_can_hold() -> None:
    size = confusion_matrix.MOST_CELLS
    figure = confusion_matrix.confusion(np.full((size, size), 3), [str(one) for one in range(size)])
    assert len(figure.to_json()) < 1_000_000
    assert figure.layout.height < 1_500


def test_classes_that_are_named_alike_have_labels_of_their_own() -> None:
    names = ("Potato___Early_blight", "Potato___Late_blight", "cat\u200e", "cat\u200f")
    figure = confusion_matrix.confusion(np.eye(4, dtype=np.int64), names)
    assert len(set(figure.layout.xaxis.ticktext)) == len(set(figure.layout.yaxis.ticktext)) == 4
    assert figure.layout.xaxis.tickvals == (0, 1, 2, 3)


def test_shades_of_one_colour_only_grow_darker() -> None:
    """The matrix tells numbers by lightness alone, and writes them into its cells."""
    figure = confusion_matrix.confusion(np.array([[5, 1], [2, 6]]), ("cat", "dog"))
    shades = [luminance(cell(share)) for share in np.linspace(0, 1, 21)]
    assert shades == sorted(shades, reverse=True)
    drawn = figure.data[1].colorscale
    assert drawn[-1][1] == f"rgb{confusion_matrix.DEEP}"
    assert drawn[-2][1] == f"rgb{confusion_matrix.PALE}"
    assert {note.text for note in figure.layout.annotations} == {"5", "1", "2", "6"}
    assert len(figure.layout.shapes) == 2  # both kinds of mistakes are framed


def cell(share: float) -> str:
    return "#{:02x}{:02x}{:02x}".format(*confusion_matrix.cell_colour(share))


def test_numbers_stand_out_from_their_cells_on_any_page() -> None:
    """The cells are opaque, so the page's own colour, light or dark, makes no difference."""
    for share in np.linspace(0, 1, 201):
        assert contrast(confusion_matrix.number_colour(share), cell(share)) >= 4.5, share
    counts = np.array([[50, 50], [1, 99]])
    figure = confusion_matrix.confusion(counts, ("cat", "dog"))
    for note in figure.layout.annotations:
        share = counts[note.y, note.x] / 100
        assert contrast(note.font.color, cell(share)) >= 4.5, share


def test_no_tools_cover_the_title_of_the_matrix() -> None:
    removed = confusion_matrix.confusion(
        np.eye(2, dtype=np.int64), ("cat", "dog")
    ).layout.modebar.remove
    assert {"zoom", "pan", "toimage"} <= set(removed)
