"""Scores of a run: the matrix, what is shown of its cells, classes with intervals."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from pages.ui.charts.figure import draw
from pipeline.evaluation.predictions import write_predictions
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import PREDICTIONS, Runs
from tests.pages.conftest import Open, words
from tests.pages.evaluate.conftest import answered


def test_the_matrix_counts_every_test_photo(open_page: Open, run: Run) -> None:
    app = open_page("evaluate")
    assert not app.exception
    spec = json.loads(app.get("plotly_chart")[0].proto.spec)
    cells = [int(text or 0) for text in spec["data"][0]["text"]]
    assert sum(cells) == run.test["photos"] == 4
    table = app.dataframe[1].value
    assert table.to_numpy().ravel().tolist() == cells
    assert "3 of" not in words(app)
    assert "**75.0 %" in words(app)


def test_what_classify_would_make_of_the_photos_is_told(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    found = Runs(workspace).predictions(run.id)
    strangeness = np.array([0.2, 1.5, 0.2, 0.2])
    write_predictions(run.results / PREDICTIONS, replace(found, strangeness=strangeness))
    shown = words(open_page("evaluate"))
    assert "3 of these 4 photos would get a name" in shown
    assert "0 would be “not sure” and 1 “none of them”." in shown


def test_of_what_earlier_versions_kept_it_is_not_told(open_page: Open, run: Run) -> None:
    assert "would get a name" not in words(open_page("evaluate"))


def test_classes_have_intervals_and_numbers(open_page: Open, run: Run) -> None:
    table = open_page("evaluate").dataframe[0].value
    assert table["Photos"].tolist() == [2, 2]
    assert all("(" in share for share in table["Found"])


def test_photos_that_it_learned_from_give_no_score(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    answered(workspace, run)
    app = open_page("evaluate")
    assert "**75.0 % (" in words(app)
    app.selectbox(key=f"evaluate_photos_{run.id}").select(run.photo_set_id).run()
    training = len(PhotoSets(workspace).open(run.photo_set_id).indices("training"))
    assert f"It learned from {training} of these, so this is no score." in words(app)
    assert not any("(" in share for share in app.dataframe[0].value["Found"])
    assert "19 times of 20" not in words(app)
    assert "19 times of 20" not in "".join(metric.help for metric in app.metric)
    shares = app.dataframe[2].value["Right when called"]
    assert not any("(" in share for share in shares)


def test_from_a_cell_there_is_a_way_back(
    open_page: Open, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def clicked(*args: Any, key: str, **options: Any) -> Any:
        event = draw(*args, key=key, **options)
        if not (key.startswith("evaluate_matrix") and key.endswith("_0")):
            return event
        return SimpleNamespace(selection=SimpleNamespace(points=[{"point_index": 1}]))

    monkeypatch.setattr("pages.ui.charts.figure.draw", clicked)
    app = open_page("evaluate")
    first, second = run.classes
    assert f"Labelled {first}, called {second}" in words(app)
    assert "Click a cell to see its photos." in words(app)
    app.button(key="evaluate_clear").click().run()
    assert f"Labelled {first}, called" not in words(app)
    assert "evaluate_clear" not in [button.key for button in app.button]
