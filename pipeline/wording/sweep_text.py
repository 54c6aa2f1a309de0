"""A sweep in words: its runs, its winner, and how much of the lead is luck."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.settings.hyperparameters import AUGMENT, TRAIN
from pipeline.wording.settings_text import CHOICES, shown


def value(name: str, chosen: Any) -> str:
    """A value of a swept setting: `0.001`, `solved directly`, `on`."""
    words = CHOICES.get(name)
    return words[chosen].lower() if words else shown(chosen, "")


def settings(chosen: Mapping[str, Any]) -> str:
    """`learning rate 0.001, dropout 0.3`."""
    labels = {**TRAIN, **AUGMENT}
    return ", ".join(
        f"{labels[name].label.lower()} {value(name, one)}" for name, one in chosen.items()
    )


def run_name(usual: str, chosen: Mapping[str, Any]) -> str:
    """What a run of a sweep is called: as any other run, and with what was chosen for it."""
    return f"{usual}: {settings(chosen)}" if chosen else usual
