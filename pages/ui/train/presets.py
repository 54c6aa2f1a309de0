"""The ready ways to train, as chips: one press sets every control and starts."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.ui.parts import setting_controls, time_estimate
from pipeline.settings.presets import PRESETS, TUTORIAL, Preset, fitted, preset_of
from pipeline.settings.train_config import TrainConfig
from pipeline.wording import numbers, settings_text, text


def chips(sizes: Mapping[str, int], is_ready: bool) -> bool:
    """One chip for each preset, with the time that it takes here.

    Args:
        sizes: Photos in each split of the chosen set.
        is_ready: Whether the set can be trained on.

    Returns:
        Whether one was pressed: the controls stand at it, and the training shall start.
    """
    pressed = False
    with st.container(horizontal=True, gap="small", key="train_presets"):
        for name, preset in PRESETS.items():
            with st.container(gap=None, width="stretch"):
                pressed |= _chip(name, preset, sizes, is_ready)
    return pressed


def _chip(name: str, preset: Preset, sizes: Mapping[str, int], is_ready: bool) -> bool:
    config = fitted(preset.config, sizes.get("training", 0))
    seconds = time_estimate.about(config, sizes)
    pressed = st.button(
        preset.label,
        key=f"train_preset_{name}",
        icon=f":material/{preset.icon}:",
        width="stretch",
        disabled=not is_ready,
        help=f"**Trains at once.** {preset.what} {preset.when}",
        on_click=take,
        args=(name,),
    )
    st.caption("not timed yet" if seconds is None else numbers.duration(seconds))
    return pressed


def take(name: str) -> None:
    """Put every control, and augmentation, to a preset."""
    further_from = st.session_state.get(setting_controls.FURTHER_FROM)
    setting_controls.take_train_config(PRESETS[name].config, name, further_from)


def standing(config: TrainConfig, training: int) -> None:
    """Which preset the controls stand at, or what was changed since; and the way back to one.

    Args:
        config: The present settings.
        training: How many training photos there are.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="train_standing"):
        st.caption(told(config, training))
        st.menu_button(
            "Change",
            list(PRESETS),
            key="train_set",
            type="tertiary",
            format_func=lambda name: PRESETS[name].label,
            help="Puts every control to one of the presets, without training.",
            on_click=_take_chosen,
        )


def _take_chosen() -> None:
    take(st.session_state["train_set"])


def told(config: TrainConfig, training: int) -> str:
    """Which preset these settings are, or where they started and what was changed since.

    Args:
        config: The present settings.
        training: How many training photos there are.
    """
    current = preset_of(config, training)
    if current is not None:
        return f"Preset: **{PRESETS[current].label}**"
    started_from = st.session_state.get(setting_controls.STARTED_FROM, TUTORIAL)
    preset = PRESETS.get(started_from)
    if preset is None:
        return f"**Custom settings**, started from {started_from}."
    labels = text.joined(settings_text.changed(config, fitted(preset.config, training)))
    return f"**{preset.label}**, changed: {labels}."
