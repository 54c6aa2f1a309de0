"""A run is pinned as the baseline, and others are told against it."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from pages.ui import resources
from pages.ui.runs import details
from pages.ui.runs.table import AGAINST, of
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.run_notes import Remarks
from pipeline.workspace.runs import Runs
from pipeline.workspace.tables import RunRecord
from tests.pages.conftest import Open, compared, look_at, table, words
from tests.workspaces import add_photo_set, add_run, class_folders


def test_a_run_is_pinned_and_unpinned(open_page: Open, workspace: Workspace, run: Run) -> None:
    app = open_page("runs", run=run.id)
    app.button(key="runs_pin").click().run()
    assert not app.exception
    assert Runs(workspace).get(run.id).is_baseline
    app = open_page("runs", run=run.id)
    row = table(app, "runs_table")["rows"][0]
    assert (row["name"], row["badges"][-1]["text"]) == ("First try", "baseline")
    assert "runs_pin" not in [button.key for button in app.button]
    app.button(key="runs_unpin").click().run()
    assert not Runs(workspace).get(run.id).is_baseline


def test_the_baseline_is_compared_first(open_page: Open, second: Run, run: Run) -> None:
    app = compared(open_page("runs", run=run.id))
    assert order(app) == [second.id, run.id]
    look_at(app, "runs_view", details.TAB).button(key="runs_pin").click().run()
    text = words(compared(app))
    assert order(app) == [run.id, second.id]
    assert "+25.0 points against the baseline *First try*" in text
    assert "Highlighted: differs from the baseline *First try*" in text
    assert order(compared(open_page("runs"))) == [run.id, second.id]


def order(app: AppTest) -> list[str]:
    """The runs in the table of verdicts."""
    return [row["id"] for row in table(app, "compare_verdicts")["rows"]]


def test_other_runs_say_how_far_they_are(
    open_page: Open, workspace: Workspace, second: Run, run: Run
) -> None:
    assert "Against the baseline" not in words(open_page("runs", run=second.id))
    Remarks(workspace).pin(run.id)
    resources.forget_lists()
    app = open_page("runs", run=second.id)
    assert "Against the baseline *First try*: **+25.0 points**" in words(app)
    against = [row["cells"].get(AGAINST) for row in table(app, "runs_table")["rows"]]
    assert against == [{"text": "+25.0", "sort": 25.0}, None]


def test_on_other_photos_there_is_no_difference_to_tell(
    open_page: Open, workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    folder = class_folders(tmp_path / "other", photos=15, names=("blue", "red", "green"))
    other = add_run(workspace, add_photo_set(workspace, folder, "Three").id, "Elsewhere")
    Remarks(workspace).pin(run.id)
    lines = of(Runs(workspace).list())
    assert lines[AGAINST].isna().all()
    app = open_page("runs", run=other.id)
    assert "was tested on other photos: these scores cannot be compared" in words(app)
    assert AGAINST not in [one["key"] for one in table(app, "runs_table")["columns"]]


def test_without_a_test_result_nothing_is_pinned(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    with workspace.database.writing() as session:
        session.query(RunRecord).one().test = None
    app = open_page("runs", run=run.id)
    assert "runs_pin" not in [button.key for button in app.button]
