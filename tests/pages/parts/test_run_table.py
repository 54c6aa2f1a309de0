"""Runs as rows: what is in them, what a tick does, what a click does."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pages.ui.parts import run_table, ticked
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.seals import Seals
from tests.pages.conftest import Open, table
from tests.workspaces import add_run

HEAD = TrainConfig(epochs=3, fine_tune_epochs=0)


@pytest.fixture
def rates(workspace: Workspace, photo_set: PhotoSetRow) -> list[Run]:
    """Three runs that differ in their rate alone, newest first; one has a name of its own."""
    names = {"Colours, run 1": 1e-4, "Colours, run 2": 1e-3, "The bold one": 1e-2}
    made = [
        add_run(workspace, photo_set.id, name, config=replace(HEAD, learning_rate=rate))
        for name, rate in names.items()
    ]
    return made[::-1]


def test_only_what_differs_is_a_column_and_names_a_run(rates: list[Run]) -> None:
    data = run_table.rows(rates, {})
    assert [row["name"] for row in data["rows"]] == ["The bold one", "lr 1e-3", "lr 1e-4"]
    assert [row["title"] for row in data["rows"]][1] == "Colours, run 2"
    keys = [column["key"] for column in data["columns"]]
    assert keys == ["val_accuracy", "score", "val_loss", "learning_rate"], (
        "what one looks for first"
    )
    cells = data["rows"][0]["cells"]
    assert cells["learning_rate"] == {"text": "1e-2", "sort": 0.01}
    assert cells["val_accuracy"]["text"] == "90.0"
    assert cells["score"]["text"] == "3 of 4", "of which a share would say too much"
    assert data["rows"][0]["curve"] == [0.7, 0.85, 0.9]


@pytest.mark.parametrize(
    ("photos", "high", "marked"),
    [(5000, 0.99, True), (5000, 0.905, False), (100, 0.92, False), (19, 0.99, False)],
)
def test_the_best_is_marked_where_validation_photos_tell_it_apart(
    rates: list[Run],
    photo_set: PhotoSetRow,
    monkeypatch: pytest.MonkeyPatch,
    photos: int,
    high: float,
    marked: bool,
) -> None:
    many = replace(photo_set, splits=photo_set.splits | {"validation": {"blue": photos}})
    monkeypatch.setattr("pages.ui.resources.photo_set_list", lambda: (many,))
    last = replace(rates[1].epochs[-1], val_accuracy=high)
    better = replace(rates[1], epochs=(*rates[1].epochs[:-1], last))
    data = run_table.rows([rates[0], better, rates[2]], {})
    found = [row["cells"]["val_accuracy"]["best"] for row in data["rows"]]
    assert found == [False, marked, False]
    elsewhere = [replace(run, photo_set_id="others") for run in rates]
    data = run_table.rows([elsewhere[0], better, elsewhere[2]], {})
    assert not data["rows"][1]["cells"]["val_accuracy"]["best"], "of other photos"


def test_runs_as_good_as_each_other_have_no_best(rates: list[Run]) -> None:
    rows = run_table.rows(rates, {})["rows"]
    assert [row["cells"]["val_accuracy"]["best"] for row in rows] == [False] * 3


def test_of_a_sealed_test_nothing_shows(
    workspace: Workspace, photo_set: PhotoSetRow, rates: list[Run]
) -> None:
    Seals(workspace).seal(photo_set.id)
    data = run_table.rows([run for run in Runs(workspace).list() if not run.is_example], {})
    assert "score" not in [column["key"] for column in data["columns"]]
    assert "75.0" not in json.dumps(data)


def test_states_are_told_and_what_is_at_work_can_be_stopped(
    workspace: Workspace, rates: list[Run]
) -> None:
    with workspace.database.writing() as session:
        find(session, rates[0].id).state = "running"
        find(session, rates[1].id).state = "failed"
    rows = run_table.rows([Runs(workspace).get(run.id) for run in rates], {})["rows"]
    assert [row["stop"] for row in rows] == [True, False, False]
    told = [[badge["text"] for badge in row["badges"]] for row in rows]
    assert told == [["running"], ["failed"], []]


def test_a_tick_keeps_its_colour_while_others_go(open_page: Open, rates: list[Run]) -> None:
    app = open_page("runs")
    drawn = {row["id"]: row["colour"] for row in table(app, "runs_table")["rows"]}
    assert [drawn[run.id] is not None for run in rates] == [True, True, False], "the two newest"
    app.session_state[ticked.TICKED] = {rates[1].id: 1, rates[2].id: 0}
    app.run()
    after = {row["id"]: row["colour"] for row in table(app, "runs_table")["rows"]}
    assert after[rates[1].id] == drawn[rates[1].id]
    assert after[rates[2].id] == drawn[rates[0].id], "the free colour"
    assert after[rates[0].id] is None
