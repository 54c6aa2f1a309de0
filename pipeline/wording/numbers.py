"""Shares, times, lists and phases in words, for the app and for what is taken home from it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

from pipeline.evaluation import metrics
from pipeline.evaluation.class_scores import Share
from pipeline.files.sizes import size
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING

_MINUS: Final = "\N{MINUS SIGN}"

PHASE_NAMES: Final = {FEATURE_EXTRACTION: "Feature extraction", FINE_TUNING: "Fine-tuning"}
_TO: Final = "\N{EN DASH}"  # between the ends of a range


def rounded(value: float, digits: int = 1) -> float:
    """`value` with so many digits, halves upwards, as people and spreadsheets do."""
    step = 10.0**digits
    return math.floor(value * step + 0.5 + 1e-9) / step


def percent(share: float, digits: int = 1) -> str:
    """A fraction of 1 as `97.9 %`; never 100 % for less than all."""
    return f"{_percentage(share, digits)} %"


def interval(low: float, high: float) -> str:
    """The ends of a range of shares, in percent, with a dash between: 94.0 and 99.3."""
    return f"{_percentage(low)}{_TO}{_percentage(high)}"


def share(found: Share) -> str:
    """A share with its 95 % interval: `97.9 %` and the `interval` in brackets."""
    if found.value is None:
        return "no photos"
    return f"{percent(found.value)} ({interval(*found.interval)})"


def share_in_full(found: Share) -> str:
    """The same with its numbers: `46 of 47 photos; ...`."""
    low, high = found.interval
    return (
        f"{found.count:,} of {photos(found.photos)}; the true share lies between "
        f"{_percentage(low)} and {percent(high)} 19 times of 20."
    )


def duration(seconds: float) -> str:
    """Seconds as `45 s`, `6 min`, `1 h`, `1 h 20 min`."""
    if seconds < 1:
        return "under 1 s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes))


def _percentage(share: float, digits: int = 1) -> str:
    value = rounded(share * 100, digits)
    if value >= 100 > share * 100:
        value = 100 - 10.0**-digits
    return f"{value:.{digits}f}"


def learning_rate(rate: float) -> str:
    """A learning rate without powers of ten: `0.0001`."""
    return f"{rate:.10f}".rstrip("0").rstrip(".") if rate else "0"


def accuracy_with_margin(test: Mapping[str, float]) -> str:
    """`97.9 %, give or take 2.2, on 192 photos`: half of the 95 % interval each way."""
    margin = metrics.margin(test["low"], test["high"])
    return (
        f"{percent(test['accuracy'])}, give or take {margin:.1f}, on {photos(int(test['photos']))}"
    )


def accuracy_sentence(correct: int, photos: int) -> str:
    """The same of a number of photos; said so where there are none."""
    if photos == 0:
        return "not known, because there are no photos to test on"
    low, high = metrics.wilson_interval(correct, photos)
    return accuracy_with_margin(
        {"accuracy": correct / photos, "low": low, "high": high, "photos": photos}
    )


def verdict(test: Mapping[str, float] | None) -> str:
    """What came of a run's test, in a sentence."""
    if test is None:
        return "This run has no test result."
    margin = metrics.margin(test["low"], test["high"])
    return (
        f"{percent(test['accuracy'])} of {photos(int(test['photos']))} that it had never seen were "
        f"called right, give or take {margin:.1f} points."
    )


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
