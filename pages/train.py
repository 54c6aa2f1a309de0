"""Train: what may be set, what it will cost, Start, and the training as it happens."""

import streamlit as st

from pages.ui import (
    builtin,
    controls,
    frame,
    importing,
    lessons,
    live,
    pickers,
    presetcards,
    training,
)

frame.open_page("Train")

st.title("Train")
frame.lead(
    "Training happens in two phases. First the network, frozen, only hands over what it sees, "
    "and a small new layer learns to name it (**feature extraction**). Then its last layers are "
    "released too and adapt gently to your photos (**fine-tuning**). Take one of three ready "
    "ways to do it, or change what you like."
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
            st.subheader("Settings")
            cards = st.container()
            left, right = st.columns([3, 2], gap="large")
            with left:
                config = controls.train_config()
            with cards:
                presetcards.choose(config, row.split_sizes)
            with right:
                training.before_the_start(row, config)
            training.network(config, len(row.classes))
    lessons.training()
    builtin.card()
