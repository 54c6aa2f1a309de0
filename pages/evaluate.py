"""Evaluate: what a run gets wrong, which photos, where it looked, and which labels to mend."""

import streamlit as st

from pages.ui import frame, resources
from pages.ui.evaluate import desk

frame.open_page("Evaluate")

st.title("Evaluate")
frame.lead(
    "What a run gets wrong, in which photos, and which labels to mend.",
    "A number is not understanding. See which classes are mistaken for which, look at the photos "
    "behind it and at where the network looked, mend what is wrong with a label or a photo, and "
    "train again.",
)

with frame.guard():
    rows = [run for run in resources.run_list() if run.can_answer]
    if rows:
        desk.show(rows)
    else:
        st.info("No training has finished yet.", icon=":material/info:")
        frame.go_to_train()

frame.drawer()
