"""The landscape on the bench: opened by a press, a cell sets the controls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.ui.charts import figure
from pages.ui.charts import landscape as chart
from pages.ui.charts.landscape import cells
from pages.ui.train import landscape
from pipeline.errors import NotReady, RunError
from pipeline.evaluation.landscape import Axis, Landscape
from pipeline.settings.hyperparameters import SOLVED, STEPPED, TRAIN
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.landscapes import a_landscape
from tests.pages.conftest import Open, words

Asked = list[tuple[str, TrainConfig, dict[str, Any]]]
Answer = Callable[..., Landscape]


def drawn(axis: Axis, epochs: int = 20, also: float | None = None) -> Landscape:
    values = {
        Axis.LEARNING_RATE: {1e-5, 1e-4, 1e-3, 1e-2, 1e-1},
        Axis.DROPOUT: {0.0, 0.2, 0.4},
        Axis.SIZE: {10.0, 20.0, 28.0},
    }
    return a_landscape(axis, sorted(values[axis] | {also} - {None}), epochs)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What was asked of the helpers, who answer at once."""
    return answered_by(monkeypatch, drawn)


def answered_by(monkeypatch: pytest.MonkeyPatch, answer: Answer) -> Asked:
    questions: Asked = []

    def ask(whose: str | None, kind: str, photo_set_id: str, config: TrainConfig, **more: Any):
        if kind == "curve":
            raise RunError("Curves are no matter here.")
        assert more.pop("place") and more.pop("patience_s") < 1
        if (more["axis"], config, more) not in questions:  # an answer is known for a while
            questions.append((more["axis"], config, more))
        return answer(Axis(more["axis"]), more["epochs"], more.get("also"))

    monkeypatch.setattr("pages.ui.tuning.helpers", lambda: SimpleNamespace(ask=ask))
    return questions


@pytest.fixture
def clickable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A map that can be clicked in AppTest: a button for a cell that the session names."""

    def draw(made: Any, table: Any, *, key: str, on_select: Any = None, **more: Any) -> None:
        if on_select is None:
            figure.draw(made, table, key=key, **more)
            return

        def clicked() -> None:
            place = st.session_state.get("cell")
            points = [] if place is None else [{"point_index": place}]
            st.session_state[key] = SimpleNamespace(selection=SimpleNamespace(points=points))
            on_select()

        st.button("cell", key="press", on_click=clicked)

    monkeypatch.setattr(landscape, "figure", SimpleNamespace(draw=draw))


def opened(open_page: Open) -> AppTest:
    app = open_page("train")
    return app.button(key="train_landscape").click().run()


def standing(app: AppTest) -> TrainConfig:
    """What the page would train with."""
    values = {name: app.session_state[f"train_{name}"] for name in TRAIN}
    chosen = "augment" in app.session_state
    augment = app.session_state["augment"] if chosen else AUGMENT_PRESETS["tutorial"]
    return TrainConfig(**values, augment=augment)


def charts(app: AppTest) -> list[Any]:
    return [chart for chart in app.get("plotly_chart") if chart.key == "train_landscape_map"]


def test_one_press_shows_it_and_another_closes_it(
    open_page: Open, photo_set: PhotoSetRow, asked: Asked
) -> None:
    assert "train_landscape_close" not in [b.key for b in open_page("train").button]
    assert asked == []
    app = opened(open_page)
    assert not app.exception
    (chart,) = charts(app)
    assert "Validation accuracy over learning rate" in chart.proto.alt
    assert "Best: learning rate 0.001, 20 epochs" in words(app)
    assert "may be luck" in words(app)
    app.button(key="train_landscape_close").click().run()
    assert charts(app) == []


def test_a_cell_sets_rate_and_epochs_and_nothing_is_computed_anew(
    open_page: Open, photo_set: PhotoSetRow, asked: Asked, clickable: None
) -> None:
    app = opened(open_page)
    before = standing(app)
    app.session_state["cell"] = cells(drawn(Axis.LEARNING_RATE)).index((3, 7))
    app.button(key="press").click().run()
    after = standing(app)
    assert (after.learning_rate, after.epochs) == (1e-2, 7)
    assert after.fine_tune_epochs == before.fine_tune_epochs
    assert len(asked) == 1
    # Clicking a chosen square takes the choice back: people mean the cell all the same.
    app.session_state["train_learning_rate"] = 1e-5
    app.run()
    app.session_state["cell"] = None
    app.button(key="press").click().run()
    assert standing(app).learning_rate == 1e-2


def test_a_dropout_is_set_from_its_landscape(
    open_page: Open, photo_set: PhotoSetRow, asked: Asked, clickable: None
) -> None:
    app = opened(open_page)
    app.button_group(key="train_landscape_axis").set_value(Axis.DROPOUT).run()
    app.session_state["cell"] = cells(drawn(Axis.DROPOUT)).index((2, 20))
    app.button(key="press").click().run()
    assert (standing(app).dropout, standing(app).epochs) == (0.4, 20)
    assert [axis for axis, *_ in asked] == [Axis.LEARNING_RATE, Axis.DROPOUT]


def test_fewer_photos_set_the_epochs_alone(
    open_page: Open, photo_set: PhotoSetRow, asked: Asked, clickable: None
) -> None:
    app = opened(open_page)
    app.button_group(key="train_landscape_axis").set_value(Axis.SIZE).run()
    before = standing(app)
    app.session_state["cell"] = 4
    app.button(key="press").click().run()
    assert standing(app) == replace(before, epochs=5)


@pytest.mark.parametrize(
    "key, value, again",
    [
        ("train_dropout", 0.5, True),
        ("train_learning_rate", 1e-3, False),
        ("train_fine_tune_epochs", 5, False),
        ("train_epochs", 12, False),
        ("train_epochs", 50, True),
        ("train_seed", 3, True),
    ],
)
def test_it_is_computed_anew_when_something_else_decides_it(
    open_page: Open,
    photo_set: PhotoSetRow,
    asked: Asked,
    key: str,
    value: Any,
    again: bool,
) -> None:
    app = opened(open_page)
    app.session_state[key] = value
    app.run()
    assert len(charts(app)) == 1
    assert len(asked) == 1 + again
    app.run()
    assert len(asked) == 1 + again


def test_a_click_never_makes_it_smaller(
    open_page: Open, photo_set: PhotoSetRow, asked: Asked, clickable: None
) -> None:
    app = open_page("train")
    app.session_state["train_epochs"] = 30
    app.text_input(key="train_learning_rate_typed").set_value("0.002").run()
    app.button(key="train_landscape").click().run()
    shown = drawn(Axis.LEARNING_RATE, 30, 2e-3)
    app.session_state["cell"] = cells(shown).index((4, chart.rows(shown)[2]))
    app.button(key="press").click().run()
    assert (standing(app).learning_rate, standing(app).epochs) == (1e-2, 6)
    assert [more for *_, more in asked] == [
        {"axis": "learning_rate", "epochs": 30, "also": 2e-3}  # its own rate is among the columns
    ]
    app.button(key="train_landscape_close").click().run()
    app.button(key="train_landscape").click().run()
    assert asked[-1][2] == {"axis": "learning_rate", "epochs": 20}


def test_of_a_computed_head_it_says_what_it_shows_and_a_cell_sets_that(
    open_page: Open, photo_set: PhotoSetRow, asked: Asked, clickable: None
) -> None:
    app = opened(open_page)
    assert "Your head is computed" not in words(app)
    app.session_state["train_head"] = SOLVED
    app.run()
    assert "Your head is computed" in words(app)
    app.session_state["cell"] = 0
    app.button(key="press").click().run()
    after = standing(app)
    assert (after.head, after.augment) == (STEPPED, AUGMENT_PRESETS["none"])


def test_before_the_features_are_there_it_says_so_and_asks_again(
    open_page: Open, photo_set: PhotoSetRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = False

    def answer(*question: Any) -> Landscape:
        if not ready:
            raise NotReady("Not prepared yet.")
        return drawn(*question)

    answered_by(monkeypatch, answer)
    app = opened(open_page)
    assert "Not prepared yet." in words(app) and not app.exception
    ready = True
    app.run()
    assert len(charts(app)) == 1
