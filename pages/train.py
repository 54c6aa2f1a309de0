"""Train: what may be set, what it will cost, Start, and the training as it happens."""

import streamlit as st

from pages.ui import controls, frame, importing, live, pickers, training

frame.open_page("Train")

st.title("Train")
frame.lead(
    "Training happens in two phases. First the network, frozen, only hands over what it sees, "
    "and a small new layer learns to name it (**feature extraction**). Then its last layers are "
    "released too and adapt gently to your photos (**fine-tuning**)."
)

watched = None
with frame.guard():
    watched = live.watched_run()
    if watched is not None:
        live.show(watched)
        live.queue(watched.job_id)

with frame.guard():
    with training.workbench(watched):
        row = pickers.photo_set()
        if row is None:
            importing.nothing_yet()
        else:
            left, right = st.columns([3, 2], gap="large")
            with left:
                st.subheader("Settings")
                config = controls.train_config()
            with right:
                training.before_the_start(row, config)
            training.network(config, len(row.classes))
    training.teaching()
