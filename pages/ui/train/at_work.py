"""The running training: how far it is, how long it still takes, and Stop; then how it ended."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.ui import access, frame, markdown, resources, stores
from pages.ui.parts import job_card, run_curves, run_result, run_table
from pipeline.jobs.job import Job
from pipeline.wording import curve_points, numbers, score_text, spoken
from pipeline.wording.job_text import doing, waiting
from pipeline.workspace.run import Run
from pipeline.workspace.states import UNFINISHED, JobState, RunState

_LOOK_S: Final = 1.0  # between two looks at a training
_SOON_S: Final = 0.25  # until its first point
REFUSED: Final = "train_refused"  # session: why a try could not be kept


def watched_run() -> Run | None:
    """The run in the address, or else the training that is running.

    Raises:
        RunError: If the address names a run that is not there.
    """
    wanted = st.query_params.get("run")
    if wanted:
        return stores.runs().get(wanted)
    # One that has learned all it will comes after the next one, which learns meanwhile.
    for job in sorted(stores.settled_jobs(), key=lambda job: job.is_packing):
        if job.kind == "train" and job.run_id:
            return stores.runs().get(job.run_id)
    return None


def show(run: Run) -> None:
    """A line with a bar, while it works."""
    refused = st.session_state.pop(REFUSED, None)
    if refused:
        st.error(markdown.literal(refused), icon=":material/error:")
    if run.state not in UNFINISHED:
        return
    aloud(run)
    with st.container(horizontal=True, vertical_alignment="center", key="train_at_work"):
        with st.container():
            _progress(run)
        job_card.stop_button(stores.jobs().get(run.job_id), "Stop and keep the best")


def ended(run: Run) -> None:
    """What came of it, below its curves, when it has ended."""
    if run.state in UNFINISHED:
        return
    aloud(run)
    st.header(markdown.literal(run.name), anchor=False)
    run_result.ending(run)
    brought = run_curves.sentence(run) if run.epochs else None
    if brought:
        st.markdown(f":material/insights: {brought}", width=frame.TEXT_PX)


def aloud(run: Run) -> None:
    """Read out that a training has begun, and to who heard that, how it ended."""
    is_at_work = run.state in UNFINISHED
    word, _, _ = markdown.STATES[run.state]
    verdict = score_text.verdict(run.shown, run.config) if run.shown else ""
    said = spoken.at_work(run.name) if is_at_work else spoken.ended(run.name, word, verdict)
    access.say(f"run_{run.id}", said, if_known=not is_at_work)


def _progress(run: Run) -> None:
    """How far it is, every second; the bench is drawn anew when there is another point."""
    is_first = run.state is RunState.RUNNING and not run.epochs  # which is there well within one

    @st.fragment(run_every=_SOON_S if is_first else _LOOK_S)
    @frame.guard()
    def bar() -> None:
        stores.jobs().settle()
        now = stores.runs().get(run.id)
        if _drawn_of(now) != _drawn_of(run):
            resources.forget_lists()
            st.query_params["run"] = now.id
            st.rerun()
        _bar(now, stores.jobs().get(now.job_id))

    bar()


def _drawn_of(run: Run) -> tuple[str, bool, bool, int]:
    """What the bench shows of a run."""
    return run.state, run.initial is None, run.is_packing, len(run.epochs)


def _bar(run: Run, job: Job) -> None:
    called = run_table.called(
        [one for one in resources.run_list() if run.photo_set_id == one.photo_set_id]
    )
    name = f"**{markdown.literal(called.get(run.id, run.name))}**"
    if job.state == JobState.QUEUED:
        st.caption(f"{name} · {waiting(job.position, job.seconds_left)}")
        return
    left = "" if job.seconds_left is None else f" · {numbers.left(job.seconds_left)}"
    stage = markdown.literal(doing(job.stage, job.sentence))
    if run.is_packing:  # its curves stand; the rest is nobody's to wait for
        st.caption(f"{name}: {stage}{left}")
        return
    share = job.done / job.total if job.total else 0.0
    if run.config.fine_tune_epochs or not curve_points.is_solved(run.config):
        share = job.fraction or 0.0  # of the whole training: it never falls back
    st.progress(min(1.0, share), text=f"{name}: {stage}{left}")
