"""Controls that read their words and ranges from `pipeline.settings`, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from pages.ui import described, words
from pipeline.config import AUGMENT_PRESETS, AugmentConfig, TrainConfig
from pipeline.settings import AUGMENT, TRAIN, Setting

AUGMENTATION: Final = "augment"  # session: what the Augment page chose, Train takes over
BASIC: Final = ("epochs", "fine_tune_epochs", "fine_tune_at", "learning_rate")
MORE: Final = tuple(name for name in TRAIN if name not in BASIC)
_RATES: Final = tuple(float(f"{digit}e{power}") for power in range(-6, 0) for digit in (1, 3))[:-1]


def setting(entry: Setting, key: str) -> Any:
    """The control of one setting; its value outlasts page switches.

    Args:
        entry: The setting.
        key: Session key of the widget; set it beforehand to start from another value.
    """
    st.session_state.setdefault(key, entry.default)
    label = f"{entry.label} ({entry.unit})" if entry.unit else entry.label
    common: dict[str, Any] = {"key": key, "help": entry.help, "persist_state": "session"}
    if isinstance(entry.default, bool):
        return st.toggle(label, **common)
    if entry.name == "fine_tune_learning_rate":
        rates = _options((0.0, *_RATES), st.session_state[key])
        return st.select_slider(label, rates, format_func=described.rate_or_tenth, **common)
    if entry.name == "learning_rate":
        rates = _options(_RATES, st.session_state[key])
        return st.select_slider(label, rates, format_func=words.learning_rate, **common)
    if entry.name == "seed":
        return st.number_input(label, int(entry.low or 0), int(entry.high or 0), step=1, **common)
    if entry.choices and isinstance(entry.choices[0], str):
        return st.selectbox(label, entry.choices, **common)
    if entry.choices:
        return st.select_slider(label, entry.choices, **common)
    kind = type(entry.default)
    return st.slider(label, kind(entry.low), kind(entry.high), step=kind(entry.step), **common)


def _options(standard: Sequence[float], current: float) -> list[float]:
    """The slider's positions, and the current value among them, wherever it came from."""
    if any(math.isclose(rate, current, rel_tol=1e-9) for rate in standard):
        return list(standard)
    return sorted({*standard, current})


def chosen_augmentation() -> AugmentConfig:
    """What the Augment page chose in this session, or the tutorial's preset."""
    return st.session_state.get(AUGMENTATION, AUGMENT_PRESETS["tutorial"])


def augmentation() -> AugmentConfig:
    """Presets and sliders of the Augment page; Train takes the result over."""
    current = chosen_augmentation()
    for name in AUGMENT:
        st.session_state.setdefault(f"augment_{name}", getattr(current, name))
    current = AugmentConfig(**{name: st.session_state[f"augment_{name}"] for name in AUGMENT})
    st.caption("Start from a preset, then change what you like.")
    with st.container(horizontal=True, gap="xsmall"):
        for name, preset in AUGMENT_PRESETS.items():
            st.button(
                name.capitalize(),
                key=f"augment_preset_{name}",
                type="primary" if preset == current else "secondary",
                help=f"Sets all controls below to: {described.augmentation(preset)}.",
                on_click=take_augmentation,
                args=(preset,),
            )
    values = {name: setting(entry, f"augment_{name}") for name, entry in AUGMENT.items()}
    config = AugmentConfig(**values)
    st.session_state[AUGMENTATION] = config
    return config


def take_augmentation(config: AugmentConfig) -> None:
    """Put every control of the Augment page to the values of `config`."""
    for name in AUGMENT:
        st.session_state[f"augment_{name}"] = getattr(config, name)
    st.session_state[AUGMENTATION] = config


def train_basic() -> dict[str, Any]:
    """The four settings that matter most."""
    values = {name: setting(TRAIN[name], f"train_{name}") for name in BASIC[:2]}
    values["fine_tune_at"] = setting(TRAIN["fine_tune_at"], "train_fine_tune_at")
    alpha = st.session_state.get("train_alpha", TRAIN["alpha"].default)
    st.caption(described.cut(alpha, values["fine_tune_at"]))
    values["learning_rate"] = setting(TRAIN["learning_rate"], "train_learning_rate")
    return values


def train_more() -> dict[str, Any]:
    """The other settings, two abreast."""
    columns = st.columns(2, gap="medium")
    values = {}
    for number, name in enumerate(MORE):
        with columns[number % 2]:
            values[name] = setting(TRAIN[name], f"train_{name}")
    return values


def take_train_config(config: TrainConfig) -> None:
    """Put every control of the Train page, and augmentation, to the values of `config`."""
    for name in TRAIN:
        st.session_state[f"train_{name}"] = getattr(config, name)
    take_augmentation(config.augment)


def train_config() -> TrainConfig:
    """All settings of a training: basic ones, the others behind a click, augmentation."""
    values = train_basic()
    with st.expander("More settings", icon=":material/tune:"):
        values |= train_more()
    return TrainConfig(**values, augment=chosen_augmentation())
