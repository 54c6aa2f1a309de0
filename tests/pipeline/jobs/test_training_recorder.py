"""What a training's progress looks like to those who watch it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING, TrainConfig
from pipeline.workspace.home import open_workspace
from pipeline.workspace.runs import Runs
from tests.workspaces import add_photo_set, add_run, class_folders


class Told:
    """Takes the place of the reporter and remembers."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, Any]]] = []

    def tell(self, stage: str, **columns: Any) -> None:
        self.lines.append((stage, columns))

    def check(self) -> None:
        return


@pytest.fixture
def recorder(own_home: Path, tmp_path: Path):
    from pipeline.jobs.training_recorder import Recorder

    workspace = open_workspace(own_home)
    row = add_photo_set(workspace, class_folders(tmp_path / "photos", photos=6))
    config = TrainConfig(epochs=4, fine_tune_epochs=2)
    run = add_run(workspace, row.id, config=config, state="running")
    with workspace.database.writing() as session:
        from sqlalchemy import delete

        from pipeline.workspace.tables import EpochRecord

        session.execute(delete(EpochRecord))
    return Recorder(workspace, Runs(workspace).get(run.id), Told())


def play(recorder, phase: str, first: int, last: int) -> None:
    from pipeline.evaluation.learning_curve import EpochScores

    for epoch in range(first, last + 1):
        for batch in range(1, 6):
            recorder.batch(phase, epoch, batch, 5)
        recorder.epoch(phase, epoch, EpochScores(0.5, 0.8, 0.4, 0.9, 1.0, 0.4))


def test_progress_grows_from_nothing_to_all(recorder) -> None:
    play(recorder, FEATURE_EXTRACTION, 1, 4)
    play(recorder, FINE_TUNING, 5, 6)
    fractions = [columns["fraction"] for _, columns in recorder._report.lines]
    assert fractions == sorted(fractions)
    assert 0 < fractions[0] < 0.1
    assert fractions[-1] == pytest.approx(1)
    assert recorder._report.lines[-1][0] == "Fine-tuning, epoch 6 of 6"
    assert recorder._report.lines[-1][1]["seconds_left"] == pytest.approx(0, abs=1e-6)


def test_a_first_phase_that_stopped_early_does_not_confuse_the_second(recorder) -> None:
    play(recorder, FEATURE_EXTRACTION, 1, 2)
    play(recorder, FINE_TUNING, 3, 4)
    stage, columns = recorder._report.lines[-1]
    assert stage == "Fine-tuning, epoch 4 of 4"
    assert columns["fraction"] == pytest.approx(1)
    assert min(columns["fraction"] for _, columns in recorder._report.lines) > 0
