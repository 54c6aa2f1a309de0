"""The study of a photo set: asked for with a button, running, or there."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.ui import resources, stores
from pages.ui.parts import job_card, time_estimate
from pipeline.features.study_network import study_network
from pipeline.settings.hyperparameters import BUILT_IN
from pipeline.wording import numbers
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.states import JobState
from pipeline.workspace.studies import Study, without_test

_PHOTO_S: Final = 0.02  # a rough guess, until this computer was timed
_HEADS_S: Final = 5.0


def found(row: PhotoSetRow) -> Study | None:
    """What a study says of the set; where there is none, the way to it is drawn."""
    job = stores.jobs().latest("study", photo_set=row.id)
    known = kept(row)
    if job and (not job.finished or (known is None and job.state != JobState.DONE)):
        job_card.show(job.id, "The photos are studied.")
        if not job.finished:
            return None
    if known is None:
        _ask(row, "Study the photos", "primary")
    return known


def kept(row: PhotoSetRow) -> Study | None:
    """The study of a set, if there is one, as far as it may be seen: of sealed photos nothing."""
    known = stores.study(row.id)
    if known is None or not is_shut(row):
        return known
    return without_test(known, resources.photo_set(row.id))


def is_shut(row: PhotoSetRow) -> bool:
    """Whether the test photos of a set are sealed, so that a study must not speak of them."""
    return stores.seals().is_shut(row.id)


def again(row: PhotoSetRow) -> None:
    """The way to a study of the labels as they are now."""
    _ask(row, "Study again, with the labels as they are now", "tertiary")


def newcomers(row: PhotoSetRow) -> None:
    """The way to a study that knows photos which came in since the last one."""
    _ask(row, "Study the new photos, too", "primary")


def _ask(row: PhotoSetRow, label: str, kind: str) -> None:
    config = study_network()
    seconds = time_estimate.about(config, row.split_sizes)
    guess = _HEADS_S + _PHOTO_S * row.accepted if seconds is None else seconds
    network = "PawTune's built-in network" if config.weights == BUILT_IN else "ImageNet's network"
    if st.button(
        f"{label} (about {numbers.duration(guess)})",
        key=f"study_{kind}",
        type="primary" if kind == "primary" else "tertiary",
        icon=":material/neurology:",
        help=f"{network} looks at every photo once, as it is, and what it sees is kept: a "
        "training starts with it, and studying again takes seconds.",
    ):
        stores.jobs().submit_study(row.id)
        st.rerun()
