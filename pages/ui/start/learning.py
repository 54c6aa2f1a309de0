"""A first training while it learns: how far it is, its curve, and eight photos that flip."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import streamlit as st

from pages.ui import access, markdown, stores
from pages.ui.charts import live_chart
from pages.ui.charts.live_chart import RUN, Line
from pages.ui.charts.palette import PALETTE
from pages.ui.parts import job_card, watched_photos
from pipeline.jobs.awaited import AWAITS
from pipeline.jobs.job import Job
from pipeline.progress import TESTING_STEPS
from pipeline.wording import curve_points, numbers, spoken
from pipeline.wording.job_text import plainly, waiting
from pipeline.workspace.run import Run
from pipeline.workspace.states import UNFINISHED, JobState, RunState

LOOK_S: Final = 1.0  # between two looks at a training
_FORESEEN_S: Final = 60
REPLAY_S: Final = 8.0  # that a finished one is drawn again


def at(run: Run, share: float) -> Run:
    """A finished run as it was when so much of its training was done, 0 to 1; one epoch at least.

    Args:
        run: Finished.
        share: Of its epochs.
    """
    points = min(len(run.epochs), max(1, math.ceil(share * len(run.epochs))))
    return replace(run, epochs=run.epochs[:points], best_epoch=None, state=RunState.RUNNING)


def progress(job: Job, run: Run | None) -> None:
    """A line with a bar, and Stop.

    Args:
        job: The training.
        run: What came of it so far; None before its photos are there.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="start_at_work"):
        with st.container():
            _bar(job, run)
        job_card.stop_button(job)


def _bar(job: Job, run: Run | None) -> None:
    if job.state == JobState.QUEUED and AWAITS in job.request:
        coming = stores.jobs().get(job.request[AWAITS])
        if not coming.finished:
            stage = markdown.literal(plainly(coming.stage, coming.sentence))
            st.progress(coming.fraction or 0.0, text=f"Its photos first: {stage}{_left(coming)}")
            return
    if job.state == JobState.QUEUED:
        st.progress(0.0, text=waiting(job.position, job.seconds_left))
        return
    stage = markdown.literal(plainly(job.stage, job.sentence))
    drawn = len(run.epochs) / curve_points.planned(run.config, run.epochs) if run else 0.0
    st.progress(min(1.0, max(job.fraction or 0.0, drawn)), text=f"{stage}{_left(job)}")


def _left(job: Job) -> str:
    """How long it still takes, near the end: before that the first steps of a phase decide."""
    is_tested = job.stage is not None and job.stage.step in TESTING_STEPS
    if job.seconds_left is None or job.seconds_left > _FORESEEN_S or is_tested or job.is_packing:
        return ""
    return f" · {numbers.left(job.seconds_left)}"


def pictures(run: Run) -> None:
    """The curve, and beside it the photos."""
    if run.epochs:
        accuracy = numbers.percent(run.epochs[-1].val_accuracy)
        name = curve_points.plain_name(run.epochs[-1].epoch)
        access.say("curve", spoken.point([("Accuracy", accuracy)], name))
    curve, photos = st.columns(2, gap="medium")
    with curve:
        _curve(run)
    with photos:
        watched_photos.show_eight(run, "start_eight")


def _curve(run: Run) -> None:
    best = None if run.state in UNFINISHED else run.best_epoch
    line = Line(run.id, run.name, run.epochs, RUN, PALETTE[1], PALETTE[0], "", run.initial, best)
    planned = curve_points.planned(run.config, run.epochs)
    content = live_chart.content([line], [], planned=planned, along=curve_points.ROUND)
    content["words"] = {**content["words"], "kinds": curve_points.PLAIN_KINDS}
    content["charts"] = content["charts"][:1]  # accuracy says it all
    live_chart.draw(content, "start_curve", lambda _: None)
