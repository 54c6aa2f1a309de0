"""On the pages: pinning a baseline, writing notes, finding runs by their tags."""

from __future__ import annotations

from pathlib import Path

import pytest

from pages.ui import resources
from pages.ui.runs import same_photos
from pages.ui.runs.table import AGAINST, of
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.run_notes import Remarks
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.tables import RunRecord
from tests.pages.conftest import Open, words
from tests.workspaces import add_photo_set, add_run, class_folders

ANNA, BEN = "a" * 32, "b" * 32


@pytest.fixture
def second(workspace: Workspace, photo_set: PhotoSetRow, run: Run) -> Run:
    """A newer run on the same photos, a little better."""
    made = add_run(workspace, photo_set.id, "Second try")
    with workspace.database.writing() as session:
        record = find(session, made.id)
        record.test = {**(record.test or {}), "accuracy": 1.0}
    return Runs(workspace).get(made.id)


def test_a_run_is_pinned_and_unpinned(open_page: Open, workspace: Workspace, run: Run) -> None:
    app = open_page("runs", run=run.id)
    app.button(key="runs_pin").click().run()
    assert not app.exception
    assert Runs(workspace).get(run.id).is_baseline
    app = open_page("runs", run=run.id)
    assert app.dataframe[0].value.iloc[0]["Run"] == "First try (baseline)"
    assert "runs_pin" not in [button.key for button in app.button]
    app.button(key="runs_unpin").click().run()
    assert not Runs(workspace).get(run.id).is_baseline


def test_the_baseline_is_compared_first(open_page: Open, second: Run, run: Run) -> None:
    app = open_page("runs", run=run.id)
    assert app.multiselect(key="runs_compare").value == [second.id, run.id]
    app.button(key="runs_pin").click().run()
    assert app.multiselect(key="runs_compare").value == [run.id, second.id]
    text = words(app)
    assert "+25.0 points against the baseline *First try*" in text
    assert "Marked is what is not as in the baseline *First try*" in text
    assert open_page("runs").multiselect(key="runs_compare").value == [run.id, second.id]


def test_other_runs_say_how_far_they_are(
    open_page: Open, workspace: Workspace, second: Run, run: Run
) -> None:
    assert "Against the baseline" not in words(open_page("runs", run=second.id))
    Remarks(workspace).pin(run.id)
    resources.forget_lists()
    app = open_page("runs", run=second.id)
    assert "Against the baseline *First try*: **+25.0 points**" in words(app)
    assert app.dataframe[0].value[AGAINST].tolist()[0] == 25.0
    assert app.dataframe[0].value[AGAINST].isna().tolist() == [False, True]


def test_on_other_photos_there_is_no_difference_to_tell(
    open_page: Open, workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    folder = class_folders(tmp_path / "other", photos=15, names=("blue", "red", "green"))
    other = add_run(workspace, add_photo_set(workspace, folder, "Three").id, "Elsewhere")
    Remarks(workspace).pin(run.id)
    table = of(Runs(workspace).list())
    assert table[AGAINST].isna().all()
    app = open_page("runs", run=other.id)
    assert "was tested on other photos: these scores cannot be compared" in words(app)
    assert AGAINST not in app.dataframe[0].value.columns


def test_without_a_test_result_nothing_is_pinned(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    with workspace.database.writing() as session:
        session.query(RunRecord).one().test = None
    app = open_page("runs", run=run.id)
    assert "runs_pin" not in [button.key for button in app.button]


def test_a_note_is_written_and_shown_literally(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    app = open_page("runs", run=run.id)
    app.text_area(key=f"runs_note_{run.id}").set_value("<b>bold</b>\n:red[x] $y$")
    app.multiselect(key=f"runs_tags_{run.id}").set_value(["night", ":red[x]"])
    save = next(button for button in app.button if button.label == "Save")
    save.click().run()
    assert not app.exception
    found = Runs(workspace).get(run.id)
    assert (found.note, found.tags) == ("<b>bold</b>\n:red[x] $y$", ("night", ":red[x]"))
    text = words(app)
    assert "\\<b\\>bold" in text
    assert ":red[x]" not in text
    line = app.dataframe[0].value.iloc[0]
    assert (line["Tags"], line["Note"]) == ("night, :red[x]", found.note)


def test_too_long_a_tag_is_a_sentence(open_page: Open, workspace: Workspace, run: Run) -> None:
    app = open_page("runs", run=run.id)
    app.multiselect(key=f"runs_tags_{run.id}").set_value(["t" * 31])
    next(button for button in app.button if button.label == "Save").click().run()
    assert not app.exception
    assert "belong into the note" in words(app).replace("\\", "")
    assert Runs(workspace).get(run.id).tags == ()


def test_runs_are_found_by_their_tags(
    open_page: Open, workspace: Workspace, second: Run, run: Run
) -> None:
    assert "runs_tags" not in [box.key for box in open_page("runs").multiselect]
    Remarks(workspace).write(run.id, "", ["Night", "good"])
    Remarks(workspace).write(second.id, "", ["night"])
    resources.forget_lists()
    app = open_page("runs")
    box = app.multiselect(key="runs_tags")
    assert box.options == ["good", "night"]
    box.set_value(["night"]).run()
    assert len(app.dataframe[0].value) == 2
    app.multiselect(key="runs_tags").set_value(["night", "good"]).run()
    assert list(app.dataframe[0].value["Run"]) == ["First try"]


def test_the_csv_has_everything(workspace: Workspace, second: Run, run: Run) -> None:
    Remarks(workspace).pin(run.id)
    Remarks(workspace).write(run.id, "a note", ["one", "two"])
    line = of(Runs(workspace).list()).iloc[1]
    assert (line["Baseline"], line["Tags"], line["Note"]) == ("yes", "one, two", "a note")
    assert line["Run"] == "First try"


def test_in_the_demo_a_note_on_everybodys_run_is_refused(
    open_page: Open, workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    monkeypatch.setattr("pages.ui.visitor.visitor", lambda: ANNA)
    app = open_page("runs", run=run.id)
    app.text_area(key=f"runs_note_{run.id}").set_value("mine")
    next(button for button in app.button if button.label == "Save").click().run()
    assert "belongs to everybody" in words(app)
    app.button(key="runs_pin").click().run()
    monkeypatch.setattr("pages.ui.visitor.visitor", lambda: BEN)
    resources.forget_lists()
    assert "baseline" not in str(open_page("runs", run=run.id).dataframe[0].value["Run"].tolist())
    assert [one.is_baseline for one in Runs(workspace, ANNA).list()] == [True]


def test_whose_photos_they_are_is_asked_before_the_cache(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    annas = add_photo_set(workspace, class_folders(tmp_path / "annas", photos=6), visitor=ANNA)
    run = add_run(workspace, annas.id, visitor=ANNA)
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    monkeypatch.setattr("pages.ui.visitor.visitor", lambda: ANNA)
    assert len(same_photos._photos(run, same_photos.TEST)) == 2
    monkeypatch.setattr("pages.ui.visitor.visitor", lambda: BEN)
    assert same_photos._photos(run, same_photos.TEST) == {(annas.id, "")}
