"""The front page: a photo and its answer, and a first network of one's own."""

import streamlit as st

from pages.ui import frame, resources
from pages.ui.start import opening

frame.open_page("Start")

st.title("Teach a network your photos")
with frame.guard():
    opening.show()
    resources.ensure_first_set()  # after the answer, which one waits for

frame.drawer()
