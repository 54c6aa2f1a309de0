"""The run that the others are held against: pin it, see it, see how far another one is."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui import frame, resources, stores
from pages.ui.parts import same_photos, ticked
from pipeline.wording.numbers import signed
from pipeline.workspace.run import Run


def of(rows: Sequence[Run]) -> Run | None:
    """The baseline among these runs; None where none of them is pinned."""
    return next((run for run in rows if run.is_baseline), None)


def button(run: Run) -> None:
    """Pins a run that has a score, or unpins it."""
    if run.is_baseline:
        if st.button(
            "Unpin",
            key="runs_unpin",
            icon=":material/keep_off:",
            help="No run is the baseline then.",
        ):
            stores.remarks().unpin()
            frame.show_change("There is no baseline any more.")
    elif (
        run.score
        and not run.is_example
        and st.button(
            "Pin as baseline",
            key="runs_pin",
            icon=":material/keep:",
            help="Other runs are then held against this one, here and under Compare. It takes the "
            "place of the baseline before, if there is one.",
        )
    ):
        stores.remarks().pin(run.id)
        ticked.put(run.id, True)
        frame.show_change("This run is the baseline now.")


def sentence(run: Run) -> None:
    """How far a run is from the baseline, or why that cannot be said."""
    pinned = of(resources.run_list())
    if pinned is None or run.is_baseline or not run.score:
        return
    photos = same_photos.what(run, pinned)
    name = resources.run_name(pinned)
    apart, labels = same_photos.points_apart(run, pinned), same_photos.relabelled(run, pinned)
    if labels:
        said = f"Against the baseline *{name}*: {same_photos.labels_changed(labels, photos)}"
    elif apart is None:
        said = f"The baseline *{name}* was tested on other photos: these scores cannot be compared."
    else:
        said = (
            f"Against the baseline *{name}*: **{signed(apart)} points** on the same "
            f"{photos}. Compare tells whether that is more than chance."
        )
    st.caption(f":material/push_pin: {said}")
