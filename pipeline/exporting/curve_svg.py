"""The curves of a run as a drawing (SVG) that needs nothing around it but the report's colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.evaluation.learning_curve import Epoch
from pipeline.exporting.rendering import rendered
from pipeline.exporting.run_facts import RunFacts
from pipeline.wording import numbers
from pipeline.wording.numbers import plural

ACCURACY: Final = "accuracy"
LOSS: Final = "loss"
_WIDTH: Final = 480
_HEIGHT: Final = 280
_LEFT: Final = 52
_RIGHT: Final = 14
_TOP: Final = 12
_BOTTOM: Final = 42
_NAMES: Final = {"training": "", "validation": "val_"}  # beginning of the scores' names
_MOST_TICKS: Final = 10
_MOST_LINES: Final = 5
# Where the axis of accuracy begins at the latest: a small dip looks small.
_HIGHEST_FLOOR: Final = 0.95


@dataclass(frozen=True, slots=True)
class _Scale:
    """From epochs and scores to places in the drawing."""

    last: int
    low: float
    high: float
    step: float  # between two lines

    def x(self, epoch: float) -> float:
        share = (epoch - 0.5) / max(1, self.last)
        return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)


def describe(facts: RunFacts, measure: str) -> str:
    """What the drawing shows, for those who cannot see it."""
    first, last = facts.points[0], facts.points[-1]
    spoken = [
        f"{name} from {_shown(measure, _score(first, prefix, measure))} to "
        f"{_shown(measure, _score(last, prefix, measure))}"
        for name, prefix in _NAMES.items()
    ]
    switch = facts.fine_tuning_after
    tuned = "" if switch is None else f" Fine-tuning starts after {facts.point_name(switch)}."
    kept = f" Saved: {facts.point_name(facts.best_epoch)}." if facts.best_epoch else ""
    points = plural(len(facts.points), "point")
    return f"{measure.capitalize()} over {points}: {', '.join(spoken)}.{tuned}{kept}"


def curves(facts: RunFacts, measure: str) -> str:
    """The drawing.

    Args:
        facts: Of a run with at least one point.
        measure: `ACCURACY` or `LOSS`.
    """
    values = [_score(point, prefix, measure) for point in facts.points for prefix in ("", "val_")]
    scale = _scale(values, facts.points[-1].epoch, measure)
    switch = facts.fine_tuning_after
    return rendered(
        "curves.svg",
        width=_WIDTH,
        height=_HEIGHT,
        left=_LEFT,
        right=_WIDTH - _RIGHT,
        top=_TOP,
        bottom=_HEIGHT - _BOTTOM,
        label=describe(facts, measure),
        rows=_rows(scale, measure),
        columns=_columns(scale, facts.solver_steps),
        title=_title(facts),
        switch=None if switch is None else scale.x(switch + 0.5),
        switch_y=_HEIGHT - _BOTTOM - 8 if measure == ACCURACY else _TOP + 12,
        lines={
            name: [_dot(facts, scale, point, measure, name) for point in facts.points]
            for name in _NAMES
        },
        kept=[
            (scale.x(point.epoch), scale.y(_score(point, "val_", measure)))
            for point in facts.points
            if point.epoch == facts.best_epoch
        ],
    )


def _scale(values: Sequence[float], last: int, measure: str) -> _Scale:
    low = min(*values, _HIGHEST_FLOOR) if measure == ACCURACY else 0.0
    high = 1.0 if measure == ACCURACY else max(*values, 1e-3)
    step = _round_step((high - low) / _MOST_LINES)
    return _Scale(
        last, max(0.0, math.floor(low / step) * step), math.ceil(high / step - 1e-9) * step, step
    )


def _round_step(least: float) -> float:
    """1, 2 or 5 times a power of ten, and no less than `least`."""
    power = 10.0 ** math.floor(math.log10(max(least, 1e-4)))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least)


def _rows(scale: _Scale, measure: str) -> list[tuple[float, str]]:
    """Where a line stands for which score."""
    count = round((scale.high - scale.low) / scale.step) + 1
    values = [scale.low + number * scale.step for number in range(count)]
    form = "{:.3g}" if measure == LOSS else "{:.3g} %"
    factor = 1 if measure == LOSS else 100
    return [(scale.y(value), form.format(factor * value)) for value in values]


def _columns(scale: _Scale, solver_steps: int) -> list[tuple[float, int]]:
    """Where which epoch stands; behind the solver's steps, fine-tuning is counted anew."""
    every = max(1, -(-scale.last // _MOST_TICKS))
    return [
        (scale.x(number), number - solver_steps if number > solver_steps else number)
        for number in range(every, scale.last + 1, every)
    ]


def _title(facts: RunFacts) -> str:
    """What the epochs' axis counts."""
    if not facts.solver_steps:
        return "epoch"
    only_solved = facts.fine_tuning_after is None
    return "solver step" if only_solved else "solver step, then fine-tuning epoch"


def _dot(
    facts: RunFacts, scale: _Scale, point: Epoch, measure: str, name: str
) -> tuple[float, float, str]:
    """A point of a line, and what it tells."""
    score = _score(point, _NAMES[name], measure)
    told = f"{facts.point_name(point.epoch)}: {name} {_shown(measure, score)}"
    return scale.x(point.epoch), scale.y(score), told


def _score(point: Epoch, prefix: str, measure: str) -> float:
    return float(getattr(point, f"{prefix}{measure}"))


def _shown(measure: str, value: float) -> str:
    return numbers.percent(value) if measure == ACCURACY else f"{value:.4f}"
