"""New results take the place of old ones; what was cut off in between is swept."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.network.names import LAST_FILE
from pipeline.workspace import run_results
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import BUNDLE, PREDICTIONS, Runs, find
from pipeline.workspace.tables import FileRecord
from tests.workspaces import add_photo_set, add_run, class_folders


@pytest.fixture
def workspace(own_home: Path) -> Workspace:
    return open_workspace(own_home)


@pytest.fixture
def run(workspace: Workspace, tmp_path: Path) -> Run:
    """A run with results in its own folder."""
    row = add_photo_set(workspace, class_folders(tmp_path / "photos", photos=6))
    made = add_run(workspace, row.id)
    fill(made)
    (made.folder / LAST_FILE).write_text("old")
    with workspace.database.writing() as session:
        workspace.keep_files(session, made.id, made.folder)
        find(session, made.id).can_answer = True
    return Runs(workspace).get(made.id)


def fill(run: Run) -> None:
    (run.results / BUNDLE).mkdir(parents=True, exist_ok=True)
    (run.results / BUNDLE / "model.tflite").write_text("network")
    (run.results / PREDICTIONS).write_text("answers")


def again(workspace: Workspace, run: Run) -> Run:
    """What a try that goes on does in the end."""
    name = run_results.fresh_name(run)
    (run.folder / (name or "") / BUNDLE).mkdir(parents=True)
    (run.folder / (name or "") / BUNDLE / "model.tflite").write_text("new")
    with workspace.database.writing() as session:
        run_results.take_place(session, workspace, run, name)
    run_results.remove_old(workspace, run)
    return Runs(workspace).get(run.id)


def recorded(workspace: Workspace, run: Run) -> set[str]:
    with workspace.database.reading() as session:
        paths = session.scalars(select(FileRecord.path).where(FileRecord.owner == run.id))
        return {path.removeprefix(f"runs/{run.id}/") for path in paths}


def test_each_try_takes_the_place_of_the_one_before(workspace: Workspace, run: Run) -> None:
    export = workspace.exports_folder / f"{run.id}-report-1.html"
    export.touch()
    second = again(workspace, run)
    assert second.results_name == "results-2"
    assert recorded(workspace, run) == {f"results-2/{BUNDLE}/model.tflite", LAST_FILE}
    third = again(workspace, second)
    assert third.results_name == "results-3"
    assert recorded(workspace, run) == {f"results-3/{BUNDLE}/model.tflite", LAST_FILE}
    assert {entry.name for entry in run.folder.iterdir()} == {"results-3", LAST_FILE}
    assert not export.exists()


def test_a_run_that_cannot_answer_yet_uses_its_own_folder(workspace: Workspace, run: Run) -> None:
    """And what a try left there that was cut off while packing is not taken for its results."""
    with workspace.database.writing() as session:
        find(session, run.id).can_answer = False
    run = Runs(workspace).get(run.id)
    assert run_results.fresh_name(run) is None
    assert {entry.name for entry in run.folder.iterdir()} == {LAST_FILE}


def test_what_was_cut_off_is_swept_and_what_counts_stays(workspace: Workspace, run: Run) -> None:
    (run.folder / "results-2").mkdir()
    (run.folder / "results-2" / "half").touch()
    assert run_results.fresh_name(run) == "results-2"
    assert not (run.folder / "results-2").exists()
    assert (run.results / BUNDLE / "model.tflite").read_text() == "network"


def test_checkpoints_may_change_and_results_may_not(workspace: Workspace, run: Run) -> None:
    with workspace.database.writing() as session:
        run_results.forget_checkpoints(session, workspace, run)
    assert LAST_FILE not in recorded(workspace, run)
    assert recorded(workspace, run) >= {PREDICTIONS, f"{BUNDLE}/model.tflite"}
