"""The matrix that can be clicked: what is shown of its cells; of many classes the worst."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import streamlit as st

from pages.ui.charts.figure import draw
from pages.ui.evaluate import matrix
from pipeline.workspace.run import Run
from tests.pages.conftest import Open, words


def test_the_matrix_counts_every_test_photo(open_page: Open, run: Run) -> None:
    app = open_page("evaluate")
    assert not app.exception
    spec = json.loads(app.get("plotly_chart")[0].proto.spec)
    cells = [int(text) for text in spec["data"][0]["text"]]
    assert sum(cells) == run.test["photos"] == 4
    table = app.dataframe[1].value.to_numpy()
    assert table[table > 0].tolist() == cells
    assert "3 of" not in words(app)
    assert "**75.0 %" in words(app)


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


@pytest.fixture
def two_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "MOST_CELLS", 1)


def test_of_many_classes_the_worst_have_their_matrix(
    open_page: Open, run: Run, two_are_many: None
) -> None:
    app = open_page("evaluate")
    assert not app.exception
    assert "**The 2 classes that were mixed up most**, among themselves:" in words(app)
    assert "Choose a line to see its photos." in words(app)
    assert "Click a cell to see its photos." in words(app)


def test_what_was_chosen_last_is_shown(
    open_page: Open, run: Run, two_are_many: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line of the list, then a cell of the matrix, then another line."""
    lines, cells = st.dataframe, draw
    chosen: dict[str, Any] = {"rows": [], "points": []}

    def line(*args: Any, **options: Any) -> Any:
        event = lines(*args, **options)
        is_list = str(options.get("key")).startswith("evaluate_pairs")
        return SimpleNamespace(selection=SimpleNamespace(**chosen)) if is_list else event

    def cell(*args: Any, **options: Any) -> Any:
        event = cells(*args, **options)
        is_matrix = options["key"].startswith("evaluate_matrix")
        return SimpleNamespace(selection=SimpleNamespace(**chosen)) if is_matrix else event

    monkeypatch.setattr(st, "dataframe", line)
    monkeypatch.setattr("pages.ui.charts.figure.draw", cell)
    app = open_page("evaluate")
    table = next(one.value for one in app.dataframe if "Called" in one.value).iloc[0]
    of_line = f"Labelled {table['Labelled']}, called {table['Called']}"
    chosen["rows"] = [0]
    assert of_line in words(app.run())
    first = run.classes[0]
    chosen["points"] = [{"point_index": 0}]  # the first class, called right
    assert f"Labelled {first}, called {first}" in words(app.run())
    chosen["rows"] = []
    assert f"Labelled {first}, called {first}" in words(app.run())
    chosen["rows"] = [0]
    assert of_line in words(app.run())


def test_without_a_mistake_there_is_no_worst(
    open_page: Open, run: Run, two_are_many: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "pages.ui.evaluate.matrix.metrics.confusion_matrix", lambda *_: np.diag([2, 2])
    )
    app = open_page("evaluate")
    assert not app.exception
    assert "mixed up most" not in words(app)
