"""A few validation photos, as they turn from wrong to right while a network learns.

The browser gets all epochs at once and plays them by itself: nothing is asked of the server.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui import component, inline, resources
from pipeline.errors import PhotoSetError
from pipeline.evaluation import epoch_answers, telling_photos
from pipeline.evaluation.epoch_answers import EpochAnswers
from pipeline.evaluation.learning_curve import Epoch
from pipeline.settings.train_config import TrainConfig
from pipeline.wording import curve_points, telling_text
from pipeline.wording.names import apart
from pipeline.workspace.run import Run
from pipeline.workspace.states import UNFINISHED, RunState

_CHOSEN: Final = "train_watched"  # session: of each set and seed, the photos chosen last
_SIDE_PX: Final = 128
_COMPONENT: Final = component.beside(__file__, '<section class="watched"></section>')


def show(
    photo_set_id: str, config: TrainConfig, epochs: Sequence[Epoch], answers: EpochAnswers
) -> None:
    """Draw the nine photos that tell most.

    Args:
        photo_set_id: Whose validation photos.
        config: The settings; the seed decides between photos that tell as much.
        epochs: The points of the curve.
        answers: What the validation photos are called at each.
    """
    photos = _choose(photo_set_id, config.seed, answers)
    data = message(photo_set_id, photos, answers, points(config, epochs))
    _COMPONENT(key="train_watched_photos", data=data)


def show_run(run: Run) -> None:
    """The same of a run, running or finished; nothing where its answers or photos are gone."""
    answers = _answers(run)
    if answers is not None:
        show(run.photo_set_id, run.config, run.epochs, answers)


def show_eight(run: Run, key: str) -> None:
    """The eight by which one watches a run from its first epoch on, in two rows; see `show_run`."""
    answers = _answers(run)
    if answers is None:
        return
    photo_set = resources.photo_set(run.photo_set_id)
    indices = photo_set.indices("validation")
    labels, keys = photo_set.labels()[indices], photo_set.keys()[indices]
    photos = telling_photos.at_first(answers, labels, keys, run.config.seed)
    names = [curve_points.plain_name(epoch.epoch) for epoch in run.epochs]
    data = message(run.photo_set_id, photos, answers, names, plain=True)
    if run.state in UNFINISHED:  # nobody knows yet what becomes of them
        data["summary"] = telling_text.watched(len(photos))
    _COMPONENT(key=key, data=data | {"columns": telling_photos.FIRST // 2})


def _answers(run: Run) -> EpochAnswers | None:
    """What a run has kept; None where that, or its photos, are gone."""
    if run.state is RunState.DAMAGED:
        return None
    try:
        photos = len(resources.photo_set(run.photo_set_id).indices("validation"))
    except PhotoSetError:
        return None
    return epoch_answers.read(run.folder, photos, len(run.epochs))


def _choose(photo_set_id: str, seed: int, answers: EpochAnswers) -> NDArray[np.int64]:
    """Which photos: those of the try before, as long as they tell something."""
    photo_set = resources.photo_set(photo_set_id)
    indices = photo_set.indices("validation")
    kept = st.session_state.setdefault(_CHOSEN, {})
    kept[photo_set_id, seed] = telling_photos.choose(
        answers,
        photo_set.labels()[indices],
        photo_set.keys()[indices],
        seed,
        kept.get((photo_set_id, seed)),
    )
    chosen: NDArray[np.int64] = kept[photo_set_id, seed]
    return chosen


def points(config: TrainConfig, epochs: Sequence[Epoch]) -> list[str]:
    """What each point of a curve is called."""
    return [curve_points.name(config, epochs, epoch.epoch) for epoch in epochs]


def message(
    photo_set_id: str,
    photos: NDArray[np.int64],
    answers: EpochAnswers,
    names: Sequence[str],
    plain: bool = False,
) -> dict[str, Any]:
    """What the browser gets, as plain JSON.

    Args:
        photo_set_id: Whose validation photos.
        photos: Which of them.
        answers: About all of them.
        names: Of the points.
        plain: Whether who looks trains for the first time.
    """
    photo_set = resources.photo_set(photo_set_id)
    indices = photo_set.indices("validation")[photos]
    truth = photo_set.labels()[indices]
    called, shares = answers.called[:, photos], answers.shares[:, photos]
    return {
        "summary": telling_text.summary(called == truth, plain),
        "words": dict(telling_text.WORDS),
        "classes": [str(name) for name in apart(photo_set.classes).values()],
        "points": list(names),
        "photos": [
            {
                "jpeg": inline.text(resources.thumbnail(photo_set_id, int(index), _SIDE_PX)),
                "label": int(label),
            }
            for index, label in zip(indices, truth, strict=True)
        ],
        "called": called.tolist(),
        "percent": np.round(shares.astype(np.float64) * 100).astype(int).tolist(),
    }
