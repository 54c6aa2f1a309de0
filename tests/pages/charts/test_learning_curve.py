"""The learning curves of a run: lines, marker, axes, and the words for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pages.ui.charts import learning_curve
from pipeline.evaluation.learning_curve import Epoch
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING
from pipeline.wording import curve_points
from pipeline.workspace.run import Run
from tests.workspaces import SOLVER_STEPS

EPOCHS = tuple(
    Epoch(
        FEATURE_EXTRACTION if number <= 3 else FINE_TUNING,
        number,
        0.9 / number,
        1 - 0.4 / number,
        0.8 / number,
        1 - 0.3 / number,
        5.0,
    )
    for number in range(1, 6)
)


@pytest.mark.parametrize("measure", [learning_curve.ACCURACY, learning_curve.LOSS])
def test_curves_carry_both_lines_the_marker_and_the_best(measure: str) -> None:
    figure = learning_curve.of_run(
        measure, EPOCHS, initial={"loss": 0.91, "accuracy": 0.38}, best_epoch=5
    )
    names = [trace.name for trace in figure.data]
    assert names == ["Training", "Validation", "Best epoch (saved)"]
    assert list(figure.data[0].x) == [1, 2, 3, 4, 5]
    assert list(figure.data[1].x) == [0, 1, 2, 3, 4, 5]  # the untrained head is epoch 0
    assert figure.data[0].line.dash != figure.data[1].line.dash  # not by colour alone
    assert figure.layout.shapes[0].x0 == 3.5
    words = figure.layout.annotations[0]
    assert (words.text, words.xanchor) == ("fine-tuning starts", "right")  # the line stands late
    assert figure.layout.title.text
    assert figure.layout.xaxis.title.text == "epoch"
    assert figure.layout.yaxis.title.text


def test_a_growing_curve_keeps_its_axis() -> None:
    short = learning_curve.of_run(learning_curve.ACCURACY, EPOCHS[:1], planned=20)
    long = learning_curve.of_run(learning_curve.ACCURACY, EPOCHS, planned=20)
    assert short.layout.xaxis.range == long.layout.xaxis.range
    assert not short.layout.shapes  # fine-tuning has not begun


def test_curves_are_described_in_words() -> None:
    assert "no epoch" in learning_curve.describe(learning_curve.LOSS, ())
    assert "5 epochs" in learning_curve.describe(learning_curve.LOSS, EPOCHS)


def test_the_solvers_steps_stand_on_the_axis(quick: Run) -> None:
    figure = learning_curve.of_run(
        learning_curve.LOSS, quick.epochs, initial=quick.initial, solved=True
    )
    assert figure.layout.xaxis.title.text == "step of the solver"
    assert figure.layout.xaxis.unifiedhovertitle.text == "step %{x}"
    coming = learning_curve.of_run(
        learning_curve.LOSS, quick.epochs, planned=SOLVER_STEPS + 20, solved=True
    )
    assert coming.layout.xaxis.title.text == "step of the solver, then epoch of fine-tuning"
    assert not figure.layout.shapes, "a quick run has no fine-tuning"
    told = learning_curve.describe(
        learning_curve.LOSS, quick.epochs, curve_points.counted(quick.config, quick.epochs)
    )
    assert f"over {SOLVER_STEPS} solver steps" in told
    assert "epoch" not in told


def test_what_is_kept_says_why(careful: Run) -> None:
    def why(number: int) -> str:
        figure = learning_curve.of_run(
            learning_curve.LOSS, careful.epochs, best_epoch=number, solved=True
        )
        return next(t.hovertemplate for t in figure.data if t.name == "Best epoch (saved)")

    assert "the solver's result" in why(SOLVER_STEPS)
    assert "lowest validation loss" in why(SOLVER_STEPS + 2)


@pytest.mark.parametrize("steps", [1, 3, 12, 30])
def test_fine_tuning_is_counted_anew(careful: Run, steps: int) -> None:
    solver = [replace(careful.epochs[0], epoch=number) for number in range(1, steps + 1)]
    tuned = [replace(careful.epochs[-1], epoch=steps + number) for number in range(1, 21)]
    figure = learning_curve.of_run(learning_curve.ACCURACY, [*solver, *tuned], solved=True)
    axis = figure.layout.xaxis
    assert axis.title.text == "step of the solver, then epoch of fine-tuning"
    assert figure.layout.shapes[0].x0 == steps + 0.5
    shown = dict(zip(axis.tickvals, axis.ticktext, strict=True))
    assert all(int(text) == (x if x <= steps else x - steps) for x, text in shown.items())
    assert min(b - a for a, b in zip(axis.tickvals, axis.tickvals[1:], strict=False)) >= 2
    names = figure.data[0].customdata
    assert (names[steps - 1], names[steps]) == (f"solver step {steps}", "fine-tuning epoch 1")
    assert not figure.data[0].showlegend


def test_the_tutorials_curve_says_that_it_counts_epochs(quick: Run) -> None:
    figure = learning_curve.of_run(
        learning_curve.LOSS, quick.epochs, reference=quick.epochs[:3], solved=True
    )
    assert figure.data[0].name == "Tutorial, validation, by epoch"
