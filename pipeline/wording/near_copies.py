"""What a test says less about than it seems: photos with a near copy among those learned from."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.evaluation.run_score import is_cross_validated
from pipeline.wording.numbers import plural


def sentence(test: Mapping[str, float] | None) -> str:
    """How many photos of a score have a near copy; nothing where there is none or nobody looked.

    Args:
        test: A run's score; those of earlier versions have no `near_copies`.
    """
    count = int(test.get("near_copies", 0)) if test else 0
    if not test or not count:
        return ""
    by_folds = is_cross_validated(test)
    return (
        f"{count:,} of these {plural(int(test['photos']), 'photo' if by_folds else 'test photo')} "
        f"{'has' if count == 1 else 'have'} a near copy among the photos "
        f"{'its judge' if by_folds else 'it'} learned from, so expect less on other photos."
    )
