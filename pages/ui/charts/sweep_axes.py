"""Settings as axes of a sweep's map: rates by their ratio, choices evenly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from pipeline.tuning.sweep_space import Space
from pipeline.wording import sweep_text

MARGIN: Final = 0.06  # of an axis, so that no point lies on its end
_TICKS: Final = 5


def place(space: Space, value: Any) -> float:
    """Where a value lies along its axis, 0 to 1."""
    if space.values:
        last = max(1, len(space.values) - 1)
        return space.values.index(value) / last
    if space.setting.log:
        low, high = math.log(space.low), math.log(space.high)
        return (math.log(value) - low) / (high - low)
    return (float(value) - space.low) / (space.high - space.low)


def axis(space: Space) -> dict[str, Any]:
    """The axis itself, with its name."""
    values, texts = ticks(space)
    return {
        "title": sweep_text.label(space.name).lower(),
        "tickvals": values,
        "ticktext": texts,
        "range": [-MARGIN, 1 + MARGIN],
        "zeroline": False,
    }


def ticks(space: Space) -> tuple[list[float], list[str]]:
    """Where values are named, 0 to 1, and how."""
    levels: Sequence[Any] = space.levels(_TICKS)
    if not space.values and space.setting.log:
        powers = range(math.ceil(math.log10(space.low)), math.floor(math.log10(space.high)) + 1)
        levels = [10.0**power for power in powers] if len(powers) > 1 else levels
    texts = [sweep_text.value(space.name, level) for level in levels]
    return [place(space, level) for level in levels], texts
