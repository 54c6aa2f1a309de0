"""The table of all runs."""

from __future__ import annotations

from pages.ui import resources
from pages.ui.runs.table import AGAINST, of
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.run_notes import Remarks
from pipeline.workspace.runs import Runs
from tests.pages.conftest import Open, table


def test_the_table_has_what_is_to_be_compared(open_page: Open, run: Run) -> None:
    row = table(open_page("runs"), "runs_table")["rows"][0]
    assert row["name"] == "First try"
    assert row["cells"]["val_accuracy"]["text"] == "94.0"
    assert row["cells"]["score"]["text"] == "3 of 4"
    assert row["cells"]["took"]["text"] == "60 s"


def test_columns_of_its_own_stand_where_there_is_something_to_tell(
    open_page: Open, workspace: Workspace, second: Run, run: Run
) -> None:
    labels = [one["label"] for one in table(open_page("runs"), "runs_table")["columns"]]
    assert not {AGAINST, "Tags", "Note", "Photos"} & set(labels)
    resources.forget_lists()
    Remarks(workspace).pin(run.id)
    Remarks(workspace).write(run.id, "a note", ["one", "two"])
    data = table(open_page("runs"), "runs_table")
    assert {AGAINST, "Tags", "Note"} <= {one["label"] for one in data["columns"]}
    newest, oldest = (row["cells"] for row in data["rows"])
    assert newest[AGAINST]["text"] == "+25.0"
    assert AGAINST not in oldest
    assert oldest["Tags"]["text"] == "one, two"


def test_the_csv_has_everything(workspace: Workspace, second: Run, run: Run) -> None:
    Remarks(workspace).pin(run.id)
    Remarks(workspace).write(run.id, "a note", ["one", "two"])
    line = of(Runs(workspace).list()).iloc[1]
    assert (line["Baseline"], line["Tags"], line["Note"]) == ("yes", "one, two", "a note")
    assert line["Run"] == "First try"


def test_it_says_which_photos_judged(workspace: Workspace, run: Run, judged: Run) -> None:
    lines = of(Runs(workspace).list()).set_index("Run")
    assert lines.loc["All judge", "Of"] == "all 40 photos"
    assert lines.loc["All judge", "Score %"] == 95.0
    assert lines.loc["First try", "Of"] == "4 test photos"
