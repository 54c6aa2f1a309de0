"""Many classes: the worst pairs in lines."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st

from pages.ui.charts import confusion_matrix
from pipeline.workspace.run import Run
from tests.pages.conftest import Open, words


@pytest.fixture(autouse=True)
def two_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.ui.evaluate.matrix.MOST_CELLS", 1)


def test_the_worst_pairs_stand_in_lines(open_page: Open, run: Run) -> None:
    app = open_page("evaluate")
    assert not app.exception
    assert "Choose a line to see its photos." in words(app)
    table = next(one.value for one in app.dataframe if "Called" in one.value)
    assert table["Photos"].tolist() == [1]
    assert table["Photos with this label"].tolist() == [2]
    assert set(table["Labelled"]) | set(table["Called"]) == set(run.classes)


def test_a_line_shows_its_photos(
    open_page: Open, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = st.dataframe

    def chosen(*args: Any, **options: Any) -> Any:
        event = drawn(*args, **options)
        if not str(options.get("key")).startswith("evaluate_pairs"):
            return event
        return SimpleNamespace(selection=SimpleNamespace(rows=[0]))

    monkeypatch.setattr(st, "dataframe", chosen)
    app = open_page("evaluate")
    table = next(one.value for one in app.dataframe if "Called" in one.value)
    line = table.iloc[0]
    assert f"Labelled {line['Labelled']}, called {line['Called']}" in words(app)


def test_few_classes_have_cells(monkeypatch: pytest.MonkeyPatch, open_page: Open, run: Run) -> None:
    monkeypatch.setattr("pages.ui.evaluate.matrix.MOST_CELLS", confusion_matrix.MOST_CELLS)
    app = open_page("evaluate")
    assert "Click a cell" in words(app)
    assert "Choose a line" not in words(app)
