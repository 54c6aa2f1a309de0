"""Classify: photos that the network has never seen, and its answers."""

import streamlit as st

from pages.ui import answering, builtin, frame, pickers, resources
from pipeline.settings.hyperparameters import BUILT_IN

frame.open_page("Classify")

st.title("Classify")
frame.lead(
    "Drop in photos that the network has never seen. It answers here on this computer, within "
    "a blink, and keeps none of them unless you add them to a photo set."
)

with frame.guard():
    rows = [run for run in resources.run_list() if run.can_answer]
    if not rows:
        answering.nobody()
    else:
        run = pickers.run(
            "Who answers", rows, "classify_choice", "Which finished training answers."
        )
        answering.ask(run)
        if run.config.weights == BUILT_IN:
            builtin.card()
