"""The buttons of a run that has epochs to come, or results to be packed."""

from __future__ import annotations

import streamlit as st

from pages.ui import resources, stores
from pipeline.wording.numbers import plural
from pipeline.workspace.run import Run


def buttons(run: Run) -> None:
    """Continue, and to save what there is; nothing where there is nothing to go on to."""
    if not run.can_go_on or not run.is_own:
        return
    left = run.epochs_left
    if left:
        more = (
            f"Goes on from the last epoch that was kept; {plural(left, 'epoch')} at most to come."
        )
        replaced = " Its answers and its score are replaced when it has ended." * run.can_answer
        if st.button(
            "Continue",
            key="runs_continue",
            type="primary",
            icon=":material/resume:",
            help=more + replaced,
        ):
            _go_on(run, only_pack=False)
    if run.is_unpacked and st.button(
        "Save what it learned",
        key="runs_pack",
        icon=":material/inventory_2:",
        help="Makes the best epoch answer and tests it; nothing more is learned.",
    ):
        _go_on(run, only_pack=True)


def _go_on(run: Run, only_pack: bool) -> None:
    stores.jobs().continue_run(run.id, only_pack)
    resources.forget_lists()
    st.switch_page("pages/train.py", query_params={"run": run.id})
