"""The table of all runs."""

from __future__ import annotations

from pages.ui.runs.table import of
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.run_notes import Remarks
from pipeline.workspace.runs import Runs
from tests.pages.conftest import Open


def test_the_table_has_everything(open_page: Open, run: Run) -> None:
    app = open_page("runs")
    line = app.dataframe[0].value.iloc[0]
    assert line["Run"] == "First try"
    assert line["Photos"] == "Colours"
    assert line["State"] == "finished"
    assert line["Score %"] == 75.0
    assert line["95 % interval"] == "28 to 97"
    assert line["Epochs"] == "3 + 2"
    assert line["Took"] == "60 s"
    assert list(line.index[:3]) == ["Run", "Score %", "95 % interval"], "what a telephone shows"


def test_the_csv_has_everything(workspace: Workspace, second: Run, run: Run) -> None:
    Remarks(workspace).pin(run.id)
    Remarks(workspace).write(run.id, "a note", ["one", "two"])
    line = of(Runs(workspace).list()).iloc[1]
    assert (line["Baseline"], line["Tags"], line["Note"]) == ("yes", "one, two", "a note")
    assert line["Run"] == "First try"


def test_it_says_which_photos_judged(workspace: Workspace, run: Run, judged: Run) -> None:
    table = of(Runs(workspace).list()).set_index("Run")
    assert table.loc["All judge", "Of"] == "all 40 photos"
    assert table.loc["All judge", "Score %"] == 95.0
    assert table.loc["First try", "Of"] == "4 test photos"
