"""The newest runs, each with a link to its curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from pages.ui import frame, markdown, resources
from pages.ui.parts import run_result
from pipeline.wording import score_text, text
from pipeline.workspace.run import Run
from pipeline.workspace.states import RunState

LATEST: Final = 5


def own(runs: Sequence[Run]) -> list[Run]:
    """Those that who looks has trained."""
    return [run for run in runs if run.is_own and not run.is_example]


def show(runs: Sequence[Run]) -> None:
    """The newest of them, and the way to one more."""
    st.header("Your runs", anchor=False)
    for run in runs[:LATEST]:
        with st.container(horizontal=True, vertical_alignment="center"):
            _one(run)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "More ways to train",
            key="start_train",
            type="primary",
            icon=":material/tune:",
            help="Go to Train: your settings, your photos, curves beside them.",
        ):
            st.switch_page("pages/train.py")
        frame.link("Photos", "Use your own photos", new="1")


def _one(run: Run) -> None:
    word, colour, icon = markdown.STATES[run.state]
    frame.link("Runs", f"**{resources.run_name(run, 60)}**", run=run.id)
    damaged = run.error if run.state is RunState.DAMAGED else None
    st.badge(word, color=colour, icon=icon, help=damaged and markdown.literal(damaged))
    run_result.badge(run)
    if run.shown:
        st.markdown(
            score_text.in_short(run.shown, run.config),
            width="content",
            help=run_result.beside(run) or None,
        )
    st.space("stretch")
    st.caption(text.ago(run.created_at), width="content")
