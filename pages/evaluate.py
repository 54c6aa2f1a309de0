"""Evaluate: what a run gets wrong, which photos, where it looked, and which labels to mend."""

import streamlit as st

from pages.ui import frame, resources
from pages.ui.evaluate import answers, matrix, photo_map, photos, relabel, scores, thresholds
from pages.ui.parts import pickers

frame.open_page("Evaluate")

st.title("Evaluate")
frame.lead(
    "A number is not understanding. See which classes are mistaken for which, look at the photos "
    "behind it and at where the network looked, mend what is wrong with a label or a photo, and "
    "train again."
)

with frame.guard():
    rows = [run for run in resources.run_list() if run.can_answer and not run.is_example]
    if not rows:
        st.info("No training of yours has finished yet.", icon=":material/info:")
        frame.go_to_train()
    else:
        run = pickers.run(
            "Run",
            rows,
            "evaluate_choice",
            "Whose answers to look at; photos are those it learned "
            "from being tested on, or another set.",
        )
        asked = answers.photos_asked_about(run)
        if asked is not None:
            scores.per_class(asked)
            shown = matrix.choose(asked)
            photos.photos(asked, shown)
            photo_map.show(asked)
            thresholds.show(asked)
            relabel.show(asked)
