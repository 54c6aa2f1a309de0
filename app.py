"""The front page: what this is, the way through it, and what happened last."""

import streamlit as st

from pages.ui import frame, resources, start

frame.open_page("Start")

st.title("Teach a network your photos")
frame.lead(
    "PawTune shows a neural network photos of cats and dogs, or of whatever **you** want to "
    "tell apart, until it can. It begins with a network that already knows what pictures are "
    "made of, so a few hundred photos and a few minutes on this computer are enough. You watch "
    "every step, try other settings, and in the end drop in a photo that it has never seen."
)

with frame.guard():
    resources.ensure_first_set()
    start.opening()
    start.current_jobs()
    st.header("The way")
    start.way()
    start.latest_runs()
