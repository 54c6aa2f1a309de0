"""Three ways to train, side by side: what each does, when to take it, how long it takes here."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.ui.parts import setting_controls, time_estimate
from pipeline.settings.presets import PRESETS, TUTORIAL, Preset, preset_of
from pipeline.settings.train_config import TrainConfig
from pipeline.wording import numbers, settings_text, text


def choose(config: TrainConfig, sizes: Mapping[str, int]) -> None:
    """One card for each preset; the one that equals the present settings is marked.

    Args:
        config: The present settings.
        sizes: Photos in each split of the chosen set.
    """
    current = preset_of(config)
    with st.grid(len(PRESETS), min_column_width=240, gap="small"):
        for name, preset in PRESETS.items():
            with st.container(border=True, height="stretch", gap="small"):
                _card(name, preset, name == current, time_estimate.about(preset.config, sizes))
    if current is None:
        st.caption(
            own_settings(config, st.session_state.get(setting_controls.STARTED_FROM, TUTORIAL))
        )


def _card(name: str, preset: Preset, is_set: bool, seconds: float | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/{preset.icon}: **{preset.label}**", width="content")
        if is_set:
            st.badge("set", icon=":material/check:", color="green")
    st.markdown(preset.what)
    st.caption(preset.when)
    st.space("stretch")
    took = "time not measured yet" if seconds is None else f"about **{numbers.duration(seconds)}**"
    st.markdown(f":material/timer: {took}")
    st.button(
        f"{preset.label} is set" if is_set else f"Set {preset.label}",
        key=f"train_preset_{name}",
        width="stretch",
        disabled=is_set,
        help=f"Puts every control below, and augmentation, to: {preset.label}.",
        on_click=setting_controls.take_train_config,
        args=(preset.config, name, st.session_state.get(setting_controls.FURTHER_FROM)),
    )


def own_settings(config: TrainConfig, started_from: str) -> str:
    """Where settings that equal no preset came from, and what was changed since.

    Args:
        config: The present settings.
        started_from: Name of a preset, or Markdown that says where they are from.
    """
    preset = PRESETS.get(started_from)
    if preset is None:
        return f":material/tune: **Your own settings**, started from {started_from}."
    labels = text.joined(settings_text.changed(config, preset.config))
    return f":material/tune: **Your own settings**, started from {preset.label}; changed: {labels}."
