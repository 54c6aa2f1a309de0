"""The few validation photos that tell most of how a network learns."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.epoch_answers import EpochAnswers

MOST: Final = 9
FIRST: Final = 8  # that are watched from the first point on
_RIGHT_AT_FIRST: Final = 2  # of these
_SUREST: Final = 3  # of these, of those that are wrong
_STAY_WRONG: Final = 2  # of nine
_STAY_RIGHT: Final = 1
_ENOUGH: Final = 3  # that turn right: earlier photos are kept as long as so many of them do


def choose(
    answers: EpochAnswers,
    truth: NDArray[np.integer],
    keys: NDArray[np.uint64],
    seed: int,
    before: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Pick photos that are wrong at first and right at last, and some that stay as they are.

    Args:
        answers: About M photos.
        truth: `(M,)` class of each.
        keys: `(M,)` what chance hangs on, see `PhotoSet.keys`.
        seed: Of the run; the same answers, keys and seed give the same photos.
        before: What was chosen for other settings: kept while it still tells something, so that
            settings are compared on the same photos.

    Returns:
        Positions among the M photos, at most `MOST`: those that turn right, the earliest first;
        those that are right all the time; those that end wrong.
    """
    right = answers.called == truth
    turning = ~right[0] & right[-1]
    if before is not None and np.count_nonzero(turning[before]) >= min(_ENOUGH, turning.sum()):
        return _in_order(before, right)
    salt = np.random.default_rng(seed).integers(2**64, dtype=np.uint64)
    drawn = np.argsort(keys ^ salt, kind="stable")
    unsure = drawn[np.argsort(answers.shares[-1][drawn], kind="stable")]
    turned = _in_order(drawn[turning[drawn]], right)
    wrong = unsure[~right[-1][unsure]]
    others = unsure[(right[0] & right[-1])[unsure]]
    room = MOST - min(_STAY_WRONG, len(wrong)) - min(_STAY_RIGHT, len(others))
    spread = np.unique(np.linspace(0, len(turned) - 1, min(room, len(turned))).round().astype(int))
    chosen = [*turned[spread], *wrong[:_STAY_WRONG], *others[:_STAY_RIGHT]]
    rest = [one for one in (*wrong, *others) if one not in chosen]
    return _in_order(np.array([*chosen, *rest][:MOST], np.int64), right)


def at_first(
    answers: EpochAnswers,
    truth: NDArray[np.integer],
    keys: NDArray[np.uint64],
    seed: int,
) -> NDArray[np.int64]:
    """Pick photos by the first point alone, so that they stay the same while a network learns.

    Args:
        answers: See `choose`, as are the others.
        truth: The classes.
        keys: What chance hangs on.
        seed: Of the run.

    Returns:
        Positions among the M photos, at most `FIRST`: most of those that are wrong at first, half
        of these the surest, which take longest to turn; then some that are right. Lot decides.
    """
    salt = np.random.default_rng(seed).integers(2**64, dtype=np.uint64)
    drawn = np.argsort(keys ^ salt, kind="stable")
    right = (answers.called[0] == truth)[drawn]
    wrong = drawn[~right]
    surest = wrong[np.argsort(-answers.shares[0][wrong], kind="stable")][:_SUREST]
    wrong = np.concatenate([surest, wrong[~np.isin(wrong, surest)]])[: FIRST - _RIGHT_AT_FIRST]
    return np.concatenate([wrong, drawn[right][: FIRST - len(wrong)]]).astype(np.int64)


def _in_order(photos: NDArray[np.int64], right: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Those that end right by when they became so for good; those that end wrong last."""
    last_wrong = np.where(~right, np.arange(len(right))[:, np.newaxis], -1).max(axis=0)
    steady = last_wrong < 0
    place = np.where(steady, len(right), np.where(right[-1], last_wrong, len(right) + 1))
    return photos[np.argsort(place[photos], kind="stable")]
