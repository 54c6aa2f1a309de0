"""Runs: all trainings, one of them in detail, and several beside each other."""

import streamlit as st

from pages.ui import frame, resources, stores
from pages.ui.parts import compare, pickers
from pages.ui.runs import details, table

frame.open_page("Runs")

st.title("Runs")
frame.lead(
    "Every training with its settings, curves and scores.",
    "Change one setting at a time and compare: that shows what matters.",
)

with frame.guard():
    rows = resources.run_list()
    if not rows:
        st.info("There is no run yet. Start one on the Train page.", icon=":material/info:")
        frame.go_to_train()
    else:
        table.show(rows)
        one, several = st.tabs([details.TAB, compare.TAB], key=details.VIEW, on_change="rerun")
        if one.open:  # what nobody looks at is not drawn
            with one, frame.guard():
                chosen = pickers.run(
                    "Run", rows, "runs_choice", "Whose curves, answers and settings to show."
                )
                details.show(stores.runs().get(chosen.id))
        if several.open:
            with several, frame.guard():
                compare.show(rows, details.open_run)

with frame.guard():
    details.bring_back_the_example()

frame.drawer()
