"""Runs: look, rename, delete, and tables to take away."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import PawTuneError, RunError
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import PREDICTIONS, Runs, find
from pipeline.workspace.states import RunState
from tests.workspaces import add_photo_set, add_run, class_folders


@pytest.fixture
def run(workspace: Workspace, tmp_path: Path) -> Run:
    """A finished run with eight test photos."""
    photos = class_folders(tmp_path / "many", photos=40)
    return add_run(workspace, add_photo_set(workspace, photos, "Many").id)


def test_runs_newest_first_and_renamed(workspace, photo_set) -> None:
    first = add_run(workspace, photo_set.id, "First")
    second = add_run(workspace, photo_set.id, "Second")
    runs = Runs(workspace)
    assert [run.id for run in runs.list()] == [second.id, first.id]
    runs.rename(first.id, "  <img onerror=alert(1)>  ")
    assert runs.get(first.id).name == "<img onerror=alert(1)>"
    with pytest.raises(RunError, match="needs a name"):
        runs.rename(first.id, "  ")


def test_deleting_takes_rows_and_files(workspace, photo_set) -> None:
    run = add_run(workspace, photo_set.id)
    Runs(workspace).delete(run.id)
    assert not run.folder.exists()
    with pytest.raises(RunError, match="no such run"):
        Runs(workspace).get(run.id)
    assert examine(workspace)["healthy"]


def test_a_run_at_work_cannot_be_deleted(workspace, photo_set) -> None:
    run = add_run(workspace, photo_set.id, state="running")
    with pytest.raises(RunError, match="still running"):
        Runs(workspace).delete(run.id)
    assert run.folder.exists()


def test_curves_as_csv(workspace, photo_set) -> None:
    run = add_run(workspace, photo_set.id)
    rows = list(csv.DictReader(io.StringIO(Runs(workspace).curves_csv(run.id))))
    assert [int(row["epoch"]) for row in rows] == [1, 2, 3, 4, 5]
    assert [row["phase"] for row in rows] == ["feature_extraction"] * 3 + ["fine_tuning"] * 2
    assert float(rows[-1]["val_loss"]) == pytest.approx(0.16)


def test_predictions_and_their_damage(workspace, photo_set) -> None:
    run = add_run(workspace, photo_set.id)
    predictions = Runs(workspace).predictions(run.id)
    assert predictions.probabilities.shape == (4, 2)
    assert (predictions.called != predictions.truth).sum() == 1
    (run.folder / "predictions.npz").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(RunError, match="missing or damaged"):
        Runs(workspace).predictions(run.id)


@pytest.mark.parametrize(
    ("column", "value"),
    [("config", {"epochs": "many"}), ("config", ["epochs"]), ("state", "dreaming")],
)
def test_a_damaged_row_hides_no_other(workspace, photo_set, column: str, value: Any) -> None:
    add_run(workspace, photo_set.id, "Whole")
    damaged = add_run(workspace, photo_set.id, "Damaged")
    with workspace.database.writing() as session:
        setattr(find(session, damaged.id), column, value)
    states = {run.name: run.state for run in Runs(workspace).list()}
    assert states == {"Whole": RunState.DONE, "Damaged": RunState.DAMAGED}
    assert any("damaged" in problem for problem in examine(workspace)["problems"])


def test_without_a_bundle_nothing_answers(workspace, photo_set) -> None:
    run = add_run(workspace, photo_set.id)
    with pytest.raises(RunError, match="cannot answer"):
        Runs(workspace).bundle_folder(run.id)


def test_predictions_as_csv(workspace: Workspace, run: Run) -> None:
    rows = list(csv.reader(io.StringIO(Runs(workspace).predictions_csv(run.id))))
    assert rows[0] == ["name", "is", "called", "probability of blue", "probability of red"]
    assert len(rows) == 9
    test = [
        photo
        for photo in PhotoSets(workspace).open(run.photo_set_id).photos
        if photo.split == "test"
    ]
    assert [row[0] for row in rows[1:]] == [photo.name for photo in test]
    assert [row[1] != row[2] for row in rows[1:]].count(True) == 1
    for row in rows[1:]:
        assert float(row[3]) + float(row[4]) == pytest.approx(1)


def test_predictions_of_photos_that_are_gone_are_numbered(workspace: Workspace, run: Run) -> None:
    (workspace.photo_sets_folder / run.photo_set_id / "manifest.json").unlink()
    rows = list(csv.reader(io.StringIO(Runs(workspace).predictions_csv(run.id))))
    assert re.fullmatch(r"photo \d+", rows[1][0])


def test_predictions_that_are_missing(workspace: Workspace, run: Run) -> None:
    (run.folder / PREDICTIONS).unlink()
    with pytest.raises(PawTuneError, match="missing or damaged"):
        Runs(workspace).predictions_csv(run.id)


def test_curves_as_csv_are_as_before(workspace: Workspace, run: Run) -> None:
    lines = Runs(workspace).curves_csv(run.id).splitlines()
    assert lines[0] == "phase,epoch,loss,accuracy,val_loss,val_accuracy,seconds"
    assert len(lines) == 6
