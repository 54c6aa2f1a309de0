"""A network in 8 bits beside the one it was made from: size, speed and accuracy in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from pipeline.evaluation import comparison
from pipeline.evaluation.comparison import Pairs
from pipeline.files.sizes import size
from pipeline.wording import comparison_text
from pipeline.wording.numbers import interval, percent, plural

Found = Mapping[str, Any]  # what `exporting.eight_bit_trial.tried` gives

_INTERVAL: Final = "95 % interval"
_ROWS: Final[Mapping[str, Callable[[Mapping[str, float]], str]]] = {
    "Size": lambda side: size(side["bytes"]),
    "Time for a photo": lambda side: f"{side['milliseconds']:.1f} ms",
    "Right": lambda side: percent(side["accuracy"]),
    _INTERVAL: lambda side: f"{interval(side['low'], side['high'])} %",
}


def table(found: Found) -> str:
    """What is compared, of the network as it is and in 8 bits; in Markdown."""
    rows = ["| | As it is | In 8 bits |", "| --- | --- | --- |"]
    for name, told in _ROWS.items():
        if name == _INTERVAL and found.get("learned"):  # it would speak of new photos
            continue
        rows.append(f"| {name} | {told(found['before'])} | {told(found['after'])} |")
    return "\n".join(rows)


def verdict(found: Found) -> str:
    """On which photos, and whether 8 bits cost anything there."""
    pairs = Pairs(**found["pairs"])
    said = comparison_text.verdict(pairs, "the network as it is", "the 8-bit one")
    told = f"Both were asked about {_asked(found)}: {said}"
    if found.get("learned"):
        return f"{told} Both will be right less often on new photos."
    if apart := comparison.accuracy_difference(pairs):
        told += f" In points: {comparison_text.difference_in_short(apart)}."
    return told


def for_a_card(found: Found) -> str:
    """What the model card says, in Markdown."""
    return (
        "## In 8 bits\n\n"
        "This network was written in whole numbers of 8 bits, with ranges from photos that it "
        "learned from. It takes and gives the same numbers as before, float32, so whatever runs "
        f"the model bundle runs it, too.\n\n{table(found)}\n\n{verdict(found)} Times are medians "
        "on one thread of the computer that wrote it. All that is said below is of the network as "
        "it was."
    )


def too_much(found: Found, max_loss: float) -> str:
    """Why there is no file.

    Args:
        found: What was found.
        max_loss: How many points 8 bits may cost.
    """
    pairs = Pairs(**found["pairs"])
    lost = 100 * (pairs.right_a - pairs.right_b) / pairs.photos
    return (
        f"In 8 bits this network is right on {pairs.right_b:,} of {_asked(found)} instead of "
        f"{pairs.right_a:,}: {lost:.1f} points less, and {max_loss:g} are allowed. So no file was "
        "made. Allow more, or take the model bundle."
    )


def _asked(found: Found) -> str:
    kind = "test photo" if found["split"] == "test" else "validation photo"
    asked = plural(Pairs(**found["pairs"]).photos, kind)
    return f"{asked}, from which the network learned, too" if found.get("learned") else asked
