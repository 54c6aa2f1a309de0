"""What else is running, as quiet lines, while anything is; and what of it went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from pages.ui import frame, resources, stores
from pages.ui.parts import job_card
from pipeline.jobs.job import Job
from pipeline.photos.sources.opened import DRAWN_PETS

_SHOWN: Final = "start_going_on"  # session: ids of the jobs that had a line at the last look
_UNASKED: Final = ("prepare", "timing")  # what Train does by itself; the menu tells of it


def show(but: Job | None) -> None:
    """Draw a line for each.

    Args:
        but: The first training, which the page shows itself.
    """
    for job_id in st.session_state.pop(_SHOWN, ()):
        _ended(job_id)
    jobs = _others(but)
    if not jobs:
        return
    st.session_state[_SHOWN] = [job.id for job in jobs]

    @st.fragment(run_every="2s")
    @frame.guard()
    def lines() -> None:
        now = _others(but)
        if [job.id for job in now] != [job.id for job in jobs]:
            resources.forget_lists()
            st.rerun(scope="app")
        with st.container(gap="xxsmall"):
            for job in now:
                frame.one_at_work(job)

    lines()


def _others(but: Job | None) -> Sequence[Job]:
    """Not the first training, nor what nobody has asked for: painting the pets, getting ready."""
    return [
        job
        for job in stores.settled_jobs()
        if (but is None or job.id != but.id)
        and job.request.get("source") != DRAWN_PETS
        and job.kind not in _UNASKED
    ]


def _ended(job_id: str) -> None:
    job = stores.jobs().get(job_id)
    if job.finished:
        job_card.ending(job)
