"""What a test says less about than it seems: photos with a near copy among those learned from."""

from __future__ import annotations

from collections.abc import Mapping


def sentence(test: Mapping[str, float] | None) -> str:
    """How many test photos have a near copy; nothing where there is none or nobody looked.

    Args:
        test: What is kept of a run's test; runs of earlier versions have no `near_copies`.
    """
    count = int(test.get("near_copies", 0)) if test else 0
    if not test or not count:
        return ""
    return (
        f"{count:,} of these {int(test['photos']):,} test photos {'has' if count == 1 else 'have'} "
        "a near copy among the photos it learned from, so expect less on other photos."
    )
