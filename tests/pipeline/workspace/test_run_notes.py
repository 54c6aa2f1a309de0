"""The baseline, notes and tags: kept, carried along, and nobody else's business."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.errors import RunError
from pipeline.jobs import expiry
from pipeline.progress import silent
from pipeline.settings.environment import EXAMPLE_ID
from pipeline.workspace.backup.backup import back_up
from pipeline.workspace.backup.restoring import restore
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.run_notes import MOST_TAGS, NOTE_LETTERS, TAG_LETTERS, Remarks, clean_tags
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.tables import BaselineRecord
from tests.pipeline.workspace.backup.conftest import rewrite
from tests.workspaces import BEFORE_REVISIONS, add_photo_set, add_run, class_folders

ANNA, BEN = "a" * 32, "b" * 32


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "home")


@pytest.fixture
def photo_set(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    return add_photo_set(workspace, class_folders(tmp_path / "photos", photos=6))


@pytest.fixture
def run(workspace: Workspace, photo_set: PhotoSetRow) -> Run:
    return add_run(workspace, photo_set.id, "First")


def pinned(workspace: Workspace, visitor: str | None = None) -> list[str]:
    return [run.name for run in Runs(workspace, visitor).list() if run.is_baseline]


# === The baseline ===


def test_there_is_one_baseline_and_it_outlasts_a_restart(workspace, photo_set, run) -> None:
    second = add_run(workspace, photo_set.id, "Second")
    assert pinned(workspace) == []
    Remarks(workspace).pin(run.id)
    Remarks(workspace).pin(second.id)
    Remarks(workspace).pin(second.id)
    workspace.database.close()
    again = open_workspace(workspace.home)
    assert pinned(again) == ["Second"]
    assert Runs(again).get(second.id).is_baseline
    Remarks(again).unpin()
    assert pinned(again) == []


def test_a_deleted_baseline_is_none_any_more(workspace, photo_set, run) -> None:
    Remarks(workspace).pin(run.id)
    Runs(workspace).delete(run.id)
    with workspace.database.reading() as session:
        assert session.query(BaselineRecord).count() == 0


def test_what_has_no_test_result_is_no_baseline(workspace, run) -> None:
    with workspace.database.writing() as session:
        find(session, run.id).test = None
    with pytest.raises(RunError, match="no test result"):
        Remarks(workspace).pin(run.id)
    with pytest.raises(RunError, match="photos are not part of PawTune"):
        Remarks(workspace).pin(EXAMPLE_ID)
    with pytest.raises(RunError, match="There is no such run"):
        Remarks(workspace).pin("run-0000000000")


def test_a_pin_that_fails_leaves_the_one_before(workspace, photo_set, run) -> None:
    unfinished = add_run(workspace, photo_set.id, "Unfinished")
    with workspace.database.writing() as session:
        find(session, unfinished.id).test = None
    Remarks(workspace).pin(run.id)
    with pytest.raises(RunError):
        Remarks(workspace).pin(unfinished.id)
    assert pinned(workspace) == ["First"]


def test_every_visitor_has_a_baseline_of_his_own(workspace, photo_set, run) -> None:
    annas = add_run(workspace, photo_set.id, "Anna's", visitor=ANNA)
    Remarks(workspace, ANNA).pin(annas.id)
    Remarks(workspace, BEN).pin(run.id)  # everybody's; nothing changes for anybody else
    assert pinned(workspace, ANNA) == ["Anna's"]
    assert pinned(workspace, BEN) == ["First"]
    assert pinned(workspace) == []
    Remarks(workspace, BEN).unpin()
    assert pinned(workspace, ANNA) == ["Anna's"]


def test_old_pins_of_visitors_are_swept(workspace, run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    for visitor in (None, ANNA, BEN):
        Remarks(workspace, visitor).pin(run.id)
    with workspace.database.writing() as session:
        for visitor in ("", ANNA):
            session.get_one(BaselineRecord, visitor).created_at = 0.0
    expiry.sweep(workspace)
    assert [len(pinned(workspace, one)) for one in (None, ANNA, BEN)] == [1, 0, 1]


# === Notes and tags ===


def test_a_note_and_tags_are_kept_as_they_are(workspace, run) -> None:
    note = "Two dogs are cats.\n\n<b>:red[x]</b> $y$ \N{PAW PRINTS}"
    Remarks(workspace).write(run.id, f"  {note}\n", [" night  light ", "Cats", "cats", "a, b", ""])
    found = Runs(workspace).get(run.id)
    assert found.note == note
    assert found.tags == ("night light", "Cats", "a", "b")
    Remarks(workspace).write(run.id, "", [])
    assert (Runs(workspace).get(run.id).note, Runs(workspace).get(run.id).tags) == ("", ())


def test_too_much_is_a_sentence_and_changes_nothing(workspace, run) -> None:
    remarks = Remarks(workspace)
    remarks.write(run.id, "x" * NOTE_LETTERS, ["t" * TAG_LETTERS])
    with pytest.raises(RunError, match="up to 2,000 letters"):
        remarks.write(run.id, "x" * (NOTE_LETTERS + 1), [])
    with pytest.raises(RunError, match="belong into the note"):
        remarks.write(run.id, "", ["t" * (TAG_LETTERS + 1)])
    with pytest.raises(RunError, match="up to 12 tags"):
        remarks.write(run.id, "", [str(number) for number in range(MOST_TAGS + 1)])
    with pytest.raises(RunError, match="stays as it came"):
        remarks.write(EXAMPLE_ID, "mine", [])
    assert len(Runs(workspace).get(run.id).note) == NOTE_LETTERS


def test_nobody_writes_on_what_is_not_his(workspace, photo_set, run) -> None:
    annas = add_run(workspace, photo_set.id, "Anna's", visitor=ANNA)
    Remarks(workspace, ANNA).write(annas.id, "secret", ["hers"])
    with pytest.raises(RunError, match="There is no such run"):
        Remarks(workspace, BEN).write(annas.id, "mine", [])
    with pytest.raises(RunError, match="everybody"):
        Remarks(workspace, BEN).write(run.id, "mine", [])
    assert [one.note for one in Runs(workspace, BEN).list()] == [""]
    assert Runs(workspace, ANNA).get(annas.id).note == "secret"


def test_what_no_backup_takes_is_left_out() -> None:
    assert clean_tags(["a\0b", "\ud800c"]) == ("ab", "c")


# === An earlier workspace, and a backup ===


def test_a_workspace_from_before_gets_the_table_and_the_columns(workspace, run) -> None:
    with workspace.database.writing() as session:
        session.execute(text("DROP TABLE baselines"))
        session.execute(text("ALTER TABLE runs DROP COLUMN note"))
        session.execute(text("ALTER TABLE runs DROP COLUMN tags"))
        for statement in BEFORE_REVISIONS:
            session.execute(text(statement))
    workspace.database.close()
    again = open_workspace(workspace.home)
    found = Runs(again).get(run.id)
    assert (found.note, found.tags, found.is_baseline) == ("", (), False)
    Remarks(again).pin(run.id)
    Remarks(again).write(run.id, "later", ["new"])
    found = Runs(again).get(run.id)
    assert (found.note, found.tags, found.is_baseline) == ("later", ("new",), True)


@pytest.fixture
def backup(workspace: Workspace, run: Run, tmp_path: Path) -> Path:
    Remarks(workspace).pin(run.id)
    Remarks(workspace).write(run.id, "worth\nkeeping", ["good", "cats"])
    back_up(workspace, tmp_path / "backup.zip", silent)
    return tmp_path / "backup.zip"


def test_a_backup_carries_all_of_it(backup, run, tmp_path) -> None:
    there = open_workspace(tmp_path / "there")
    assert restore(there, backup, silent)["left_out"] == []
    found = Runs(there).get(run.id)
    assert (found.note, found.tags) == ("worth\nkeeping", ("good", "cats"))
    assert found.is_baseline


def test_as_much_as_fits_goes_into_a_backup_and_back(workspace, run, tmp_path) -> None:
    tags = [f"{number:02} {'t' * (TAG_LETTERS - 3)}" for number in range(MOST_TAGS)]
    Remarks(workspace).write(run.id, "ß" * NOTE_LETTERS, tags)
    assert back_up(workspace, tmp_path / "backup.zip", silent)["left_out"] == []
    there = open_workspace(tmp_path / "there")
    assert restore(there, tmp_path / "backup.zip", silent)["left_out"] == []
    found = Runs(there).get(run.id)
    assert (len(found.note), found.tags) == (NOTE_LETTERS, tuple(tags))


def test_more_than_fits_is_left_out_of_a_backup(workspace, photo_set, run, tmp_path) -> None:
    add_run(workspace, photo_set.id, "Second")
    with workspace.database.writing() as session:
        find(session, run.id).tags = [str(number) for number in range(MOST_TAGS + 1)]
    (one,) = back_up(workspace, tmp_path / "backup.zip", silent)["left_out"]
    assert (one["name"], "damaged" in one["reason"]) == ("First", True)
    there = open_workspace(tmp_path / "there")
    assert restore(there, tmp_path / "backup.zip", silent)["left_out"] == [one]


def test_a_backup_from_before_can_be_restored(backup, run, tmp_path) -> None:
    columns = [f"ALTER TABLE runs DROP COLUMN {name}" for name in ("note", "tags")]
    rewrite(backup, "DROP TABLE baselines", *columns, *BEFORE_REVISIONS)
    there = open_workspace(tmp_path / "there")
    assert restore(there, backup, silent)["left_out"] == []
    assert (Runs(there).get(run.id).note, pinned(there)) == ("", [])
