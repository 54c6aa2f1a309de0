"""The confusion matrix: a cell for every pair, zeros as well, and numbers that can be read."""

from __future__ import annotations

import json

import numpy as np
import pytest

from pages.ui.charts import confusion_matrix
from pipeline.evaluation import metrics
from tests.pages.charts.colours import contrast, luminance

COUNTS = np.array([[5, 0], [2, 6]])


def test_every_pair_is_a_cell_and_zeros_are_printed() -> None:
    data = confusion_matrix.message(COUNTS, ("cat", "dog"), (1, 0))
    assert data["counts"] == [[5, 0], [2, 6]]
    assert data["numbers"]
    assert data["chosen"] == (1, 0)
    assert (data["words"]["actual"], data["words"]["predicted"]) == ("Actual", "Predicted")
    assert data["cells"] == [
        ["Actual cat, predicted cat: 5 (100 % of cat)", "Actual cat, predicted dog: 0"],
        [
            "Actual dog, predicted cat: 2 (25 % of dog)",
            "Actual dog, predicted dog: 6 (75 % of dog)",
        ],
    ]
    assert data["colours"][0][1] == ("", "")


@pytest.mark.parametrize("size", [2, 5, 40])
def test_it_counts_all_photos_and_says_how_many_are_correct(size: int) -> None:
    random = np.random.default_rng(size)
    counts = metrics.confusion_matrix(
        random.integers(0, size, 3 * size), random.integers(0, size, 3 * size), size
    )
    names = [f"<b>{index}" for index in range(size)]
    data = confusion_matrix.message(counts, names)
    assert int(np.sum(data["counts"])) == 3 * size
    assert f"{int(np.trace(counts)):,} predicted correctly" in data["words"]["caption"]
    assert data["numbers"] == (size <= confusion_matrix.MOST_NUMBERS)


def test_the_largest_matrix_is_one_that_a_page_can_hold() -> None:
    size = confusion_matrix.MOST_CELLS
    data = confusion_matrix.message(np.full((size, size), 3), [str(one) for one in range(size)])
    assert len(json.dumps(data)) < 300_000


def test_classes_that_are_named_alike_have_labels_of_their_own() -> None:
    names = ("Potato___Early_blight", "Potato___Late_blight", "cat\u200e", "cat\u200f")
    data = confusion_matrix.message(np.eye(4, dtype=np.int64), names)
    assert len(set(data["names"])) == 4


def test_shades_of_one_colour_only_grow_darker() -> None:
    """The matrix tells numbers by lightness alone, and writes them into its cells."""
    shades = [luminance(cell(share)) for share in np.linspace(0, 1, 21)]
    assert shades == sorted(shades, reverse=True)
    assert confusion_matrix.cell_colour(0) == confusion_matrix.PALE
    assert confusion_matrix.cell_colour(1) == confusion_matrix.DEEP


def cell(share: float) -> str:
    return "#{:02x}{:02x}{:02x}".format(*confusion_matrix.cell_colour(share))


def test_numbers_stand_out_from_their_cells_on_any_page() -> None:
    """The cells are opaque, so the page's own colour, light or dark, makes no difference."""
    for share in np.linspace(0, 1, 201):
        assert contrast(confusion_matrix.number_colour(share), cell(share)) >= 4.5, share
    counts = np.array([[50, 50], [1, 99]])
    data = confusion_matrix.message(counts, ("cat", "dog"))
    for row, line in zip(counts, data["colours"], strict=True):
        for count, (_, ink) in zip(row, line, strict=True):
            assert contrast(ink, cell(count / row.sum())) >= 4.5
