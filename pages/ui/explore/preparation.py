"""The one download that the Explore page needs."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.ui import stores
from pages.ui.parts import job_card
from pipeline.classify.imagenet_files import DOWNLOAD_BYTES
from pipeline.files import sizes
from pipeline.network.mobilenet_v2 import NAME
from pipeline.workspace.states import JobState

JOB: Final = "explore_job"  # session: the job that fetches it


def show() -> None:
    """Offer it, as a job."""
    job_id = st.session_state.get(JOB)
    latest = stores.jobs().latest("explore")
    if job_id is None and latest is not None and latest.state != JobState.DONE:
        job_id = latest.id
    if job_id is not None:
        job_card.show(job_id, "The original network is ready.")
        job = stores.jobs().get(job_id)
        if not job.finished:
            return
        if job.state == JobState.FAILED:
            st.caption("Everything else in PawTune works without this page.")
    st.info(
        "This page needs the original network with all its 1,000 answers. It is fetched once "
        "and kept.",
        icon=":material/download:",
    )
    if st.button(
        f"Prepare (downloads {sizes.size(DOWNLOAD_BYTES)} once)",
        key="explore_prepare",
        type="primary",
        icon=":material/download:",
        help=f"Fetches {NAME} as Google published it, checks it, and makes it quick.",
    ):
        st.session_state[JOB] = stores.jobs().submit_explore().id
        st.rerun()
