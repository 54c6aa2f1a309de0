"""The front page from top to bottom: an answer, a first network, the way on; own runs first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import streamlit as st

from pages.ui import frame, inline, markdown, resources, stores
from pages.ui.parts import who_answers
from pages.ui.start import answers, first_network, going_on, own_runs, samples, steps
from pipeline.workspace.run import Run

LEAD: Final = (
    "A network is a program that learns from examples. This one tells cats from dogs: try it."
)
STYLE: Final = Path(__file__).parent / "start.css"


def show() -> None:
    """Draw it."""
    for notice in stores.notices():
        st.warning(markdown.literal(notice), icon=":material/healing:")
    runs = resources.run_list()
    own, job = own_runs.own(runs), first_network.followed()
    comes_back = bool(own) and job is None
    if comes_back:
        own_runs.show(own)
        st.header("Try a photo", anchor=False)
    else:
        frame.lead(LEAD)
    _ask(_who(runs, first_network.network(job)), beside=comes_back or job is not None)
    if job is not None:
        with frame.guard():
            first_network.show(job)
    elif not own:
        first_network.button()
    going_on.show(job)
    st.divider()
    steps.show()


def _who(runs: Sequence[Run], mine: Run | None) -> list[Run]:
    """Which models answer: the one that Classify asks by itself, and one's own first network."""
    answering = [run for run in runs if run.can_answer]
    if mine is None:  # who comes back asks the newest own one, as after its training
        mine = next(iter(who_answers.in_order(own_runs.own(answering))), None)
        if mine is None or not who_answers.learned_from_drawings(mine):
            return who_answers.in_order(answering)[:1]
    return [*(run for run in answering if run.is_example), mine]


def _ask(who: Sequence[Run], beside: bool) -> None:
    """The photo on the left, what it is taken for on the right.

    Args:
        who: The models.
        beside: Whether something below shall be seen with it: then it takes less height.
    """
    st.html(STYLE)
    if beside:
        left, right, bringing = st.columns([3, 6, 3], gap="medium")
    else:
        left, right = st.columns([2, 3], gap="medium")
        bringing = right
    with right:
        said = st.container(key="start_said")
    with bringing:
        samples.bring()
    offered = samples.offered(who[-1] if who else None)
    photo = samples.photo(offered)
    with left:
        with st.container(key=f"start_photo_{'small' if beside else 'large'}"):
            st.image(inline.source(photo.jpeg), samples.caption(photo), alt=photo.name)
        samples.row(offered, small=beside)
    with said, frame.guard():
        if who:
            answers.show(who, photo)
        else:
            st.markdown("No network is here that could answer yet. Train one below.")
