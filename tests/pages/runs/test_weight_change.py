"""How far each block of the backbone moved."""

from __future__ import annotations

import json

import pytest

from pages.ui.runs.weight_change import describe, table
from pipeline.network import weight_change
from pipeline.network.weight_change import Moved
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import find
from tests.pages.conftest import Open, words

BLOCKS = ("stem", *(f"block {number}" for number in range(1, 17)), "top")


MOVED = tuple(
    Moved(block, 1000, (0, 500, 998)[(place > 10) + (place > 11)], 0.002 * (place > 10) * place)
    for place, block in enumerate(BLOCKS)
)
EVIL = {"block": "[click](https://evil.example)", "weights": 9, "changed": 9, "distance": 0.5}
HUGE = {"block": "stem", "weights": 10**400, "changed": 10**400, "distance": 0.5}


def shown(open_page: Open, workspace: Workspace, run: Run, told: object) -> tuple[str, dict | None]:
    """What the Runs page says and draws of a run with these blocks."""
    with workspace.database.writing() as session:
        find(session, run.id).moved = told  # type: ignore[assignment]
    app = open_page("runs", run=run.id)
    assert not app.exception
    charts = [chart for chart in app.get("plotly_chart") if chart.key == "runs_moved"]
    return words(app), json.loads(charts[0].proto.spec) if charts else None


def test_blocks_and_their_way(open_page: Open, workspace: Workspace, run: Run) -> None:
    text, spec = shown(open_page, workspace, run, weight_change.to_json(MOVED))
    assert spec is not None
    frozen, released, head = spec["data"]
    assert len(frozen["y"]) == 11
    assert frozen["x"] == [0] * 11
    assert released["y"][0] == "block 11"
    assert released["x"][-1] == pytest.approx(3.4)
    assert head["text"] == ["trained from scratch"]
    assert len({trace["marker"]["color"] for trace in spec["data"]}) == 3
    assert frozen["marker"]["symbol"] != head["marker"]["symbol"]  # not by colour alone
    assert "most in **the last convolution**, by 3.4 %." in text
    assert "The 11 frozen blocks did not change at all" in text


def test_the_table_behind_it_has_shares_and_the_layers_names(run: Run) -> None:
    rows = table(MOVED, run.config).rows
    assert len(rows) == len(BLOCKS) + 1
    line = rows[rows["Block"] == "block 11"].iloc[0]
    assert line["Layers"] == "block_11_expand to block_11_add"
    assert line["Share that changed"] == "50.0 %"
    assert rows.iloc[0]["Changed by"] == "0"
    assert rows.iloc[-1]["Changed by"] == "trained from scratch"
    assert "11 blocks frozen" in describe(MOVED)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (None, "was not noted for this run"),
        ([], "was not noted for this run"),
        ([{"block": "stem"}], "was not noted for this run"),
        ([EVIL], "was not noted for this run"),
        ([HUGE], "was not noted for this run"),
    ],
)
def test_an_earlier_run_has_one_calm_sentence(
    open_page: Open, workspace: Workspace, run: Run, told: object, says: str
) -> None:
    text, spec = shown(open_page, workspace, run, told)
    assert spec is None
    assert says in text


def test_where_the_kept_epoch_is_from_before_nothing_moved(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    with workspace.database.writing() as session:
        find(session, run.id).best_epoch = 3
    text, spec = shown(open_page, workspace, run, None)
    assert spec is None
    assert "The epoch that was kept is one before fine-tuning" in text
