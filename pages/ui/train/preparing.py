"""A preview of the curve, prepared in the background: when it comes, and Skip."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.ui import frame, markdown, stores, tuning
from pages.ui.parts import job_card
from pipeline.errors import NotReady, PawTuneError
from pipeline.jobs.job import Job
from pipeline.settings.train_config import TrainConfig
from pipeline.wording import numbers
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.states import JobState

_ASKED: Final = "train_prepared_for"  # session: for which photos and settings, and the job's id


def show(row: PhotoSetRow, config: TrainConfig) -> bool:
    """Have it prepared, and say how long that takes; or why it cannot be.

    Args:
        row: The photo set.
        config: What the settings stand at.

    Returns:
        Whether the curve comes by itself.
    """
    try:
        job_id = _asked(row, config)
    except NotReady as missing:
        st.caption(f":material/info: {markdown.literal(str(missing))}")
        return False
    except PawTuneError as refused:
        st.caption(f":material/hourglass_disabled: {markdown.literal(str(refused))}")
        return False
    return job_id is None or _progress(row, config, job_id)


def _asked(row: PhotoSetRow, config: TrainConfig, again: bool = False) -> str | None:
    """The job that prepares; asked for once for the same settings, not at every look."""
    known = st.session_state.get(_ASKED)
    if known is not None and known[:2] == (row.id, config) and not again:
        return str(known[2])
    job = stores.jobs().prepare(row.id, config, again)
    if job is None:
        return None
    st.session_state[_ASKED] = (row.id, config, job.id)
    return job.id


def _progress(row: PhotoSetRow, config: TrainConfig, job_id: str) -> bool:
    """How far it is, every second; whether it is still running."""
    running = not stores.jobs().get(job_id).finished

    @st.fragment(run_every="1s" if running else None)
    @frame.guard()
    def line() -> None:
        stores.jobs().settle()
        job = stores.jobs().get(job_id)
        if job.state == JobState.RUNNING:
            tuning.helpers().warm()  # whoever waits for it asks as soon as it is there
        if job.state == JobState.DONE:
            st.session_state.pop(_ASKED, None)
        if running and job.finished:
            st.rerun()
        with st.container(horizontal=True, vertical_alignment="center"):
            if job.finished:
                _ended(row, config, job)
            else:
                st.progress(job.fraction or 0.0, text=_in_words(job))
                job_card.stop_button(job, "Skip")

    line()
    return running


def _in_words(job: Job) -> str:
    if job.state == JobState.QUEUED:
        return "A preview of the curve comes here after what is running now"
    if job.seconds_left is None:
        return "A preview of the curve comes here soon"
    return f"A preview of the curve comes here soon: **{numbers.left(job.seconds_left)}**"


def _ended(row: PhotoSetRow, config: TrainConfig, job: Job) -> None:
    why = markdown.literal(job.error or "It was stopped.")
    said = f"There is no preview of the curve yet. {why}"
    st.caption(f":material/hourglass_disabled: {said}", width="content")
    if st.button("Try again", key="train_prepare", icon=":material/bolt:"):
        _asked(row, config, again=True)
        st.rerun()
