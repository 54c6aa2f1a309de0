"""Photos under the curves: what the browser gets of them."""

from __future__ import annotations

import base64
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from pages.ui import resources
from pages.ui.parts import watched_photos
from pipeline.evaluation import epoch_answers
from pipeline.evaluation.epoch_answers import EpochAnswers
from pipeline.evaluation.learning_curve import Epoch
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING, TrainConfig
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.states import RunState


def turning(row: PhotoSetRow, epochs: int = 4) -> EpochAnswers:
    """Every validation photo is wrong at first and right from its own epoch on."""
    photo_set = resources.photo_set(row.id)
    truth = photo_set.labels()[photo_set.indices("validation")]
    right = np.arange(epochs)[:, np.newaxis] > np.arange(len(truth)) % (epochs - 1)
    called = np.where(right, truth, 1 - truth).astype(np.uint16)
    return EpochAnswers(called, np.full(called.shape, 0.756, np.float16))


def test_the_browser_gets_photos_names_and_what_they_are_called(photo_set: PhotoSetRow) -> None:
    answers = turning(photo_set)
    photos = np.array([2, 0])
    sent = watched_photos.message(photo_set.id, photos, answers, ["epoch 1", "epoch 2"])
    opened = resources.photo_set(photo_set.id)
    indices = opened.indices("validation")[photos]
    assert sent["classes"] == list(opened.classes)
    for shown, index in zip(sent["photos"], indices, strict=True):
        assert shown["label"] == opened.photos[index].class_index
        jpeg = base64.b64decode(shown["jpeg"])
        assert jpeg == resources.thumbnail(photo_set.id, int(index), 128)
        assert Image.open(io.BytesIO(jpeg)).size == (128, 128)
    assert sent["called"] == answers.called[:, photos].tolist()
    assert sent["percent"] == [[76, 76]] * 4
    assert sent["summary"] == "2 validation photos: 2 from wrong to right."


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[dict]:
    """What the component was given."""
    given: list[dict] = []
    monkeypatch.setattr(watched_photos, "_COMPONENT", lambda key, data: given.append(data))
    return given


def epochs_of(count: int, tuned: int = 0) -> list[Epoch]:
    phases = [FEATURE_EXTRACTION] * (count - tuned) + [FINE_TUNING] * tuned
    return [Epoch(phase, n, 1.0, 0.5, 1.0, 0.5, 0.1) for n, phase in enumerate(phases, 1)]


def test_other_settings_show_the_same_photos(photo_set: PhotoSetRow, drawn: list[dict]) -> None:
    for epochs in (4, 6):
        answers = turning(photo_set, epochs)
        watched_photos.show(photo_set.id, TrainConfig(), epochs_of(epochs), answers)
    first, second = ({photo["jpeg"] for photo in sent["photos"]} for sent in drawn)
    assert first == second
    assert drawn[1]["points"] == [f"epoch {n}" for n in range(1, 7)]


def test_points_are_called_as_below_the_curves() -> None:
    solved = TrainConfig(head=SOLVED, fine_tune_epochs=1)
    assert watched_photos.points(solved, epochs_of(3, tuned=1)) == [
        "solver step 1",
        "solver step 2",
        "fine-tuning epoch 1",
    ]


def test_of_a_run_it_shows_what_the_run_has_kept(
    run: Run, photo_set: PhotoSetRow, drawn: list[dict]
) -> None:
    watched_photos.show_run(run)
    assert drawn == []  # of an earlier version, or before its first epoch
    answers = turning(photo_set, len(run.epochs))
    for epoch, called in enumerate(answers.called, 1):
        logits = np.where(called == 1, 2.0, -2.0).astype(np.float32)[:, np.newaxis]
        epoch_answers.keep(run.folder, epoch, logits)
    watched_photos.show_run(run)
    (sent,) = drawn
    assert len(sent["points"]) == len(run.epochs) == len(sent["called"])
    assert "from wrong to right" in sent["summary"]


def test_a_run_whose_photos_are_elsewhere_shows_none(run: Run, drawn: list[dict]) -> None:
    watched_photos.show_run(replace(run, photo_set_id="0123456789abcdef"))  # as the example's
    assert drawn == []


def test_the_first_eight_are_the_same_at_every_epoch(
    run: Run, photo_set: PhotoSetRow, drawn: list[dict]
) -> None:
    answers = turning(photo_set, len(run.epochs))
    for epoch, called in enumerate(answers.called, 1):
        logits = np.where(called == 1, 2.0, -2.0).astype(np.float32)[:, np.newaxis]
        epoch_answers.keep(run.folder, epoch, logits)
    for points in range(1, len(run.epochs) + 1):
        watched_photos.show_eight(replace(run, epochs=run.epochs[:points]), "first")
    shown = [[photo["jpeg"] for photo in sent["photos"]] for sent in drawn]
    assert len(shown) == len(run.epochs)
    assert all(one == shown[0] for one in shown)
    assert len(shown[0]) == min(8, answers.called.shape[1])
    assert [sent["columns"] for sent in drawn] == [4] * len(run.epochs)


def test_while_it_learns_nobody_says_how_they_end(
    run: Run, photo_set: PhotoSetRow, drawn: list[dict]
) -> None:
    photos = turning(photo_set).called.shape[1]
    for epoch in range(1, len(run.epochs) + 1):
        epoch_answers.keep(run.folder, epoch, np.zeros((photos, 1), np.float32))
    for state in (RunState.RUNNING, RunState.DONE):
        watched_photos.show_eight(replace(run, state=state), "first")
    said = [sent["summary"] for sent in drawn]
    assert "that it does not learn from" in said[0]
    assert "wrong at the end" in said[1]
