"""Is one run better than another, or was it luck? The answer in words."""

from __future__ import annotations

import math
from typing import Final

from pipeline.evaluation import comparison
from pipeline.evaluation.comparison import Difference, Pairs, SharedPhotos
from pipeline.wording.numbers import MEANING, photos, plural, signed

UNDECIDED: Final = "no real difference"
_RAREST: Final = 1e-6  # nobody needs to know how far beyond one in a million


def compared(shared: SharedPhotos, name_a: str = "A", name_b: str = "B") -> str:
    """On which photos two runs are compared, and what had to be left out."""
    if shared.photos == 0:
        none = "no test photo with the same label" if shared.relabelled else "no test photos"
        return f"{name_a} and {name_b} share {none} to compare them on."
    reasons = [
        (shared.only_a, f"that only {name_a} was tested on"),
        (shared.only_b, f"that only {name_b} was tested on"),
        (shared.relabelled, "whose label changed in between"),
    ]
    left_out = "; ".join(f"{count:,} {reason}" for count, reason in reasons if count)
    if not left_out:
        return f"Both were tested on the same {photos(shared.photos)}."
    same = f"Compared on the {photos(shared.photos)} that both were tested on."
    return f"{same} Left out: {left_out}."


def verdict(pairs: Pairs, name_a: str = "A", name_b: str = "B") -> str:
    """The outcome in one sentence; claims a difference only where `comparison.claims` does."""
    if pairs.photos == 0:
        return "There are no photos to compare on."
    if pairs.only_a == pairs.only_b == 0:
        same = f"{name_a} and {name_b} are right on the same photos and wrong on the same"
        return f"{same}: no difference on {photos(pairs.photos)}."
    ahead, behind, more, fewer = name_a, name_b, pairs.only_a, pairs.only_b
    if fewer > more:
        ahead, behind, more, fewer = behind, ahead, fewer, more
    counted = f"{ahead} is right on {photos(more)} that {behind} got wrong, {behind} on "
    counted += f"{fewer:,} that {ahead} got wrong" if fewer else f"none that {ahead} got wrong"
    if not comparison.claims(pairs):
        return f"{counted}: no real difference with this many photos ({pairs.photos:,})."
    often = _how_often(comparison.p_value(pairs))
    return f"{counted}: {ahead} is better; chance alone would do this {often}."


def in_short(pairs: Pairs) -> str:
    """Whether B is better than A, for a cell; said only where `comparison.claims` does."""
    if pairs.only_a == pairs.only_b:
        return "no difference" if pairs.only_a == 0 else UNDECIDED
    if not comparison.claims(pairs):
        return UNDECIDED
    return "better" if pairs.only_b > pairs.only_a else "worse"


def difference_in_short(found: Difference) -> str:
    """The difference in accuracy in points, and its 95 % interval: `+1.5 (+0.5 to +3.5)`."""
    value, low, high = (signed(end * 100) for end in (found.value, found.low, found.high))
    return f"{value} ({low} to {high})"


def difference(found: Difference, name_a: str, name_b: str) -> str:
    """The difference in accuracy with its 95 % interval, in Markdown; names quoted already."""
    value, _, ends = difference_in_short(found).partition(" ")
    return f"Difference in accuracy ({name_b} minus {name_a}): **{value} points** {ends}. {MEANING}"


def photos_needed(pairs: Pairs) -> str:
    """How many test photos would most likely settle it."""
    alike = ""
    if pairs.independent < 1:
        alike = " Photos of one scene, on which they disagree together, count as one."
    if comparison.claims(pairs):
        return f"{photos(pairs.photos)} were enough to settle it.{alike}"
    needed = comparison.photos_needed(pairs)
    if needed is None:
        return "Nothing tells yet which of them is ahead, so no number of photos can be named."
    step = 10 ** max(0, len(str(needed)) - 2)  # two digits: more would feign precision
    needed = math.ceil(needed / step) * step
    return (
        "If they go on being right as often as here, about "
        f"{plural(needed, 'test photo')} would most likely settle it.{alike}"
    )


def _how_often(chance: float) -> str:
    if chance < _RAREST:
        return "less than 1 time in a million"
    times = 1 / chance
    step = 10 ** math.floor(math.log10(times))
    return f"about 1 time in {round(times / step) * step:,}"
