"""What the coach says beside a run, and its button."""

from __future__ import annotations

import dataclasses

import pytest

from pages.ui.runs import coach
from pipeline.coach.curves import Advice
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from tests.pages.conftest import Open, words


def test_the_coach_says_what_to_try_and_its_button_does_it(
    open_page: Open, workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = Advice(
        "It was still learning when it ended.",
        "Validation loss fell from 0.8 to 0.2 over the last 5 epochs.",
        {"epochs": 20},
        "Train again with 20 epochs",
    )
    monkeypatch.setattr("pages.ui.runs.coach.advice", lambda *_: (said,))
    app = open_page("runs", run=run.id)
    assert "still learning" in words(app)
    assert "fell from" in words(app)
    next(button for button in app.button if "20 epochs" in button.label).click().run()
    again = Runs(workspace).list()[0]
    assert again.config == dataclasses.replace(run.config, epochs=20)


def test_of_four_validation_photos_the_coach_says_nothing_about_the_curve(run: Run) -> None:
    assert {one.kind for one in coach.about(run)} <= {"few_test_photos", "class_never_called"}
