"""Curves of several runs: aligned, told apart without colours, and in a table."""

from __future__ import annotations

import itertools
import tomllib

import numpy as np
import pytest

from pages.ui.charts import learning_curve, overlaid_curves
from pipeline.evaluation.learning_curve import Epoch
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING
from tests.conftest import REPOSITORY
from tests.pages.charts.colours import EYES, contrast, lab


def epochs(first: int, second: int) -> tuple[Epoch, ...]:
    """Curves of so many epochs in either phase."""
    return tuple(
        Epoch(
            FEATURE_EXTRACTION if number <= first else FINE_TUNING,
            number,
            1 / number,
            1 - 0.5 / number,
            0.9 / number,
            1 - 0.4 / number,
            1.0,
        )
        for number in range(1, first + second + 1)
    )


def test_curves_are_aligned_where_fine_tuning_starts() -> None:
    lines = [
        overlaid_curves.Line("<b>one</b>", epochs(2, 3)),
        overlaid_curves.Line("two", epochs(5, 1)),
    ]
    figure = overlaid_curves.figure(learning_curve.ACCURACY, lines)
    assert [list(trace.x) for trace in figure.data] == [
        [-1, 0, 1, 2, 3],
        [-4, -3, -2, -1, 0, 1],
    ]
    assert figure.layout.shapes[0].x0 == 0
    assert [note.text for note in figure.layout.annotations] == [
        "feature extraction",
        "fine-tuning",
    ]
    assert figure.data[0].name == "&lt;b&gt;one&lt;/b&gt;, validation"
    assert list(figure.data[0].customdata)[1:3] == ["epoch 2", "fine-tuning epoch 1"]
    assert figure.layout.title.text == "Accuracy on validation photos"
    assert figure.layout.xaxis.title.text == "epochs from the start of fine-tuning"
    assert figure.layout.yaxis.title.text == "accuracy"


def test_training_curves_are_told_from_validation_without_colours() -> None:
    lines = [overlaid_curves.Line("one", epochs(2, 3)), overlaid_curves.Line("two", epochs(3, 2))]
    figure = overlaid_curves.figure(learning_curve.LOSS, lines, training=True)
    styles = {(trace.marker.symbol, trace.line.dash) for trace in figure.data}
    assert len(figure.data) == len(styles) == 4
    assert [trace.showlegend for trace in figure.data] == [True, False, True, False]
    assert figure.layout.yaxis.range[0] == 0


def test_what_was_not_fine_tuned_ends_where_it_would_begin() -> None:
    lines = [
        overlaid_curves.Line("tuned", epochs(2, 3)),
        overlaid_curves.Line("never", epochs(4, 0)),
        overlaid_curves.Line("not yet", epochs(2, 0), planned=5),
        overlaid_curves.Line("solved", epochs(9, 2), solved=True),
    ]
    figure = overlaid_curves.figure(learning_curve.ACCURACY, lines)
    assert [list(trace.x) for trace in figure.data[1:]] == [[-3, -2, -1, 0], [-4, -3], [0, 1, 2]]
    assert figure.data[3].customdata[0] == "solver step 9"


def test_without_any_fine_tuning_epochs_are_counted_from_the_first() -> None:
    lines = [
        overlaid_curves.Line("one", epochs(3, 0)),
        overlaid_curves.Line("two", epochs(5, 0), solved=True),
    ]
    figure = overlaid_curves.figure(learning_curve.ACCURACY, lines)
    assert list(figure.data[0].x) == [1, 2, 3]
    assert not figure.layout.shapes
    assert figure.layout.xaxis.title.text == "epoch, or step of the solver"


def test_the_table_has_the_numbers_of_the_chart() -> None:
    lines = [overlaid_curves.Line("one", epochs(1, 1)), overlaid_curves.Line("two", epochs(2, 1))]
    table = overlaid_curves.table(learning_curve.ACCURACY, lines)
    assert list(table["From fine-tuning"]) == [-1, 0, 1]
    assert table["one, validation"].isna().tolist() == [True, False, False]
    assert table["two, training"].tolist() == pytest.approx([0.5, 0.75, 1 - 0.5 / 3])
    assert "two from 0.600 to 0.867" in overlaid_curves.describe(learning_curve.ACCURACY, lines)


@pytest.mark.parametrize("eye", EYES)
def test_compared_colours_are_told_apart_by_every_eye(eye: str) -> None:
    for one, other in itertools.combinations(overlaid_curves.COLOURS, 2):
        assert np.linalg.norm(lab(one, eye) - lab(other, eye)) >= 24, (one, other)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_compared_colours_stand_out(look: str) -> None:
    text = (REPOSITORY / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    background = tomllib.loads(text)["theme"][look]["backgroundColor"]
    assert all(contrast(colour, background) >= 3.2 for colour in overlaid_curves.COLOURS)
