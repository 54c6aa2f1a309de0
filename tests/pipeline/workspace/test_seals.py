"""A sealed test: nothing about its photos is handed out, until it is opened once."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import PhotoSetError, RunError
from pipeline.jobs.export_job import facts
from pipeline.photos.photo_edits import MovePhotos, SetSplit
from pipeline.progress import silent
from pipeline.workspace.backup.backup import back_up
from pipeline.workspace.backup.restoring import restore
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.seals import Seals
from pipeline.workspace.versions import Versions
from tests.pages.conftest import finished_run
from tests.pipeline.workspace.conftest import trained
from tests.workspaces import add_photo_set, class_folders


def test_what_runs_say_about_the_test_is_hidden(
    workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    before = trained(workspace, photo_set.id)
    assert before.test is not None
    Seals(workspace).seal(photo_set.id)
    after = trained(workspace, photo_set.id)
    runs = Runs(workspace)
    for run in (*runs.list(), runs.get(before.id), runs.get(after.id)):
        assert run.is_sealed
        assert run.test is None
        with pytest.raises(RunError, match="sealed"):
            runs.predictions(run.id)
        with pytest.raises(RunError, match="sealed"):
            runs.predictions_csv(run.id)
        with pytest.raises(RunError, match="sealed"):
            runs.expect_open_test(run.id)
        told = facts(workspace, runs, run)
        assert (told.test, told.truth, told.probabilities) == (None, None, None)
        assert runs.validation_predictions(run.id).truth.size
    assert examine(workspace)["healthy"], "what is hidden is not missing"


def test_a_seal_is_shut_until_it_is_opened(workspace: Workspace, photo_set: PhotoSetRow) -> None:
    seals = Seals(workspace)
    assert not seals.is_shut(photo_set.id)
    seals.seal(photo_set.id)
    assert seals.is_shut(photo_set.id)
    seals.open(trained(workspace, photo_set.id).id)
    assert not seals.is_shut(photo_set.id)


def test_every_version_of_the_set_is_sealed(workspace: Workspace, photo_set: PhotoSetRow) -> None:
    Seals(workspace).seal(photo_set.id)
    training = int(PhotoSets(workspace).open(photo_set.id).indices("training")[0])
    second = Versions(workspace).edit(photo_set.id, SetSplit((training,), "test"))
    assert trained(workspace, second.id).test is None
    Versions(workspace).undo(second.id)
    assert all(run.is_sealed for run in Runs(workspace).list())


def test_it_is_opened_once_and_tells_how_many_runs_there_were(
    workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    trained(workspace, photo_set.id)
    seals = Seals(workspace)
    seals.seal(photo_set.id)
    first, second = trained(workspace, photo_set.id), trained(workspace, photo_set.id)
    opened = seals.open(first.id)
    assert opened.test is not None and not opened.is_sealed
    assert Runs(workspace).predictions(first.id).truth.size
    later = trained(workspace, photo_set.id)
    assert Runs(workspace).get(second.id).test is None
    assert later.test is None
    for run in (first, second, later):
        with pytest.raises(RunError, match="opened once already"):
            seals.open(run.id)
    seal = seals.of(photo_set.id)
    assert seal is not None
    assert (seal.runs_before, seal.runs, seal.run_id) == (1, 2, first.id)
    assert seal.test == opened.test
    Runs(workspace).delete(first.id)
    with pytest.raises(RunError, match="opened once already"):
        seals.open(second.id)
    assert seals.of(photo_set.id) == seal, "the score stays where the run is gone"


def test_a_run_that_goes_on_is_not_tested_again(
    workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    Seals(workspace).seal(photo_set.id)
    run = trained(workspace, photo_set.id)
    first = Seals(workspace).open(run.id).test
    with workspace.database.writing() as session:
        record = find(session, run.id)
        record.test = {**(record.test or {}), "accuracy": 1.0}
    assert Runs(workspace).get(run.id).test is None
    seal = Seals(workspace).of(photo_set.id)
    assert seal is not None and seal.test == first


def test_a_deleted_run_counts(workspace: Workspace, photo_set: PhotoSetRow) -> None:
    seals = Seals(workspace)
    seals.seal(photo_set.id)
    Runs(workspace).delete(trained(workspace, photo_set.id).id)
    seals.open(trained(workspace, photo_set.id).id)
    seal = seals.of(photo_set.id)
    assert seal is not None and seal.runs == 2


def test_a_score_that_was_seen_is_no_final_test(
    workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    seen = trained(workspace, photo_set.id)
    Seals(workspace).seal(photo_set.id)
    with pytest.raises(RunError, match="was seen before"):
        Seals(workspace).open(seen.id)
    with pytest.raises(PhotoSetError, match="sealed already"):
        Seals(workspace).seal(photo_set.id)


def test_what_cannot_be_sealed_or_opened(workspace: Workspace, photo_set: PhotoSetRow) -> None:
    run = trained(workspace, photo_set.id)
    with pytest.raises(RunError, match="not sealed"):
        Seals(workspace).open(run.id)
    tested = PhotoSets(workspace).open(photo_set.id).indices("test")
    without = Versions(workspace).edit(photo_set.id, SetSplit(tuple(tested.tolist()), "training"))
    with pytest.raises(PhotoSetError, match="no test photos"):
        Seals(workspace).seal(without.id)


def test_exports_that_tell_the_score_go(workspace: Workspace, photo_set: PhotoSetRow) -> None:
    run = trained(workspace, photo_set.id)
    report = workspace.exports_folder / f"{run.id}-report-12345678.html"
    report.write_text("97 %", encoding="utf-8")
    Seals(workspace).seal(photo_set.id)
    assert not report.exists()


def test_a_seal_comes_through_a_backup(
    workspace: Workspace, photo_set: PhotoSetRow, tmp_path: Path
) -> None:
    Seals(workspace).seal(photo_set.id)
    run, other = finished_run(workspace, photo_set), finished_run(workspace, photo_set)
    Seals(workspace).open(run.id)
    back_up(workspace, tmp_path / "all.zip", silent)
    again = open_workspace(tmp_path / "again")
    restore(again, tmp_path / "all.zip", silent)
    assert Seals(again).of(photo_set.id) == Seals(workspace).of(photo_set.id)
    assert Runs(again).get(other.id).is_sealed
    assert Runs(again).get(run.id).test == Runs(workspace).get(run.id).test


def test_a_seal_goes_with_its_set(
    workspace: Workspace, photo_set: PhotoSetRow, tmp_path: Path
) -> None:
    Seals(workspace).seal(photo_set.id)
    PhotoSets(workspace).delete(photo_set.id)
    again = add_photo_set(workspace, class_folders(tmp_path / "again"))
    assert Seals(workspace).of(again.id) is None


def test_a_mended_label_keeps_the_seal(workspace: Workspace, photo_set: PhotoSetRow) -> None:
    Seals(workspace).seal(photo_set.id)
    second = Versions(workspace).edit(photo_set.id, MovePhotos((0,), "green"))
    assert Seals(workspace).of(second.id) is not None
