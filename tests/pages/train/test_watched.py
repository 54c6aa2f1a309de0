"""Which photos stand below the curves of the bench."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pages.ui import resources
from pages.ui.parts import watched_photos
from pages.ui.train import watched
from pages.ui.train.tries import Try
from pipeline.evaluation import epoch_answers
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.states import RunState
from tests.pages.conftest import Open
from tests.pages.parts.test_watched_photos import epochs_of, turning
from tests.pages.train.conftest import inside


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[dict]:
    """What the component was given."""
    given: list[dict] = []
    monkeypatch.setattr(watched_photos, "_COMPONENT", lambda key, data: given.append(data))
    return given


def test_they_stand_on_the_page_of_a_run(open_page: Open, run: Run) -> None:
    photos = len(resources.photo_set(run.photo_set_id).indices("validation"))
    for epoch in range(1, len(run.epochs) + 1):
        epoch_answers.keep(run.folder, epoch, np.full((photos, 1), epoch - 2.0, np.float32))
    app = open_page("train", run=run.id)
    assert not app.exception
    sent = [one for one in inside(app, "bench_below") if one.key == "train_watched_photos"]
    assert len(sent) == 1


def test_the_run_at_work_is_watched_and_else_the_present_try(
    run: Run, photo_set: PhotoSetRow, drawn: list[dict]
) -> None:
    answers = turning(photo_set, 7)
    now = Try(1, photo_set.id, TrainConfig(), tuple(epochs_of(7)), {}, 7, answers)
    for epoch in range(1, len(run.epochs) + 1):
        photos = answers.called.shape[1]
        epoch_answers.keep(run.folder, epoch, np.zeros((photos, 1), np.float32))
    busy = replace(run, state=RunState.RUNNING)
    for one, shown in ((now, run), (now, busy), (now, None), (None, run), (None, None)):
        watched.below(one, shown)
    assert [len(sent["points"]) for sent in drawn] == [7, 5, 7, 5]
