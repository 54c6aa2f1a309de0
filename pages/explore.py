"""Explore: what a network that knows 1,000 things makes of your photos."""

import streamlit as st

from pages.ui import exploring, frame, importing, networks, pickers, resources

frame.open_page("Explore")

st.title("Explore")
frame.lead(
    "Nobody starts from nothing. PawTune builds on MobileNetV2, a network that learned "
    "1,000 things from 1.2 million photos. Here you see what it makes of yours **before** you "
    "teach it anything: this knowledge is what transfer learning transfers."
)

with frame.guard():
    row = pickers.photo_set()
    if row is None:
        importing.nothing_yet()
    elif not networks.explorer_ready():
        exploring.prepare()
    else:
        photo_set = resources.photo_set(row.id)
        st.header("What does the original network say?")
        exploring.two_samples(photo_set)
        exploring.why_not_cat()
        st.header("Ask about any photo")
        chosen = exploring.any_photo(photo_set)
        st.header("The way of one batch")
        exploring.way_of_a_batch(photo_set)
        st.header("What it looks at")
        exploring.strongest_maps(chosen)
