"""Classify: photos that the network has never seen, and its answers."""

import streamlit as st

from pages.ui import frame, resources
from pages.ui.classify import ask
from pages.ui.parts import built_in, pickers
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
        ask.nobody()
    else:
        run = pickers.run(
            "Who answers", rows, "classify_choice", "Which finished training answers."
        )
        ask.ask(run)
        if run.config.weights == BUILT_IN:
            built_in.card()
