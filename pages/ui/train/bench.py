"""The bench: one fragment, so that a released control redraws settings and curves alone.

Settings stand on the left and stay in sight, the curves beside them; below the curves what one
looks at between two tries. On a phone the curves stay on top while the settings go by.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from pages.ui import frame, stores
from pages.ui.parts import time_estimate
from pages.ui.train import (
    at_work,
    curves_panel,
    landscape,
    network,
    run_rows,
    settings_panel,
    start,
    sweeps,
    watched,
)

STYLE: Final = Path(__file__).parent / "bench.css"


@st.fragment
@frame.guard()
def show() -> None:
    """Draw the bench."""
    st.html(STYLE)
    with st.container(key="bench"):
        head = st.container(key="bench_title")
        settings = st.container(key="bench_settings", gap="small")
        curves = st.container(key="bench_curves")
        below = st.container(key="bench_below")
    with head:
        row = settings_panel.photo_set()
    with settings:
        earlier = None if row is None else settings_panel.take()
        config = None if row is None else settings_panel.show(row, earlier)
        if row is not None:
            time = st.container(key="bench_time")
            with st.container(horizontal=True, key="bench_tools"):
                landscape.PANEL.button()
                sweeps.PANEL.button()
    now, run = None, None
    with curves, frame.guard():
        run = at_work.watched_run()
        now = curves_panel.show(row, config, run)
    if row is not None and config is not None:
        with time:
            time_estimate.estimate(config, row.split_sizes, is_kept=now is not None)
        with below, frame.guard():  # first: who opens one has it in sight
            landscape.show(row, config)
            sweeps.show(row, config)
    with below, frame.guard():
        watched.below(now, run)
        if run is not None:
            at_work.ended(run)
    if row is None or config is None:
        return
    stores.keep_warm()
    with below:
        run_rows.show(row)
        start.plan(row, config, earlier)
        network.network(config, len(row.classes))
