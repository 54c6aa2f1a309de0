"""A training while it works: progress, growing curves, Stop; and its end."""

from __future__ import annotations

import streamlit as st

from pages.ui import frame, markdown, resources, stores
from pages.ui.parts import built_in, job_card, run_result
from pages.ui.parts.run_curves import draw_curves
from pipeline.jobs.job import Job
from pipeline.wording import curve_points, numbers
from pipeline.wording.job_text import doing
from pipeline.workspace.run import Run
from pipeline.workspace.states import UNFINISHED, JobState, RunState


def watched_run() -> Run | None:
    """The run in the address, or else the training that is at work.

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
    """Everything about one training, renewed while it works."""
    with st.container(border=True):
        _heading(run)
        if run.state in UNFINISHED:
            _progress(run)
            _scores(run)
        else:
            run_result.ending(run)
        if run.state is not RunState.DAMAGED:  # its curves cannot be told without its settings
            _charts(run)


def _heading(run: Run) -> None:
    word, colour, icon = markdown.STATES[run.state]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(markdown.literal(run.name), anchor=False, width="content")
        st.badge(word, color=colour, icon=icon)
        built_in.badge(run)
        if run.state in UNFINISHED:
            st.space("stretch")
            job_card.stop_button(stores.jobs().get(run.job_id), "Stop and keep the best")


def _progress(run: Run) -> None:
    """How far it is, every second; the page is drawn anew when there is more to draw.

    Only what moves is in the fragment: curves and scores change with an epoch, not every second.
    """

    @st.fragment(run_every="1s")
    @frame.guard()
    def bars() -> None:
        stores.jobs().settle()
        now = stores.runs().get(run.id)
        if now.state not in UNFINISHED:
            resources.forget_lists()
            st.query_params["run"] = now.id
            st.rerun()
        if _drawn_of(now) != _drawn_of(run):
            st.rerun()
        _bars(now, stores.jobs().get(now.job_id))

    bars()


def _drawn_of(run: Run) -> tuple[str, bool, int]:
    """What the rest of the page shows of a run."""
    return run.state, run.initial is None, len(run.epochs)


def _bars(run: Run, job: Job) -> None:
    if job.state == JobState.QUEUED:
        st.caption(
            f"Waiting for {numbers.plural(job.position, 'job')} before it; starts by itself."
        )
        return
    left = ""
    if job.seconds_left is not None:
        left = f" · about {numbers.duration(job.seconds_left)} left"
    stage = f"**{markdown.literal(doing(job.stage, job.sentence))}**{left}"
    share = min(1.0, job.done / job.total) if job.total else 0.0
    done = numbers.progress(job.done, job.total, job.unit)
    if curve_points.is_solved(run.config) and not run.config.fine_tune_epochs:
        st.progress(share, text=f"{stage} · {done}" if done else stage)  # nothing goes in epochs
    else:
        # The recorder's share of the whole training: it never falls back while stages change.
        st.progress(job.fraction or 0.0, text=stage)
        if job.total:
            st.progress(share, text=done)


def _scores(run: Run) -> None:
    """The untrained head first; then the last epoch and the best one."""
    if run.initial is None:
        return
    with st.grid(4, min_column_width=150, gap="small"):
        st.metric(
            "Before training",
            numbers.percent(run.initial["accuracy"]),
            f"loss {run.initial['loss']:.2f}",
            delta_color="off",
            delta_arrow="off",
            help="Accuracy and loss of the untrained head on the validation photos: it guesses.",
        )
        if run.epochs:
            _latest(run, run.initial["accuracy"])


def _latest(run: Run, initial_accuracy: float) -> None:
    """The last point of the curves, and the best one."""
    last = run.epochs[-1]
    solving = curve_points.steps(run.config, run.epochs) == len(run.epochs)
    before = run.epochs[-2].val_accuracy if len(run.epochs) > 1 else initial_accuracy
    change = (last.val_accuracy - before) * 100
    st.metric(
        "Validation now",
        numbers.percent(last.val_accuracy),
        f"{change:+.1f} points" if abs(change) >= 0.05 else None,
        help="Share of validation photos that are called right after the last "
        f"{'step of the solver' if solving else 'epoch'}.",
    )
    st.metric(
        "Training now",
        numbers.percent(last.accuracy),
        help="On the training photos as they are, after the last step of the solver."
        if solving
        else "Average over the last epoch, on augmented photos.",
    )
    if run.best_epoch:
        st.metric(
            "Best so far",
            curve_points.name(run.config, run.epochs, run.best_epoch).capitalize(),
            help="The solver's result; what is kept if you stop now."
            if run.best_epoch <= curve_points.steps(run.config, run.epochs)
            else "The epoch that tells the validation photos apart best; what is kept if you stop "
            "now. A network grows too sure of itself while it learns, and that alone raises the "
            "loss: it is taken out before epochs are compared.",
        )


@st.fragment
@frame.guard()
def _charts(run: Run) -> None:
    if run.epochs or run.state in UNFINISHED:  # else it ended before there was anything to draw
        draw_curves(run, "train")


def queue(shown_job_id: str) -> None:
    """The other trainings that wait or work, in their order."""
    others = [
        job
        for job in stores.settled_jobs()
        if job.kind == "train" and job.id != shown_job_id and job.run_id
    ]
    if not others:
        return
    st.subheader("Other trainings")
    for job in others:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            is_running = job.state == JobState.RUNNING
            place = "at work" if is_running else f"waiting, {job.position} before it"
            name = markdown.literal(stores.runs().get(job.run_id or "").name)
            frame.link("Train", name, ":material/monitoring:", run=job.run_id or "")
            st.caption(place, width="content")
            st.space("stretch")
            job_card.stop_button(job)
