"""What the coach says beside a run, and its button."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from pages.ui.runs import coach
from pipeline.coach.curves import Advice
from pipeline.evaluation.predictions import Predictions, write_predictions
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import VALIDATION_PREDICTIONS, Runs
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
    monkeypatch.setattr("pages.ui.runs.coach.advice", lambda *_, **__: (said,))
    app = open_page("runs", run=run.id)
    assert "still learning" in words(app)
    assert "fell from" in words(app)
    next(button for button in app.button if "20 epochs" in button.label).click().run()
    again = Runs(workspace).list()[0]
    assert again.config == dataclasses.replace(run.config, epochs=20)


def test_a_good_run_has_nothing_to_try(
    open_page: Open, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An explanation is no advice: it stands under no such heading."""
    said = Advice("Fine-tuning made the difference.", "From 80 to 90 %.", kind="fine_tuning_gained")
    monkeypatch.setattr("pages.ui.runs.coach.advice", lambda *_, **__: (said,))
    app = open_page("runs", run=run.id)
    assert "Fine-tuning made the difference. From 80 to 90 %." in words(app).replace("\\", "")
    assert "What to try next" not in words(app)


@pytest.fixture
def forty(run: Run) -> Run:
    """A run that calls every one of forty validation photos red, and is right in the test."""
    truth = np.repeat([0, 1], 20)
    shares = np.tile(np.array([0.1, 0.9], np.float32), (40, 1))
    write_predictions(
        run.folder / VALIDATION_PREDICTIONS, Predictions(np.arange(40), truth, shares)
    )
    return run


def test_the_coach_reads_the_validation_photos_not_the_test(
    open_page: Open, workspace: Workspace, forty: Run
) -> None:
    """Advice from the test would make the next run's test score flatter it."""
    said = words(open_page("runs", run=forty.id))
    assert "The network hardly ever answers “blue”" in said
    assert "Of 20 validation photos of “blue”" in said, said


def test_a_run_without_kept_validation_answers_is_judged_by_its_curves(
    open_page: Open, forty: Run
) -> None:
    (forty.folder / VALIDATION_PREDICTIONS).unlink()
    app = open_page("runs", run=forty.id)
    assert not app.exception and not app.error
    assert "hardly ever answers" not in words(app)


def test_of_four_validation_photos_the_coach_says_nothing_about_the_curve(run: Run) -> None:
    assert {one.kind for one in coach.about(run)} <= {"few_test_photos", "class_never_called"}
