"""The runs of this photo set, below the curves; what is ticked is drawn above and compared here."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.ui import resources
from pages.ui.parts import compare, run_table
from pipeline.workspace.photo_sets import PhotoSetRow

_OPEN: Final = "train_open_run"  # session: the run whose name was clicked


def show(row: PhotoSetRow) -> None:
    """One line for each run of the set, newest first, and the verdicts on those ticked."""
    wanted = st.session_state.pop(_OPEN, None)
    if wanted:
        st.switch_page("pages/runs.py", query_params={"run": wanted})
    runs = [run for run in resources.run_list() if run.photo_set_id == row.id]
    if not runs:
        return
    st.header("Runs of these photos", anchor=False)
    run_table.show(runs, "train_runs", _open, st.query_params.get("run"))
    if len(runs) > 1:
        compare.show(runs, _open, curves=False)


def _open(run_id: str) -> None:
    """Leave for the Runs page when the bench is drawn next."""
    st.session_state[_OPEN] = run_id
