"""Controls that read their words and ranges from the hyperparameters, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import streamlit as st

from pages.ui.parts import late_values
from pipeline.settings.hyperparameters import AUGMENT, FRESH_VIEWS, TRAIN
from pipeline.settings.setting import SHARE, TURN, Setting
from pipeline.settings.train_config import AUGMENT_PRESETS, AugmentConfig, TrainConfig
from pipeline.wording import settings_text
from pipeline.wording.numbers import learning_rate

AUGMENTATION: Final = "augment"  # session: what the Augment page chose, Train takes over
STARTED_FROM: Final = "train_started_from"  # session: what the settings were taken from
FURTHER_FROM: Final = "train_further_from"  # session: id of the run to start from
_RATES: Final = tuple(float(f"{digit}e{power}") for power in range(-6, 0) for digit in (1, 3))[:-1]
_EPOCHS: Final = (*range(1, 21), 25, 30, 40, 50, 75, 100)  # fine where one chooses, then coarse
_POSITIONS: Final[Mapping[str, Sequence[float]]] = {
    "learning_rate": _RATES,
    "fine_tune_learning_rate": (0.0, *_RATES),
    "epochs": _EPOCHS,
    "fine_tune_epochs": (0, *_EPOCHS),
    "rotation": tuple(hundredth / 100 for hundredth in range(51)),
}
_IN_WORDS: Final[Mapping[str, Callable[[Any], str]]] = {
    "learning_rate": learning_rate,
    "fine_tune_learning_rate": settings_text.rate_or_tenth,
    "rotation": settings_text.turn,
}
_WITH_VALUE: Final = ("", SHARE, TURN)  # units that stand beside the value itself


def setting(entry: Setting, key: str, idle: str = "", named: bool = True) -> Any:
    """The control of one setting; its value outlasts page switches.

    Args:
        entry: The setting.
        key: Session key of the widget; set it beforehand to start from another value.
        idle: Why it changes nothing at present; the control is grey then.
        named: Whether its label is seen; where not, something beside it says it.
    """
    st.session_state.setdefault(key, entry.default)
    label = f"{entry.label} ({entry.unit})" if entry.unit not in _WITH_VALUE else entry.label
    common: dict[str, Any] = {
        "key": key,
        "help": f"**{idle}** {entry.help}" if idle else entry.help,
        "disabled": bool(idle),
        "persist_state": "session",
        "label_visibility": "visible" if named else "collapsed",
    }
    if isinstance(entry.default, bool):
        return st.toggle(label, **common)
    if standard := _POSITIONS.get(entry.name):
        positions = _options(standard, st.session_state[key])
        words = _IN_WORDS.get(entry.name, str)
        return st.select_slider(label, positions, format_func=words, **common)
    if entry.name == "seed":
        return st.number_input(label, int(entry.low or 0), int(entry.high or 0), step=1, **common)
    if entry.name == "views":
        numbers = [*range(1, int(entry.high or 0) + 1), FRESH_VIEWS]
        return st.select_slider(label, numbers, format_func=settings_text.views, **common)
    if called := settings_text.CHOICES.get(entry.name):
        return st.segmented_control(
            label,
            entry.choices,
            format_func=called.__getitem__,
            required=True,
            **common,
        )
    if entry.choices and isinstance(entry.choices[0], str):
        texts = settings_text.KNOWLEDGE if entry.name == "weights" else {}
        return st.selectbox(
            label, entry.choices, format_func=lambda one: texts.get(one, one), **common
        )
    if entry.choices:
        return st.select_slider(label, entry.choices, **common)
    kind = type(entry.default)
    if entry.unit == SHARE:
        common["format"] = "percent"
    return st.slider(label, kind(entry.low), kind(entry.high), step=kind(entry.step), **common)


def _options(standard: Sequence[float], current: float) -> list[float]:
    """The slider's positions, and the current value among them, wherever it came from."""
    if any(math.isclose(rate, current, rel_tol=1e-9) for rate in standard):
        return list(standard)
    return sorted({*standard, current})


def chosen_augmentation() -> AugmentConfig:
    """What the Augment page chose in this session, or the tutorial's preset."""
    chosen: AugmentConfig = st.session_state.get(AUGMENTATION, AUGMENT_PRESETS["tutorial"])
    return chosen


def augmentation() -> AugmentConfig:
    """Presets and sliders of the Augment page; Train takes the result over."""
    current = chosen_augmentation()
    for name in AUGMENT:
        st.session_state.setdefault(f"augment_{name}", getattr(current, name))
    current = AugmentConfig(**{name: st.session_state[f"augment_{name}"] for name in AUGMENT})
    st.caption("Start from a preset, then change what you like.")
    with st.container(horizontal=True, gap="xsmall", key="augment_presets"):
        for name, preset in AUGMENT_PRESETS.items():
            st.button(
                name.capitalize(),
                key=f"augment_preset_{name}",
                type="primary" if preset == current else "secondary",
                help=f"Sets all controls below to: {settings_text.augmentation(preset)}.",
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


def _chosen(name: str) -> Any:
    """What the control of a setting stands at, before it is drawn."""
    return st.session_state.get(f"train_{name}", TRAIN[name].default)


def chosen_train_config() -> TrainConfig:
    """What the Train page's controls stand at, seen from another page; and augmentation."""
    values = {name: _chosen(name) for name in TRAIN}
    return TrainConfig.fitting(**values, augment=chosen_augmentation())


def take_seed(seed: int) -> None:
    """Put the seed's control to another value; beyond the last one it begins anew."""
    st.session_state["train_seed"] = seed if seed <= (TRAIN["seed"].high or 0) else 0


def take_train_config(
    config: TrainConfig, started_from: str, further_from: str | None = None
) -> None:
    """Put every control of the Train page, and augmentation, to the values of `config`.

    Args:
        config: The settings to take.
        started_from: Name of a preset, or Markdown that says where they are from.
        further_from: Id of the run whose network a training with them starts from.
    """
    before = late_values.values(f"train_{name}" for name in TRAIN)
    for name in TRAIN:
        st.session_state[f"train_{name}"] = getattr(config, name)
    late_values.put(before)
    take_augmentation(config.augment)
    st.session_state[STARTED_FROM] = started_from
    st.session_state[FURTHER_FROM] = further_from
