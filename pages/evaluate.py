"""Evaluate: what a run gets wrong, which photos, where it looked, and which labels to mend."""

import streamlit as st

from pages.ui import frame, resources
from pages.ui.evaluate import desk

frame.open_page("Evaluate")

st.title("Evaluate")
frame.lead("See which classes are mistaken for which, look at the photos, mend wrong labels.")

with frame.guard():
    rows = [run for run in resources.run_list() if run.can_answer]
    if rows:
        desk.show(rows)
    else:
        st.info("No training has finished yet.", icon=":material/info:")
        frame.go_to_train()
