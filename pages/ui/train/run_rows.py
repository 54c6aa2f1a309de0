"""The runs of this photo set, below the curves."""

from __future__ import annotations

import streamlit as st

from pages.ui import frame, markdown, resources
from pages.ui.parts import pickers
from pipeline.workspace.photo_sets import PhotoSetRow


def show(row: PhotoSetRow) -> None:
    """One line for each run of the set, newest first."""
    runs = [run for run in resources.run_list() if run.photo_set_id == row.id]
    if not runs:
        return
    st.subheader("Runs of these photos", anchor=False)
    for run in runs[:8]:
        frame.link("Train", markdown.literal(pickers.run_label(run)), run=run.id)
