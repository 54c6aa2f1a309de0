"""Augment: make many photos out of few, and see at once what that looks like."""

import streamlit as st

from pages.ui import augment, frame, resources
from pages.ui.parts import import_card, lessons, pickers

frame.open_page("Augment")

st.title("Augment")
frame.lead(
    "Turned, mirrored, zoomed: many views of few photos. Training uses what you leave here.",
    "A cat stays a cat when the photo is turned or mirrored. **Augmentation** shows the network "
    "such variations instead of the same photos over and over, so that it learns what matters. "
    "It is most valuable when photos are few.",
)

with frame.guard():
    row = pickers.photo_set()
    if row is None:
        import_card.nothing_yet()
    else:
        augment.workbench(resources.photo_set(row.id))
        frame.learn(
            "Are the photos themselves changed?",
            "No. Variations are drawn for training alone: a view of a photo is given by the "
            "settings, the seed, the photo and the number of the view, and can be drawn again at "
            "any time. That is why this page can show exactly those that training will use. "
            "Validation and test photos are never varied: they shall tell how well the network "
            "does on photos as they are. That is one reason why accuracy on validation photos may "
            "be **above** that on training photos: the latter were made harder.",
        )
        lessons.views()
        frame.learn(
            "How much is right?",
            "As much as could happen in a real photo. If you can no longer tell what a variation "
            "shows, neither can the network, and it learns from a riddle with a label. Leave "
            "mirroring off where left and right mean something (letters, signs). Signs of too "
            "much: training accuracy stays far below validation accuracy to the end. Signs of "
            "too little: training accuracy climbs to 100 % while validation stays behind.",
        )

frame.drawer()
