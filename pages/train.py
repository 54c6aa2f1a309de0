"""Train: what may be set, what it will cost, Start, and the training as it happens."""

import streamlit as st

from pages.ui import frame
from pages.ui.parts import built_in, further, import_card, lessons, pickers, setting_controls
from pages.ui.train import live, network, presets, start

frame.open_page("Train")

st.title("Train")
frame.lead(
    "Training happens in two phases. First the network, frozen, only hands over what it sees, "
    "and a small new layer learns to name it (**feature extraction**). Then its last layers are "
    "released too and adapt gently to your photos (**fine-tuning**). Take one of the ready "
    "ways to do it, or change what you like."
)

watched = None
with frame.guard():
    watched = live.watched_run()
    if watched is not None:
        live.show(watched)
        live.queue(watched.job_id)

with frame.guard():
    with start.workbench(watched):
        row = pickers.photo_set()
        if row is None:
            import_card.nothing_yet()
        else:
            st.subheader("Settings")
            earlier = further.chosen()
            cards = st.container()
            left, right = st.columns([3, 2], gap="large")
            with left:
                config = setting_controls.train_config(further.fixed(earlier))
            with cards:
                if earlier is not None:
                    further.note(earlier, row, config)
                presets.choose(config, row.split_sizes)
            with right:
                start.before_the_start(row, config, earlier)
            network.network(config, len(row.classes))
    lessons.training()
    built_in.card()
