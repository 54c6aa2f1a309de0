"""PawTune's own small network: that a run started from it, the way to it, and what it is."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from pages.ui import frame
from pages.ui.parts.time_estimate import start_training
from pipeline.settings.environment import MODEL_CARD
from pipeline.settings.hyperparameters import BUILT_IN, BUILT_IN_ALPHA, IMAGENET
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.run import Run
from pipeline.workspace.states import RunState


def badge(run: Run) -> None:
    """Says so where a run started from the built-in network; nothing otherwise."""
    if run.config.weights == BUILT_IN:
        st.badge(
            "built-in network",
            icon=":material/inventory_2:",
            color="gray",
            help="It started from PawTune's own small network instead of ImageNet's knowledge: "
            "no download, and less accurate.",
        )


def misses_weights(run: Run) -> bool:
    """Whether a run ended because ImageNet's weights could not be had."""
    missed = run.state == RunState.FAILED and run.weights_sha256 is None
    return missed and run.config.weights == IMAGENET


def config_of(run: Run) -> TrainConfig:
    """The same settings, from the built-in network."""
    return replace(run.config, weights=BUILT_IN, alpha=BUILT_IN_ALPHA)


def instead(run: Run) -> None:
    """Where ImageNet's weights could not be had: the same training from the built-in network."""
    if not misses_weights(run):
        return
    if st.button(
        "Train with the built-in network instead",
        key=f"instead_{run.id}",
        type="primary",
        icon=":material/inventory_2:",
        help="The same photos and settings, from PawTune's own small network. It comes along, so "
        "nothing is fetched; it sees less than ImageNet's, above all on things that are no pets.",
    ):
        start_training(run.photo_set_id, config_of(run), f"{run.name}, built-in network")


def card() -> None:
    """The model card, closed until somebody asks."""
    frame.learn("What is the built-in network?", MODEL_CARD.read_text(encoding="utf-8"))
