"""Runs and photo sets: look, rename, delete, take away."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipeline.errors import PhotoSetError, RunError
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.states import RunState
from tests.workspaces import add_photo_set, add_run, class_folders


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "home")


@pytest.fixture
def photo_set(workspace: Workspace, tmp_path: Path):
    return add_photo_set(workspace, class_folders(tmp_path / "photos"))


def test_a_set_is_listed_with_its_numbers(workspace, photo_set) -> None:
    (row,) = PhotoSets(workspace).list()
    assert row == photo_set
    assert row.accepted + len(row.rejected) == row.received == 40
    assert row.split_sizes == {"training": 32, "validation": 4, "test": 4}
    assert row.bytes > 10_000


def test_what_was_odd_is_kept_with_the_set(workspace, tmp_path) -> None:
    folder = class_folders(tmp_path / "photos")
    (folder / "Red ").mkdir()
    Image.new("RGB", (40, 40), (9, 9, 9)).save(folder / "Red " / "dark.png")
    notes = add_photo_set(workspace, folder).notes
    assert any("taken as one class" in note for note in notes)
    assert any("dark.png: It is blank" in note for note in notes)


def test_the_same_photos_are_the_same_set(workspace, photo_set, tmp_path) -> None:
    again = add_photo_set(workspace, tmp_path / "photos", name="Again")
    assert again.id == photo_set.id
    assert [row.name for row in PhotoSets(workspace).list()] == ["Colours"], "its owner named it"


def test_a_set_in_use_stays(workspace, photo_set) -> None:
    run = add_run(workspace, photo_set.id)
    with pytest.raises(PhotoSetError, match="1 run was trained"):
        PhotoSets(workspace).delete(photo_set.id)
    Runs(workspace).delete(run.id)
    PhotoSets(workspace).delete(photo_set.id)
    assert PhotoSets(workspace).list() == ()
    assert list(workspace.photo_sets_folder.iterdir()) == []
    assert examine(workspace)["healthy"]


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
    with pytest.raises(RunError, match="still at work"):
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


@pytest.mark.parametrize("damage", ["missing", "changed", "stranger"])
def test_the_doctor_sees(workspace, photo_set, damage: str) -> None:
    run = add_run(workspace, photo_set.id)
    assert examine(workspace) == {
        "healthy": True,
        "problems": [],
        "files": 5,
        "photo_sets": 1,
        "runs": 1,
        "jobs": 1,
        "leftovers": 0,
    }
    pack = next(workspace.photo_sets_folder.rglob("*.pack"))
    if damage == "missing":
        (run.folder / "predictions.npz").unlink()
    elif damage == "changed":
        data = bytearray(pack.read_bytes())
        data[len(data) // 2] ^= 1
        pack.write_bytes(data)
    else:
        (workspace.runs_folder / "run-unknown").mkdir()
    found = examine(workspace)
    assert not found["healthy"]
    expected = {"missing": "is missing", "changed": "damaged", "stranger": "belongs to nothing"}
    assert any(expected[damage] in problem for problem in found["problems"])


def test_a_workspace_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    from pipeline.errors import PawTuneError

    with pytest.raises(PawTuneError, match="PAWTUNE_HOME"):
        open_workspace(tmp_path / "file" / "home")
