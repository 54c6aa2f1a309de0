"""Shares, times, lists and phases in words, for the app and for what is taken home from it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from pipeline.evaluation.class_scores import Share
from pipeline.files.sizes import size
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING

_MINUS: Final = "\N{MINUS SIGN}"

PHASE_NAMES: Final = {FEATURE_EXTRACTION: "Feature extraction", FINE_TUNING: "Fine-tuning"}
# What every 95 % interval means, wherever one is shown.
MEANING: Final = "The true value lies between these ends with 95 % confidence."
_WIDE: Final = 0.1  # an interval so wide is told in whole percent: more would feign precision


def rounded(value: float, digits: int = 1) -> float:
    """`value` with so many digits, halves upwards, as people and spreadsheets do."""
    step = 10.0**digits
    return math.floor(value * step + 0.5 + 1e-9) / step


def percent(share: float, digits: int = 1) -> str:
    """A fraction of 1 as `97.9 %`; never 100 % for less than all."""
    return f"{_percentage(share, digits)} %"


def percentage(share: float, digits: int = 1) -> float:
    """A fraction of 1 as a number of percent, for a table; never 100 for less than all."""
    value = rounded(share * 100, digits)
    return 100 - 10.0**-digits if value >= 100 > share * 100 else value


def interval(low: float, high: float) -> str:
    """The ends of a range of shares, in percent: `94.8 to 99.2`, or `72 to 100` where it is wide.

    What an interval means is said by `MEANING`.
    """
    digits = 0 if high - low >= _WIDE else 1
    return f"{_percentage(low, digits)} to {_percentage(high, digits)}"


def share(found: Share) -> str:
    """A share with its 95 % interval: `97.9 % (94.8 to 99.2)`."""
    if found.value is None:
        return "no photos"
    return f"{percent(found.value)} ({interval(*found.interval)})"


def share_in_full(found: Share) -> str:
    """The same with its numbers: `46 of 47 photos: 89 to 100 %. ...`, and what that means."""
    return f"{found.count:,} of {photos(found.photos)}: {interval(*found.interval)} %. {MEANING}"


def duration(seconds: float) -> str:
    """Seconds as `45 s`, `6 min`, `1 h`, `1 h 20 min`."""
    if seconds < 1:
        return "under 1 s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes))


def left(seconds: float) -> str:
    """What remains of a piece of work: `about 3 min left`, or `almost done`."""
    return "almost done" if seconds < 1 else f"about {duration(seconds)} left"


def _percentage(share: float, digits: int = 1) -> str:
    return f"{percentage(share, digits):.{digits}f}"


def learning_rate(rate: float) -> str:
    """A learning rate without powers of ten: `0.0001`."""
    return f"{rate:.10f}".rstrip("0").rstrip(".") if rate else "0"


def scenes(photos: int, scenes: int | None) -> str:
    """`, of which 40 different scenes`, for a number of photos of which some look nearly the same.

    Args:
        photos: How many.
        scenes: How many different scenes they show; None where nobody knows.
    """
    if scenes is None or scenes >= photos:
        return ""
    return f", of which {plural(scenes, 'different scene')}"


def progress(done: float, total: float | None, unit: str) -> str:
    """`312 MB of 786 MB`, `120 of 2,000 photos`, or only what is done."""
    show: Callable[[float], str] = size if unit == "bytes" else lambda number: f"{number:,.0f}"
    tail = "" if unit in ("bytes", "") else f" {unit}"
    if total is None:
        return f"{show(done)}{tail}" if done else ""
    return f"{show(done)} of {show(total)}{tail}"


def plural(number: int, one: str, many: str | None = None) -> str:
    """`1 class`, `2,000 epochs`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def photos(count: int) -> str:
    """`1 photo`, `2,000 photos`."""
    return plural(count, "photo")


def signed(points: float) -> str:
    """A difference such as `+1.2`, with a true minus below zero; `0.0` has no sign."""
    size = f"{abs(points):.1f}"
    if float(size) == 0:
        return size
    return f"{'+' if points > 0 else _MINUS}{size}"
