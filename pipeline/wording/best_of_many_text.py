"""What a test says less and less, the more runs are judged on it: in words."""

from __future__ import annotations

from typing import Final

from pipeline.wording import numbers

_HARDLY: Final = 0.05  # points, which are shown with one digit


def sentence(runs: int, photos: int, lead: float | None, by_folds: bool = False) -> str:
    """`5 runs were judged on the same 200 test photos. ...`, and what that does to the best.

    Args:
        runs: How many, at least two.
        photos: Photos that judged them, the same for all of them.
        lead: By how much the best of them is overrated if they are equally good, 0 to 1, see
            `best_of_many.optimism`; None where that is not known.
        by_folds: Whether these are all photos of a set, not its test photos.
    """
    test = numbers.photos(photos) if by_folds else numbers.plural(photos, "test photo")
    told = f"{numbers.plural(runs, 'run')} were judged on the same {test}."
    if lead is None:
        return told
    if lead * 100 < _HARDLY:
        return f"{told} Their answers hardly differ, so choosing among them adds no luck."
    return (
        f"{told} If all of them were equally good, the best of {runs} would still look about "
        f"{lead * 100:.1f} points better than it is, by luck: it was chosen by these photos."
    )


def many_verdicts(verdicts: int) -> str:
    """What must be known before several verdicts are read."""
    return (
        f"Each of these {verdicts} verdicts is wrong 1 time in 20 where two runs are equally good. "
        "The more of them one looks at, the less a single one says."
    )
