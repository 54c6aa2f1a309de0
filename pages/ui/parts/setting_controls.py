"""Controls that read their words and ranges from the hyperparameters, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from pipeline.settings.hyperparameters import AUGMENT, FRESH_VIEWS, TRAIN
from pipeline.settings.setting import SHARE, Setting
from pipeline.settings.train_config import AUGMENT_PRESETS, AugmentConfig, TrainConfig
from pipeline.settings.without_effect import decided, without_effect
from pipeline.wording import settings_text
from pipeline.wording.numbers import learning_rate

AUGMENTATION: Final = "augment"  # session: what the Augment page chose, Train takes over
STARTED_FROM: Final = "train_started_from"  # session: what the settings were taken from
FURTHER_FROM: Final = "train_further_from"  # session: id of the run to start from
BASIC: Final = ("head", "epochs", "fine_tune_epochs", "fine_tune_at", "learning_rate")
MORE: Final = tuple(name for name in TRAIN if name not in BASIC)
_RATES: Final = tuple(float(f"{digit}e{power}") for power in range(-6, 0) for digit in (1, 3))[:-1]


def setting(entry: Setting, key: str, idle: str = "") -> Any:
    """The control of one setting; its value outlasts page switches.

    Args:
        entry: The setting.
        key: Session key of the widget; set it beforehand to start from another value.
        idle: Why it changes nothing at present; the control is grey then.
    """
    st.session_state.setdefault(key, entry.default)
    label = f"{entry.label} ({entry.unit})" if entry.unit else entry.label
    common: dict[str, Any] = {
        "key": key,
        "help": f"**{idle}** {entry.help}" if idle else entry.help,
        "disabled": bool(idle),
        "persist_state": "session",
    }
    if isinstance(entry.default, bool):
        return st.toggle(label, **common)
    if entry.name == "fine_tune_learning_rate":
        rates = _options((0.0, *_RATES), st.session_state[key])
        return st.select_slider(label, rates, format_func=settings_text.rate_or_tenth, **common)
    if entry.name == "learning_rate":
        rates = _options(_RATES, st.session_state[key])
        return st.select_slider(label, rates, format_func=learning_rate, **common)
    if entry.name == "seed":
        return st.number_input(label, int(entry.low or 0), int(entry.high or 0), step=1, **common)
    if entry.name == "views":
        numbers = [*range(1, int(entry.high or 0) + 1), FRESH_VIEWS]
        return st.select_slider(label, numbers, format_func=settings_text.views, **common)
    if words := settings_text.CHOICES.get(entry.name):
        return st.segmented_control(
            label,
            entry.choices,
            format_func=words.__getitem__,
            required=True,
            **common,
        )
    if entry.choices and isinstance(entry.choices[0], str):
        return st.selectbox(label, entry.choices, **common)
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
    with st.container(horizontal=True, gap="xsmall"):
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


def train_basic(idle: Mapping[str, str]) -> dict[str, Any]:
    """The settings that matter most; those in `idle` change nothing at present."""

    def control(name: str) -> Any:
        return setting(TRAIN[name], f"train_{name}", idle.get(name, ""))

    values = {"head": control("head")}
    # Each caption always stands: one that came and went would fold More settings up again.
    st.caption(settings_text.head(values["head"], _chosen("fine_tune_epochs")))
    values |= {name: control(name) for name in ("epochs", "fine_tune_epochs", "fine_tune_at")}
    if "fine_tune_at" in idle:
        st.caption("Without fine-tuning epochs nothing is released.")
    else:
        st.caption(settings_text.cut(chosen_train_config().alpha, values["fine_tune_at"]))
    values["learning_rate"] = control("learning_rate")
    return values


def train_more(idle: Mapping[str, str]) -> dict[str, Any]:
    """The other settings, two abreast."""
    columns = st.columns(2, gap="medium")
    values = {}
    for number, name in enumerate(MORE):
        with columns[number % 2]:
            values[name] = setting(TRAIN[name], f"train_{name}", idle.get(name, ""))
    return values


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
    for name in TRAIN:
        st.session_state[f"train_{name}"] = getattr(config, name)
    take_augmentation(config.augment)
    st.session_state[STARTED_FROM] = started_from
    st.session_state[FURTHER_FROM] = further_from


def train_config(fixed: Mapping[str, str]) -> TrainConfig:
    """All settings of a training: basic ones, the others behind a click, augmentation.

    Args:
        fixed: Settings that cannot be changed at present, each with the reason.
    """
    chosen = chosen_train_config().to_json()
    idle = without_effect(chosen) | decided(chosen) | dict(fixed)
    values = train_basic(idle)
    with st.expander("More settings", icon=":material/tune:"):
        values |= train_more(idle)
    return TrainConfig.fitting(**values, augment=chosen_augmentation())
