"""What the coach says about a run, each with its evidence and one button for the next run."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui import frame, markdown, stores
from pages.ui.parts import further
from pages.ui.parts.time_estimate import start_training
from pipeline.coach.advice import NOTES, advice
from pipeline.coach.curves import Advice
from pipeline.errors import PawTuneError
from pipeline.evaluation.learning_curve import Cut, Epoch
from pipeline.evaluation.metrics import confusion_matrix
from pipeline.evaluation.run_score import is_cross_validated
from pipeline.jobs.further import FOLLOWS
from pipeline.wording import names
from pipeline.workspace.run import Run
from pipeline.workspace.states import UNFINISHED


def show(run: Run) -> None:
    """At most three things; nothing at all where there is nothing to say."""
    if run.is_example or run.state in UNFINISHED or not run.epochs:
        return
    said = about(run)
    for one in said:
        if one.kind in NOTES:
            evidence = markdown.literal(f"{one.says} {one.evidence}")
            st.caption(f":material/query_stats: {evidence}")
    to_try = [one for one in said if one.kind not in NOTES]
    if to_try:
        st.subheader("What to try next", anchor=False)
    for number, one in enumerate(to_try):
        with st.container(border=True):
            st.markdown(markdown.literal(one.says), width=frame.TEXT_PX)
            st.caption(f":material/query_stats: {markdown.literal(one.evidence)}")
            change = _change(run, one)
            if change is not None and st.button(
                markdown.literal(one.button),
                key=f"coach_{run.id}_{number}",
                icon=":material/replay:",
                help="Starts a new run with these settings and this one change.",
            ):
                config = dataclasses.replace(run.config, **change)
                with frame.guard():
                    name = names.with_more(run.name, ", changed")
                    start_training(run.photo_set_id, config, name, further.start_of(run))


def _change(run: Run, one: Advice) -> Mapping[str, Any] | None:
    """What the next run is to do otherwise; None where what it starts from leaves no choice."""
    fixed = run.started_from is not None and not set(FOLLOWS).isdisjoint(one.change or ())
    return None if fixed else one.change


def about(run: Run) -> tuple[Advice, ...]:
    """What there is to say about a run."""
    by_folds = run.score is not None and is_cross_validated(run.score)
    try:
        photos = stores.photo_sets().get(run.photo_set_id).splits
    except PawTuneError:
        return ()  # its photos are gone; the curves alone could mislead
    return advice(run.config, _points(run), photos, _confusion(run), run.initial, by_folds)


def _points(run: Run) -> tuple[Epoch, ...]:
    """The curves, with the epoch at whose loss a training went astray; no database keeps that."""
    end = run.early_end
    if end is None or end.why is not Cut.DIVERGED:
        return run.epochs
    nothing = (math.nan,) * 4
    return (*run.epochs, Epoch(end.phase, run.epochs[-1].epoch + 1, *nothing, seconds=0.0))


def _confusion(run: Run) -> list[list[int]]:
    """Predictions of photos that are not for the test; empty where that was not kept."""
    try:
        found = stores.runs().validation_predictions(run.id)
    except PawTuneError:
        return []
    counts: list[list[int]] = confusion_matrix(found.truth, found.called, len(run.classes)).tolist()
    return counts
