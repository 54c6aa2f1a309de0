"""A landscape of scores in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pipeline.evaluation.landscape import Axis, Landscape, Trend
from pipeline.wording import numbers

NAMES: Final[Mapping[Axis, str]] = {
    Axis.LEARNING_RATE: "Learning rate",
    Axis.DROPOUT: "Dropout",
    Axis.SIZE: "Number of photos",
}
RAN_AWAY: Final = "ran away"
TRENDS: Final[Mapping[Trend, str]] = {Trend.TOO_LOW: "too low", Trend.TOO_HIGH: "too high"}
OF_STEPS: Final = (
    "Your head is computed: it has no learning rate and no epochs. This is what "
    "gradient descent makes of the same photos, as they are; a click on a cell sets that."
)
_HARDLY: Final = 0.001  # a lead that nobody would see


def value(axis: str, number: float) -> str:
    """A value of the axis: `0.0001`, `20 %`, `1,412`."""
    if axis == Axis.LEARNING_RATE:
        return numbers.learning_rate(number)
    return numbers.percent(number, 0) if axis == Axis.DROPOUT else f"{number:,.0f}"


def cell(found: Landscape, column: int, epoch: int) -> str:
    """`learning rate 0.0001, 10 epochs: 95.3 %, loss 0.128`."""
    number = value(found.axis, found.values[column])
    is_photos = found.axis == Axis.SIZE
    what = f"{number} photos" if is_photos else f"{NAMES[Axis(found.axis)].lower()} {number}"
    place = f"{what}, {numbers.plural(epoch, 'epoch')}"
    accuracy, loss = found.accuracy[column, epoch - 1], found.loss[column, epoch - 1]
    if accuracy != accuracy:  # not a number
        return f"{place}: {RAN_AWAY}"
    return f"{place}: {numbers.percent(accuracy)}, loss {loss:.3f}"


def sentences(found: Landscape) -> tuple[str, ...]:
    """The best cell, the learning rates that are wrong, and how much of the best is luck."""
    if found.best is None:
        return ("Every loss ran away: nothing was learned.",)
    told = [f"Best: {cell(found, *found.best)}."]
    low, high = (
        [
            number
            for number, trend in zip(found.values, found.trends, strict=True)
            if trend == wanted
        ]
        for wanted in (Trend.TOO_LOW, Trend.TOO_HIGH)
    )
    if low:
        end = numbers.plural(found.epochs, "epoch")
        told.append(f"{_range(low, 'below')} too low: not there yet after {end}.")
    if high:
        told.append(f"{_range(high, 'above')} too high: the loss runs away.")
    if found.lead >= _HARDLY:
        told.append(
            f"It is the best of {found.contenders} cells that may be as good: on "
            f"{numbers.photos(found.photos)}, up to {found.lead * 100:.1f} points of it may be "
            "luck."
        )
    return tuple(told)


def _range(rates: Sequence[float], direction: str) -> str:
    """`0.00001 and below are`, or `0.1 is`."""
    end = value(Axis.LEARNING_RATE, max(rates) if direction == "below" else min(rates))
    return f"{end} is" if len(rates) == 1 else f"{end} and {direction} are"
