"""A long answer: the page does not wait for it, and shows it once it is there."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.train import asked
from pipeline.errors import RunError


@pytest.fixture
def gates(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, Event]]]:
    """What was asked, each with what lets its answer through."""
    questions: list[tuple[str, Event]] = []

    def ask(whose: str | None, kind: str, photo_set_id: str, config: str, **_: Any) -> str:
        gate = Event()
        questions.append((config, gate))
        assert gate.wait(30)
        if config == "bad":
            raise RunError("That cannot be.")
        return f"answer to {config}"

    monkeypatch.setattr("pages.ui.stores.helpers", lambda: SimpleNamespace(ask=ask))
    monkeypatch.setattr("pages.ui.stores.expect_photo_set", lambda _: None)
    monkeypatch.setattr(asked, "_SOON_S", 0.01)
    yield questions
    for _, gate in questions:
        gate.set()


def page() -> None:
    import streamlit as st

    from pages.ui.train import asked
    from pipeline.errors import PawTuneError

    question: Any = st.text_input("question", "first", key="question")
    try:
        found = asked.answer("kept", question, "curve", "photos", question)
    except PawTuneError as error:
        found = f"error: {error}"
    st.write(found or "waiting")


def answered(app: AppTest) -> None:
    """Until the answer that the session waits for is there."""
    app.session_state["kept"].answer.exception(30)


def test_the_page_goes_on_and_shows_the_answer_later(gates: list[tuple[str, Event]]) -> None:
    app = AppTest.from_function(page, default_timeout=30).run()
    assert app.markdown[0].value == "waiting"
    app.run()
    assert len(gates) == 1
    gates[0][1].set()
    answered(app)
    assert app.run().markdown[0].value == "answer to first"
    assert app.run().markdown[0].value == "answer to first"
    assert len(gates) == 1


def test_a_newer_question_takes_the_place_of_the_older_one(
    gates: list[tuple[str, Event]],
) -> None:
    app = AppTest.from_function(page, default_timeout=30).run()
    app.text_input(key="question").set_value("second").run()
    assert [question for question, _ in gates] == ["first", "second"]
    gates[1][1].set()
    answered(app)
    gates[0][1].set()
    assert app.run().markdown[0].value == "answer to second"


def test_what_went_wrong_is_said_and_asked_again(gates: list[tuple[str, Event]]) -> None:
    app = AppTest.from_function(page, default_timeout=30).run()
    app.text_input(key="question").set_value("bad").run()
    gates[1][1].set()
    answered(app)
    assert len(gates) == 2
    app.run()
    assert len(gates) == 3
