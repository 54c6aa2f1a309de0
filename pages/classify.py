"""Classify: photos that the network has never seen, and its answers."""

import streamlit as st

from pages.ui import frame, resources
from pages.ui.classify import ask
from pages.ui.parts import built_in, who_answers
from pipeline.settings.hyperparameters import BUILT_IN

frame.open_page("Classify")

st.title("Classify")
with st.container(key="classify_lead"):
    frame.lead(
        "Drop in photos that the network has never seen.",
        "It answers on the computer that PawTune runs on, within a blink, and keeps none of the "
        "photos unless you add them to a photo set.",
    )

with frame.guard():
    rows = who_answers.in_order([run for run in resources.run_list() if run.can_answer])
    if not rows:
        ask.nobody()
    else:
        run = ask.ask(rows)
        if run.config.weights == BUILT_IN:
            built_in.card()

frame.drawer()
