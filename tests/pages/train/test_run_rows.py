"""The runs of a set, below the curves."""

from __future__ import annotations

from pages.ui.parts import ticked
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from tests.pages.conftest import Open, table
from tests.pages.train.conftest import inside
from tests.workspaces import add_run


def test_the_runs_of_the_set_are_there(open_page: Open, run: Run) -> None:
    app = open_page("train")
    assert "train_runs" in [getattr(one, "key", None) for one in inside(app, "bench_below")]
    data = table(app, "train_runs")
    assert [row["name"] for row in data["rows"]] == ["First try"]
    assert data["ticks"]
    assert not [row for row in data["rows"] if row["colour"]], "nobody has ticked any"


def test_two_ticks_give_verdicts_below(open_page: Open, workspace: Workspace, run: Run) -> None:
    other = add_run(workspace, run.photo_set_id, "Other")
    app = open_page("train")
    assert "compare_verdicts" not in [one.key for one in app.get("bidi_component")]
    app.session_state[ticked.TICKED] = {run.id: 0, other.id: 1}
    data = table(app.run(), "compare_verdicts")
    assert [row["id"] for row in data["rows"]] == [run.id, other.id]
    assert not [one for one in app.get("plotly_chart") if one.key.startswith("compare")], (
        "their curves are drawn above"
    )
