"""The matrix whose cells can be pressed: what is shown of its cells; of many classes the worst."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.evaluate import matrix
from pipeline.workspace.run import Run
from tests.pages.conftest import Open, words
from tests.pages.evaluate.conftest import component, pressed


def test_the_matrix_counts_every_test_photo(open_page: Open, run: Run) -> None:
    app = open_page("evaluate")
    assert not app.exception
    assert run.test is not None
    counts = component(app, "confusion_matrix")["counts"]
    assert np.sum(counts) == run.test["photos"] == 4
    assert np.trace(counts) == 3
    assert "**75.0 %" in words(app)
    assert [one.value for one in app.header] == ["Confusion matrix"]


def test_from_a_cell_there_is_a_way_back(open_page: Open, run: Run) -> None:
    app = pressed(open_page("evaluate"), run, (0, 1))
    first, second = run.classes
    assert f"Actual {first}, predicted {second}" in words(app)
    assert component(app, "confusion_matrix")["chosen"] == [0, 1]
    app.button(key="evaluate_clear").click().run()
    assert f"Actual {first}, predicted" not in words(app)
    assert component(app, "confusion_matrix")["chosen"] is None
    assert "evaluate_clear" not in [button.key for button in app.button]


def test_a_press_is_kept_and_a_second_one_takes_it_back(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the browser sends is a cell, or none."""
    from pages.ui.charts import confusion_matrix

    said: dict = {}
    monkeypatch.setattr(confusion_matrix.st, "session_state", said)
    heard: list = []

    def drawn(*, key: str, data: object, on_chosen_change: object) -> None:
        for cell in ([1, 0], None):
            said[key] = {"chosen": {"cell": cell}}
            on_chosen_change()  # type: ignore[operator]

    monkeypatch.setattr(confusion_matrix, "_COMPONENT", drawn)
    confusion_matrix.draw(np.eye(2, dtype=np.int64), ("a", "b"), None, "key", heard.append)
    assert heard == [(1, 0), None]


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
    assert component(app, "confusion_matrix")["names"] == list(run.classes)


def test_without_a_mistake_there_is_no_worst(
    open_page: Open, run: Run, two_are_many: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "pages.ui.evaluate.matrix.metrics.confusion_matrix", lambda *_: np.diag([2, 2])
    )
    app: AppTest = open_page("evaluate")
    assert not app.exception
    assert "mixed up most" not in words(app)
