"""What a sweep shall try: settings, their ranges, and for how long."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from pages.ui import markdown
from pages.ui.parts import time_estimate
from pipeline.errors import SettingError
from pipeline.settings.hyperparameters import AUGMENT
from pipeline.settings.setting import Setting
from pipeline.settings.train_config import TrainConfig
from pipeline.settings.without_effect import decided, without_effect
from pipeline.tuning.sweep_plan import FEWEST_RUNS, MOST_RUNS, TPE, USUAL_RUNS, Plan
from pipeline.tuning.sweep_plan import SAMPLERS as HOW
from pipeline.tuning.sweep_space import SWEPT, Space
from pipeline.wording import numbers, sweep_text

_RATES: Final = tuple(float(f"{digit}e{power}") for power in range(-6, 0) for digit in (1, 3))[:-1]
_FIRST: Final = ("learning_rate", "dropout")
# Where a range begins and ends before anybody has moved it, if not at the setting's own ends.
_USUAL: Final[Mapping[str, tuple[float, float]]] = {
    "learning_rate": (1e-5, 1e-2),
    "fine_tune_learning_rate": (1e-6, 1e-3),
    "epochs": (2, 20),
    "fine_tune_epochs": (2, 20),
    "fine_tune_at": (80, 154),
    "dropout": (0.0, 0.5),
    "views": (1, 8),
}


def show(config: TrainConfig) -> Plan | None:
    """Draw the controls.

    Args:
        config: Where the settings of Train stand; what is not swept is as they say.

    Returns:
        The plan; None where there is nothing to try yet, which is said.
    """
    chosen = config.to_json()
    idle = without_effect(chosen) | decided(chosen)
    offered = [
        name for name in SWEPT if name not in idle and not (name in AUGMENT and "augment" in idle)
    ]
    names = st.multiselect(
        "What to try",
        offered,
        default=[name for name in _FIRST if name in offered] or offered[:1],
        format_func=sweep_text.label,
        key="train_sweep_names",
        help="All other settings stay as they stand on the left.",
    )
    try:
        spaces = tuple(space for name in names if (space := _space(SWEPT[name])) is not None)
        return Plan(config, spaces, *_how())
    except SettingError as problem:
        st.caption(f":material/info: {markdown.literal(str(problem))}")
        return None


def say_time(plan: Plan, sizes: Mapping[str, int]) -> None:
    """About how long it will take, and what makes it long; nothing while nobody measured.

    Args:
        plan: What will be tried.
        sizes: Photos in each split.
    """
    levels = [space.levels(2) for space in plan.spaces]
    names = [space.name for space in plan.spaces]
    ends = [
        plan.config({name: of[end] for name, of in zip(names, levels, strict=True)})
        for end in (0, -1)
    ]
    times = [time_estimate.learning(config, sizes) for config in ends]
    known = [seconds for seconds in times if seconds is not None]
    if len(known) == len(ends):
        total = plan.runs * sum(known) / len(known)
        is_tuned = any(config.fine_tune_epochs for config in ends)
        st.caption(f":material/timer: {sweep_text.time_needed(total, plan.minutes, is_tuned)}")


def _how() -> tuple[str, int, float | None]:
    """How settings are chosen, how many, and for how long."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sampler = st.segmented_control(
            "How to choose",
            list(HOW),
            default=TPE,
            format_func=sweep_text.SAMPLERS.__getitem__,
            required=True,
            key="train_sweep_sampler",
            help=" ".join(f"{sweep_text.SAMPLERS[name]}: {what}." for name, what in HOW.items()),
        )
        runs = st.number_input(
            "Runs",
            FEWEST_RUNS,
            MOST_RUNS,
            USUAL_RUNS,
            key="train_sweep_runs",
            width=140,
        )
        minutes = st.number_input(
            "Minutes at most (0: as long as it takes)",
            0.0,
            None,
            0.0,
            step=1.0,
            format="%g",
            key="train_sweep_minutes",
            width=260,
        )
    return str(sampler), int(runs), minutes or None


def _space(setting: Setting) -> Space | None:
    """The controls of one setting's values; None where they cannot be chosen."""
    key, label = f"train_sweep_{setting.name}", setting.label
    if isinstance(setting.default, bool):
        st.caption(f"{label}: on and off")
        return Space(setting.name, (True, False))
    if setting.choices:
        values = st.multiselect(
            label,
            setting.choices,
            default=setting.choices,
            format_func=lambda one: sweep_text.value(setting.name, one),
            key=key,
        )
        return Space(setting.name, tuple(one for one in setting.choices if one in values))
    low, high = _USUAL.get(setting.name, (setting.low, setting.high))
    if setting.log:
        ends: Any = st.select_slider(
            label, _RATES, (low, high), format_func=numbers.learning_rate, key=key
        )
    else:
        kind = type(setting.default)
        ends = st.slider(
            label,
            kind(setting.low),
            kind(setting.high),
            (kind(low), kind(high)),
            step=kind(setting.step),
            key=key,
        )
    return dataclasses.replace(Space(setting.name, (), ends[0], ends[1]))
