"""The confusion matrix as a figure: a cell for every pair, and numbers that can be read."""

from __future__ import annotations

import numpy as np
import pytest

from pages.ui.charts import confusion_matrix
from pipeline.evaluation import metrics
from tests.pages.charts.colours import contrast, luminance


@pytest.mark.parametrize("size", [2, 5, 40])
def test_the_figure_has_a_cell_for_every_pair(size: int) -> None:
    random = np.random.default_rng(size)
    counts = metrics.confusion_matrix(
        random.integers(0, size, 500), random.integers(0, size, 500), size
    )
    names = [f"<b>{index}" for index in range(size)]
    figure = confusion_matrix.confusion(counts, names)
    assert len(figure.data[0].x) == size * size
    assert "<b>" not in str(figure.layout.xaxis.ticktext)
    assert f"{int(np.trace(counts)):,} called right" in confusion_matrix.describe(counts, names)


@pytest.mark.parametrize("size", [61, 400, 1_000])
def test_many_classes_are_a_picture_that_a_page_can_hold(size: int) -> None:
    """As squares with words, 400 classes are 18 MB and 10,550 px high."""
    random = np.random.default_rng(size)
    truth = random.integers(0, size, 20 * size)
    called = np.where(random.random(20 * size) < 0.8, truth, random.integers(0, size, 20 * size))
    counts = metrics.confusion_matrix(truth, called, size)
    names = [f"<b>{'a long name of a class ' * 2}{index}" for index in range(size)]
    figure = confusion_matrix.picture(counts, names)
    assert len(figure.to_json()) < 2_000_000
    assert figure.layout.height == confusion_matrix.PICTURE_PX
    (drawn,) = figure.data
    assert drawn.z.shape == (size, size)
    assert ((drawn.z > 0) == (counts > 0)).all()  # one photo of many is seen, too
    assert len(set(drawn.x)) == size
    assert not any("<b>" in name for name in drawn.x)


def test_up_to_sixty_classes_the_cells_can_be_clicked() -> None:
    size = confusion_matrix.MOST_CELLS
    figure = confusion_matrix.confusion(np.full((size, size), 3), [str(one) for one in range(size)])
    assert len(figure.to_json()) < 2_000_000


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
