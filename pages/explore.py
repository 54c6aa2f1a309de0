"""Explore: what a network that knows 1,000 things makes of your photos."""

import streamlit as st

from pages.ui import frame, networks, resources
from pages.ui.explore import batch, features, original, preparation
from pages.ui.parts import import_card, pickers
from pipeline.network.mobilenet_v2 import NAME

frame.open_page("Explore")

st.title("Explore")
frame.lead(
    "What a network that knows 1,000 things sees in your photos, before you teach it anything.",
    f"Nobody has to begin from scratch. PawTune builds on {NAME}, a network that learned "
    "1,000 things from 1.2 million photos. This knowledge is what **transfer learning** "
    "transfers to your classes.",
)

with frame.guard():
    row = pickers.photo_set()
    if row is None:
        import_card.nothing_yet()
    elif not networks.explorer_ready():
        preparation.show()
    else:
        photo_set = resources.photo_set(row.id)
        st.header("What does the original network say?")
        original.two_samples(photo_set)
        original.why_not_cat()
        st.header("Try any photo")
        chosen = original.any_photo(photo_set)
        st.header("How a batch flows through the network")
        batch.show(photo_set)
        st.header("What it looks at")
        features.show(row, chosen)

frame.drawer()
