"""A job as a card: what it does, how far it is, how long it still takes, and Stop."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.ui import access, frame, markdown, resources, stores, visitor
from pipeline.files import sizes
from pipeline.jobs.job import Job
from pipeline.photos.sources.opened import is_fetched
from pipeline.wording import numbers, spoken
from pipeline.wording.job_text import doing, waiting
from pipeline.workspace.states import JobState

OFFLINE = "Without the internet, the drawn pets work, and so do photos of your own."


def show(job_id: str, finished_message: str) -> None:
    """Draw the job's card; it renews itself, and the page once, with the message, at its end."""
    running = not stores.jobs().get(job_id).finished

    @st.fragment(run_every="1s" if running else None)
    @frame.guard()
    def card() -> None:
        stores.jobs().settle()
        job = stores.jobs().get(job_id)
        if running and job.finished:
            resources.forget_lists()
            if "asks" not in job.result:
                access.say_later(_about(job), _aloud(job))
                if job.state == JobState.DONE:
                    frame.say_later(finished_message)
            st.rerun()
        with st.container(border=True):
            _body(job)

    card()


def _about(job: Job) -> str:
    return f"job_{job.id}"


def _aloud(job: Job) -> str:
    """How it is with a job, for those who do not see its card."""
    return spoken.job(job.title, markdown.STATES[job.state][0])


def _body(job: Job) -> None:
    access.say(_about(job), _aloud(job), if_known=job.finished)
    with st.container(horizontal=True, vertical_alignment="center"):
        word, colour, icon = markdown.STATES[job.state]
        st.markdown(f"**{markdown.literal(job.title)}**", width="content")
        st.badge(word, color=colour, icon=icon)
        if not job.finished:
            st.space("stretch")
            stop_button(job)
    if job.finished:
        ending(job)
    elif job.state == JobState.QUEUED:
        st.caption(waiting(job.position, job.seconds_left))
    else:
        stage = markdown.literal(doing(job.stage, job.sentence))
        st.progress(job.fraction or 0.0, text=stage)
        st.caption(details(job) or "Measuring how fast it goes …")


def details(job: Job) -> str:
    """`312 MB of 786 MB · 4.2 MB a second · 2 min left`, as far as it is known."""
    parts = [numbers.progress(job.done, job.total, job.unit)]
    if job.speed:
        pace = sizes.size(job.speed) if job.unit == "bytes" else f"{job.speed:,.0f} {job.unit}"
        parts.append(f"{pace} a second")
    if job.seconds_left is not None:
        parts.append(numbers.left(job.seconds_left))
    return " · ".join(part for part in parts if part)


def stop_button(job: Job, label: str = "Stop", after: Callable[[], None] | None = None) -> None:
    """A Stop that says when it was heard; none for work that is everybody's, in the demo."""
    if job.is_public and visitor.visitor() is not None:
        return
    if st.button(
        "Stopping …" if job.stopping else label,
        key=f"stop_{job.id}",
        icon=":material/stop_circle:",
        disabled=job.stopping,
        help="Ends this work soon. What was finished before is kept.",
    ):
        stores.jobs().stop(job.id)
        if after is not None:
            after()
        st.rerun(scope="app")


def ending(job: Job) -> None:
    """Say how a job ended, where that was not well."""
    if job.state in (JobState.FAILED, JobState.INTERRUPTED):
        st.error(
            markdown.literal(job.error or "It ended without a reason."), icon=":material/error:"
        )
        if job.kind == "import" and is_fetched(job.request["source"]):
            st.caption(OFFLINE)
    elif job.state == JobState.STOPPED and job.error:
        st.warning(markdown.literal(job.error), icon=":material/timer_off:")
    elif job.state == JobState.STOPPED:
        st.caption("Stopped. A download goes on where it was when you start it again.")
