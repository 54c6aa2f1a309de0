"""Many classes: the worst pairs in lines."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from pages.ui.charts import confusion_matrix
from pages.ui.evaluate import mix_ups
from pages.ui.evaluate.answers import Asked, Source
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from tests.pages.conftest import Open, words


@pytest.fixture(autouse=True)
def two_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.ui.evaluate.matrix.MOST_CELLS", 1)


def test_the_worst_pairs_stand_in_lines(open_page: Open, run: Run) -> None:
    app = open_page("evaluate")
    assert not app.exception
    assert "Choose a line to see its photos." in words(app)
    table = next(one.value for one in app.dataframe if "Predicted" in one.value)
    assert table["Photos"].tolist() == [1]
    assert table["Photos with this label"].tolist() == [2]
    assert set(table["Actual"]) | set(table["Predicted"]) == set(run.classes)


def test_a_line_shows_its_photos_until_it_is_taken_back(
    run: Run, photo_set: PhotoSetRow, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Source(photo_set, PhotoSets(workspace).open(photo_set.id))
    asked = Asked(run, source, Runs(workspace).predictions(run.id), "test photos")
    said: dict[str, Any] = {}
    monkeypatch.setattr(mix_ups.st, "session_state", said)
    heard: list = []

    def drawn(_: object, *, key: str, on_select: Callable[[], None], **options: object) -> None:
        for rows in ([0], []):
            said[key] = SimpleNamespace(selection=SimpleNamespace(rows=rows))
            on_select()

    monkeypatch.setattr(mix_ups.st, "dataframe", drawn)
    mix_ups.show(asked, np.array([[1, 0], [3, 0]]), heard.append, 0)
    assert heard == [(1, 0), None]
    mix_ups.show(asked, np.array([[1, 0], [3, 0]]), heard.append, 1)
    assert len(said) == 2, "a list of its own after each time"


def test_few_classes_have_cells(monkeypatch: pytest.MonkeyPatch, open_page: Open, run: Run) -> None:
    monkeypatch.setattr("pages.ui.evaluate.matrix.MOST_CELLS", confusion_matrix.MOST_CELLS)
    app = open_page("evaluate")
    assert "Press a cell" in words(app)
    assert "Choose a line" not in words(app)
