"""A long answer: the page does not wait for it, and shows it once it is there."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.errors import RunError, Stopped
from pipeline.tuning.helpers import NotYet


class Answers:
    """Knows some answers."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}

    def ask(self, kind: str, photo_set_id: str, config: str, patience_s: float) -> Any:
        assert (kind, photo_set_id) == ("curve", "photos") and patience_s < 0.5
        if config not in self.known:
            raise NotYet("It takes a little longer.")
        if isinstance(self.known[config], Exception):
            raise self.known[config]
        return self.known[config]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    made = Answers()
    monkeypatch.setattr("pages.ui.tuning.ask", made.ask)
    return made


def page() -> None:

    import streamlit as st

    from pages.ui.train import asked
    from pipeline.errors import PawTuneError

    question: Any = st.text_input("question", "first", key="question")
    try:
        found = asked.answer("curve", "photos", question)
    except PawTuneError as error:
        found = f"error: {error}"
    st.write(found or "waiting")


@pytest.mark.parametrize("known", [{}, {"first": Stopped("Newer settings were asked about.")}])
def test_the_page_goes_on_and_shows_the_answer_later(answers: Answers, known: Any) -> None:
    """One that was taken back is awaited like any other."""
    answers.known |= known
    app = AppTest.from_function(page, default_timeout=30).run()
    assert app.markdown[0].value == "waiting"
    answers.known["first"] = "here it is"
    assert app.run().markdown[0].value == "here it is"


def test_what_went_wrong_is_said(answers: Answers) -> None:
    answers.known["first"] = RunError("That cannot be.")
    app = AppTest.from_function(page, default_timeout=30).run()
    assert app.markdown[0].value == "error: That cannot be."
