"""What a point of the curves is called, wherever somebody reads of it."""

from __future__ import annotations

import pytest

from pages.ui.charts.overlaid_curves import Line
from pipeline.coach.curves import Course
from pipeline.evaluation.learning_curve import Epoch
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING, TrainConfig
from pipeline.wording import curve_points

STEPPED = TrainConfig(epochs=3, fine_tune_epochs=2)
BY_SOLVER = TrainConfig(head=SOLVED, fine_tune_epochs=2)


def points(first: int, second: int) -> tuple[Epoch, ...]:
    return tuple(
        Epoch(FEATURE_EXTRACTION if n <= first else FINE_TUNING, n, 0.3, 0.9, 0.4, 0.8, 5.0)
        for n in range(1, first + second + 1)
    )


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
