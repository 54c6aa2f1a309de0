"""The ticked runs in a table: is one really better?"""

from __future__ import annotations

from dataclasses import replace

from pages.ui.parts import verdicts
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from pipeline.workspace.seals import Seals
from tests.pages.conftest import Open, compared, table
from tests.workspaces import add_run

HEAD = TrainConfig(epochs=3, fine_tune_epochs=0)


def test_more_than_six_runs_have_a_line_each(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    runs = [
        add_run(workspace, photo_set.id, f"Colours, run {n}", config=replace(HEAD, dropout=n / 10))
        for n in range(8)
    ]
    data = table(compared(open_page("runs"), *runs), "compare_verdicts")
    assert not data["ticks"]
    assert [row["id"] for row in data["rows"]] == [run.id for run in runs]
    assert [row["name"] for row in data["rows"]][:2] == ["dropout 0", "dropout 0.1"]
    colours = [row["colour"] for row in data["rows"]]
    assert len(set(colours)) == 7, "the eighth has another dash"
    labels = [column["label"] for column in data["columns"]]
    assert labels == [
        verdicts.BETTER,
        verdicts.DIFFERENCE,
        "Validation %",
        "Test % (95 %)",
        "Validation loss",
        "Dropout",
    ]
    assert data["columns"][0]["leads"], "before the curve, and wrapped"
    told = [row["cells"][verdicts.BETTER]["text"] for row in data["rows"]]
    assert told == [verdicts.REFERENCE, *["no difference"] * 7]


def test_without_a_test_there_is_no_verdict(run: Run, workspace: Workspace) -> None:
    other = add_run(workspace, run.photo_set_id, "Another")
    Seals(workspace).seal(run.photo_set_id)
    runs = [Runs(workspace).get(one.id) for one in (run, other)]
    cells = verdicts.columns(runs)
    assert cells[verdicts.BETTER][other.id]["text"] == verdicts.NO_TEST
    assert cells[verdicts.DIFFERENCE][other.id]["text"] == ""
