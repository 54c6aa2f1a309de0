"""Notes and tags on runs, and finding runs by them."""

from __future__ import annotations

import pytest

from pages.ui import resources
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.run_notes import Remarks
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.tables import EpochRecord
from tests.pages.conftest import ANNA, BEN, Open, table, words


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
    line = {key: cell["text"] for key, cell in table(app, "runs_table")["rows"][0]["cells"].items()}
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
    assert len(table(app, "runs_table")["rows"]) == 2
    app.multiselect(key="runs_tags").set_value(["night", "good"]).run()
    assert [row["name"] for row in table(app, "runs_table")["rows"]] == ["First try"]


def test_in_the_demo_nobody_is_offered_to_write_on_everybodys_run(
    open_page: Open, workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    monkeypatch.setattr("pages.ui.visitor.visitor", lambda: ANNA)
    app = open_page("runs", run=run.id)
    assert not [area for area in app.text_area if area.key == f"runs_note_{run.id}"]
    app.button(key="runs_pin").click().run()
    monkeypatch.setattr("pages.ui.visitor.visitor", lambda: BEN)
    resources.forget_lists()
    rows = table(open_page("runs", run=run.id), "runs_table")["rows"]
    assert not [badge for row in rows for badge in row["badges"] if badge["text"] == "baseline"]
    assert [one.is_baseline for one in Runs(workspace, ANNA).list()] == [True]


def test_more_tags_than_fit_and_an_unknown_phase_hide_no_run(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    """What a damaged database may hold; a backup leaves such a run out."""
    with workspace.database.writing() as session:
        find(session, run.id).tags = [f"tag {number}" for number in range(13)]
        session.get_one(EpochRecord, (run.id, 2)).phase = "x"
    app = open_page("runs", run=run.id)
    assert not app.exception
    next(button for button in app.button if button.label == "Save").click().run()
    assert not app.exception
    assert "A run carries up to 12 tags" in app.error[0].value
