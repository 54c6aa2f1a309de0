"""The right side of the bench: the curves of the training that is watched."""

from __future__ import annotations

import streamlit as st

from pages.ui.train import live
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run


def show(row: PhotoSetRow | None, config: TrainConfig | None, watched: Run | None) -> None:
    """Draw the curves.

    Args:
        row: The chosen photo set; None while there is none.
        config: What the settings stand at; None without a set.
        watched: The run in the address, or the one at work.
    """
    if watched is None:
        st.caption("The curves of a training grow here as soon as you start one.")
        return
    live.show(watched)
    live.queue(watched.job_id)
