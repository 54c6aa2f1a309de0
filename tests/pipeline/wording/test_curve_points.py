"""What a point of the curves is called, wherever somebody reads of it."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import pytest

from pages.ui.charts.overlaid_curves import Line
from pipeline.coach.curves import Course
from pipeline.evaluation.learning_curve import Epoch
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.presets import CAREFUL, PRESETS, QUICK
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING, TrainConfig
from pipeline.wording import curve_points
from tests.workspaces import SOLVER_STEPS

STEPPED = TrainConfig(epochs=3, fine_tune_epochs=2)
BY_SOLVER = TrainConfig(head=SOLVED, fine_tune_epochs=2)


def points(first: int, second: int) -> tuple[Epoch, ...]:
    return tuple(
        Epoch(FEATURE_EXTRACTION if n <= first else FINE_TUNING, n, 0.3, 0.9, 0.4, 0.8, 5.0)
        for n in range(1, first + second + 1)
    )


class Curve(NamedTuple):
    """The settings of a run, and its points."""

    config: TrainConfig
    epochs: tuple[Epoch, ...]


@pytest.fixture
def quick() -> Curve:
    """Solved, not fine-tuned."""
    return Curve(PRESETS[QUICK].config, points(SOLVER_STEPS, 0))


@pytest.fixture
def careful() -> Curve:
    """Solved, then four epochs of fine-tuning."""
    config = replace(PRESETS[CAREFUL].config, fine_tune_epochs=4)
    return Curve(config, points(SOLVER_STEPS, 4))


@pytest.mark.parametrize(
    ("config", "names"),
    [
        (STEPPED, ["epoch 1", "epoch 2", "epoch 3", "epoch 4", "epoch 5"]),
        (
            BY_SOLVER,
            [
                *("solver step 1", "solver step 2", "solver step 3"),
                *("fine-tuning epoch 1", "fine-tuning epoch 2"),
            ],
        ),
    ],
    ids=["stepped", "solved"],
)
def test_a_point_has_one_name_everywhere(config: TrainConfig, names: list[str]) -> None:
    curve = points(3, 2)
    course = Course(config, curve, {})
    assert [curve_points.name(config, curve, point.epoch) for point in curve] == names
    assert [course.name(point) for point in curve] == names


@pytest.mark.parametrize(("solved", "second"), [(False, "epoch 2"), (True, "solver step 2")])
def test_laid_over_each_other_fine_tuning_is_counted_anew(solved: bool, second: str) -> None:
    line = Line("Mine", points(3, 2), solved=solved)
    assert [line.point(number) for number in (2, 4, 5)] == [
        *(second, "fine-tuning epoch 1", "fine-tuning epoch 2")
    ]


@pytest.mark.parametrize(("curve", "after"), [((), None), ((3, 0), None), ((3, 2), 3), ((0, 2), 0)])
def test_where_fine_tuning_begins(curve: tuple[int, ...], after: int | None) -> None:
    assert curve_points.fine_tuning_after(points(*curve) if curve else ()) == after


def test_points_have_names(quick: Curve, careful: Curve) -> None:
    assert curve_points.name(quick.config, quick.epochs, 3) == "solver step 3"
    assert (
        curve_points.name(careful.config, careful.epochs, SOLVER_STEPS)
        == f"solver step {SOLVER_STEPS}"
    )
    assert (
        curve_points.name(careful.config, careful.epochs, SOLVER_STEPS + 3) == "fine-tuning epoch 3"
    )
    assert curve_points.name(TrainConfig(), (), 13) == "epoch 13"


def test_points_are_counted(quick: Curve, careful: Curve) -> None:
    assert curve_points.counted(quick.config, quick.epochs) == f"{SOLVER_STEPS} solver steps"
    assert (
        curve_points.counted(careful.config, careful.epochs)
        == f"{SOLVER_STEPS} solver steps and 4 epochs"
    )
    assert curve_points.counted(TrainConfig(), careful.epochs[:1]) == "1 epoch"
    rounds = [curve_points.rounds(run.config) for run in (quick, careful)]
    assert rounds == ["solved", "solved + 4"]
    assert curve_points.rounds(TrainConfig()) == "10 + 10"


def test_what_is_planned_follows_the_solver(careful: Curve) -> None:
    assert curve_points.planned(careful.config, ()) == 4
    assert curve_points.planned(careful.config, careful.epochs[:3]) == 3 + 4
    assert curve_points.planned(careful.config, careful.epochs) == SOLVER_STEPS + 4
    assert curve_points.planned(TrainConfig(), ()) == 20


def test_what_follows_is_said_while_it_may_come(quick: Curve, careful: Curve) -> None:
    def said(run: Curve, points: int, at_work: bool) -> str:
        return curve_points.explained(run.config, run.epochs[:points], at_work)

    assert "Fine-tuning follows" in said(careful, SOLVER_STEPS, True)
    assert "ine-tuning" not in said(careful, SOLVER_STEPS, False), "stopped before it began"
    assert "begins fine-tuning" in said(careful, SOLVER_STEPS + 1, False)
    assert "ine-tuning" not in said(quick, SOLVER_STEPS, True)
