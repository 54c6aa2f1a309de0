"""The curves of a run as a drawing (SVG) that needs nothing around it but the report's colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from pipeline.evaluation.learning_curve import Epoch
from pipeline.exporting.run_facts import RunFacts
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
_HIGHEST_FLOOR: Final = (
    0.95  # where the axis of accuracy begins at the latest: a small dip looks small
)


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
    kept = f" Kept: {facts.point_name(facts.best_epoch)}." if facts.best_epoch else ""
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
    label = escape(describe(facts, measure))
    return "\n".join(
        [
            f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">',
            *_axes(scale, measure, facts),
            *_marker(facts, scale, measure),
            *(
                part
                for name, prefix in _NAMES.items()
                for part in _line(facts, scale, measure, name, prefix)
            ),
            *_kept(facts, scale, measure),
            "</svg>",
        ]
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


def _axes(scale: _Scale, measure: str, facts: RunFacts) -> list[str]:
    parts = []
    for number in range(round((scale.high - scale.low) / scale.step) + 1):
        value = scale.low + number * scale.step
        y = scale.y(value)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>')
        shown = f"{100 * value:.3g} %" if measure == ACCURACY else f"{value:.3g}"
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{shown}</text>')
    every = max(1, -(-scale.last // _MOST_TICKS))
    first = facts.solver_steps
    for number in range(every, scale.last + 1, every):
        # Behind the solver's steps, the epochs of fine-tuning are counted anew.
        shown = str(number - first if first and number > first else number)
        parts.append(
            f'<text x="{scale.x(number)}" y="{_HEIGHT - _BOTTOM + 18}" '
            f'text-anchor="middle">{shown}</text>'
        )
    title = "epoch" if not first else "solver step, then fine-tuning epoch"
    if first and facts.fine_tuning_after is None:
        title = "solver step"
    parts.append(
        f'<text x="{(_WIDTH + _LEFT) / 2}" y="{_HEIGHT - 6}" text-anchor="middle">{title}</text>'
    )
    return parts


def _line(facts: RunFacts, scale: _Scale, measure: str, name: str, prefix: str) -> list[str]:
    places = [
        (point, scale.x(point.epoch), scale.y(_score(point, prefix, measure)))
        for point in facts.points
    ]
    joined = " ".join(f"{x},{y}" for _, x, y in places)
    dots = [
        f'<circle class="{name}" cx="{x}" cy="{y}" r="3"><title>{facts.point_name(point.epoch)}: '
        f"{name} {_shown(measure, _score(point, prefix, measure))}</title></circle>"
        for point, x, y in places
    ]
    return [f'<polyline class="{name}" points="{joined}"/>', *dots]


def _marker(facts: RunFacts, scale: _Scale, measure: str) -> list[str]:
    if facts.fine_tuning_after is None:
        return []
    x = scale.x(facts.fine_tuning_after + 0.5)
    y = _HEIGHT - _BOTTOM - 8 if measure == ACCURACY else _TOP + 12
    left = x < _WIDTH * 0.6
    return [
        f'<line class="marker" x1="{x}" x2="{x}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}"/>',
        f'<text class="marker" x="{x + 6 if left else x - 6}" y="{y}" '
        f'text-anchor="{"start" if left else "end"}">fine-tuning starts</text>',
    ]


def _kept(facts: RunFacts, scale: _Scale, measure: str) -> list[str]:
    kept = next((point for point in facts.points if point.epoch == facts.best_epoch), None)
    if kept is None:
        return []
    y = scale.y(_score(kept, "val_", measure))
    return [f'<circle class="kept" cx="{scale.x(kept.epoch)}" cy="{y}" r="8"/>']


def _score(point: Epoch, prefix: str, measure: str) -> float:
    return float(getattr(point, f"{prefix}{measure}"))


def _shown(measure: str, value: float) -> str:
    return f"{100 * value:.1f} %" if measure == ACCURACY else f"{value:.4f}"
