"""Running imports on the Photos page, and what came of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import streamlit as st

from pages.ui import stores
from pages.ui.parts import job_card, versions
from pages.ui.parts.import_card import JOB, account
from pages.ui.photos import questions, tabs
from pipeline.jobs.job import Job
from pipeline.workspace.states import JobState

STILL_NEWS: Final = timedelta(hours=1)  # a failure is shown to later visitors for so long
_TOLD: Final = "photos_told"  # session: the import whose account was read


def current_job() -> bool:
    """The card of this session's import, or of one that is running; whether one is."""
    questions.show()
    job = _job()
    if job is None:
        return False
    job_card.show(job.id, f"{job.title}: done. Have a look.")
    if job.finished and job.state != JobState.STOPPED:
        account(job, is_listed="photo_set" in job.result)
    if job.state == JobState.DONE and st.session_state.get(JOB) == job.id:
        photo_set = job.result.get("photo_set")
        if photo_set and st.session_state.get(_TOLD) != job.id:
            st.session_state[_TOLD] = job.id
            versions.go_to(photo_set)
            tabs.go(tabs.LOOK)
    return not job.finished


def _job() -> Job | None:
    active = [job for job in stores.settled_jobs() if job.kind == "import"]
    mine = st.session_state.get(JOB)
    if mine is not None:
        job = stores.jobs().get(mine)
        if "asks" not in job.result:
            return job
        del st.session_state[JOB]  # a question has a card of its own; another import may follow
    if active:
        st.session_state[JOB] = active[0].id
        return active[0]
    latest = stores.jobs().latest("import")
    if latest is None or latest.state not in (JobState.FAILED, JobState.INTERRUPTED):
        return None
    return latest if datetime.now(UTC) - latest.created_at < STILL_NEWS else None
