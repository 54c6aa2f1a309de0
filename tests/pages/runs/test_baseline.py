"""A run is pinned as the baseline, and others are told against it."""

from __future__ import annotations

from pathlib import Path

from pages.ui import resources
from pages.ui.runs import compare, details
from pages.ui.runs.table import AGAINST, of
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.run_notes import Remarks
from pipeline.workspace.runs import Runs
from pipeline.workspace.tables import RunRecord
from tests.pages.conftest import Open, look_at, words
from tests.workspaces import add_photo_set, add_run, class_folders


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
    app = look_at(open_page("runs", run=run.id), "runs_view", compare.TAB)
    assert app.multiselect(key="runs_compare").value == [second.id, run.id]
    look_at(app, "runs_view", details.TAB).button(key="runs_pin").click().run()
    look_at(app, "runs_view", compare.TAB)
    assert app.multiselect(key="runs_compare").value == [run.id, second.id]
    text = words(app)
    assert "+25.0 points against the baseline *First try*" in text
    assert "Marked is what is not as in the baseline *First try*" in text
    app = look_at(open_page("runs"), "runs_view", compare.TAB)
    assert app.multiselect(key="runs_compare").value == [run.id, second.id]


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
