"""What is left of a training, from its first second to its last."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.evaluation.learning_curve import EpochScores
from pipeline.jobs import time_left
from pipeline.jobs.time_left import TimeLeft
from pipeline.network.training_time import TrainingTime
from pipeline.progress import Stage, Step
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import (
    AUGMENT_PRESETS,
    FEATURE_EXTRACTION,
    FINE_TUNING,
    TrainConfig,
)
from pipeline.workspace.home import open_workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from tests.workspaces import add_photo_set, add_run, class_folders

EXPECTED = TrainingTime(
    starting=1.0, preparing=40.0, head=10.0, fine_tuning=30.0, packing=4.0, scoring=2.0
)
CONFIG = TrainConfig(epochs=8, fine_tune_epochs=3, views=4)
PLAIN = replace(CONFIG, augment=AUGMENT_PRESETS["none"])


class Clock:
    """What this training sees of the time."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time_left, "time", clock)
    return clock


@pytest.fixture
def run(own_home: Path, tmp_path: Path) -> Run:
    workspace = open_workspace(own_home)
    row = add_photo_set(workspace, class_folders(tmp_path / "photos", photos=6))
    made = add_run(workspace, row.id, config=CONFIG)
    return replace(Runs(workspace).get(made.id), epochs=())


def test_from_the_first_second_all_parts_count(run: Run, clock: Clock) -> None:
    left = TimeLeft(run, EXPECTED)
    assert left.turn_to(Stage(Step.STARTING)) == pytest.approx(86)
    clock.seconds = 5
    assert left.turn_to(Stage(Step.PREPARING_PHOTOS)) == pytest.approx(81)


def test_a_stage_that_is_slower_than_expected_adds_what_it_needs(run: Run, clock: Clock) -> None:
    left = TimeLeft(run, EXPECTED)
    assert left.turn_to(Stage(Step.LOOKING), 90.0) == pytest.approx(90 + 46)
    assert left.turn_to(Stage(Step.LOOKING), 3.0) == pytest.approx(86), "other views follow"


def test_a_download_comes_on_top(run: Run, clock: Clock) -> None:
    left = TimeLeft(run, EXPECTED)
    assert left.turn_to(Stage(Step.DOWNLOADING), 7.0) == pytest.approx(93)


def test_each_part_ends_and_packing_is_always_among_what_is_left(run: Run, clock: Clock) -> None:
    left = TimeLeft(replace(run, config=PLAIN), EXPECTED)
    clock.seconds = 40
    assert left.turn_to(Stage(Step.LOOKING)) == pytest.approx(46)
    assert left.learning(FEATURE_EXTRACTION, 0.01) == pytest.approx(46)
    for epoch in range(1, 9):  # at twice the speed
        clock.seconds += 5 / 8
        told = left.learning(FEATURE_EXTRACTION, float(epoch))
        assert told == pytest.approx((8 - epoch) * 5 / 8 + 36, abs=0.1)
    clock.seconds += 3
    assert left.turn_to(Stage(Step.PREPARING_FINE_TUNING)) == pytest.approx(36)
    clock.seconds += 3
    assert left.learning(FINE_TUNING, 0.0) == pytest.approx(33)
    clock.seconds += 17  # with the three seconds before: 20 for one epoch
    assert left.learning(FINE_TUNING, 1.0) == pytest.approx(40 + 6)
    assert left.turn_to(Stage(Step.PACKING)) == pytest.approx(6)
    clock.seconds += 1
    assert left.turn_to(Stage(Step.PACKING)) == pytest.approx(5)
    assert left.turn_to(Stage(Step.SCORING)) == pytest.approx(2)
    clock.seconds += 9
    assert left.turn_to(Stage(Step.SCORING)) == 0


def test_views_that_were_kept_take_nothing(run: Run, clock: Clock) -> None:
    left = TimeLeft(run, EXPECTED)
    assert left.learning(FEATURE_EXTRACTION, 0.0) == pytest.approx(86 - 10), "one of four is there"
    clock.seconds = 3
    assert left.learning(FEATURE_EXTRACTION, 3.0) == pytest.approx(5 + 36), "all of them"


def test_a_view_between_two_epochs_is_not_learning(run: Run, clock: Clock) -> None:
    left = TimeLeft(run, EXPECTED)
    left.learning(FEATURE_EXTRACTION, 0.0)
    clock.seconds = 1
    left.learning(FEATURE_EXTRACTION, 1.0)
    left.turn_to(Stage(Step.LOOKING_AT_VIEW))
    clock.seconds = 11
    assert left.learning(FEATURE_EXTRACTION, 2.0) == pytest.approx(6 * 0.5 + 36 + 10)


def test_the_solver_is_one_epoch_however_many_steps_it_takes(run: Run, clock: Clock) -> None:
    left = TimeLeft(replace(run, config=replace(CONFIG, head=SOLVED)), EXPECTED)
    assert left.turn_to(Stage(Step.SOLVING)) == pytest.approx(86)
    assert left.learning(FINE_TUNING, 0.0) == pytest.approx(36)


def test_what_an_earlier_try_has_learned_takes_no_time(run: Run, clock: Clock) -> None:
    scores = EpochScores(0.5, 0.8, 0.4, 0.9, 1.0, 0.4)
    learned = [scores.at(FEATURE_EXTRACTION, n) for n in range(1, 9)]
    learned += [scores.at(FINE_TUNING, 9)]
    left = TimeLeft(replace(run, epochs=tuple(learned)), replace(EXPECTED, preparing=0.0))
    assert left.turn_to(Stage(Step.STARTING)) == pytest.approx(20 + 6)


def test_on_a_machine_that_was_not_measured_the_last_phase_tells(run: Run, clock: Clock) -> None:
    left = TimeLeft(run, None)
    assert left.turn_to(Stage(Step.STARTING)) is None
    assert left.turn_to(Stage(Step.LOOKING), 5.0) == 5.0
    left.learning(FEATURE_EXTRACTION, 0.0)
    clock.seconds = 1
    assert left.learning(FEATURE_EXTRACTION, 1.0) is None
    left.learning(FINE_TUNING, 0.0)
    clock.seconds = 3
    assert left.learning(FINE_TUNING, 1.0) == pytest.approx(4)
