"""Names, lists and ages as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from pipeline.wording.numbers import duration


def file_name(text: str) -> str:
    """`text` as the name of a file that every system takes."""
    kept = "".join(sign if sign.isalnum() or sign in " -_" else "-" for sign in text)
    return " ".join(kept.split())[:60].strip(" -") or "photos"


def ago(moment: datetime, now: datetime | None = None) -> str:
    """How long ago `moment` was: `just now`, `5 min ago`, `3 days ago`."""
    seconds = max(0.0, ((now or datetime.now(UTC)) - moment).total_seconds())
    if seconds < 60:
        return "just now"
    if seconds < 86_400:
        return f"{duration(max(seconds, 90))} ago"
    days = int(seconds // 86_400)
    return "yesterday" if days == 1 else f"{days} days ago"


def joined(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def some(words: Sequence[str], most: int = 12) -> str:
    """The same of the first ones, and how many more there are: `a, b and 3 more`."""
    more = len(words) - most
    return joined([*words[:most], f"{more:,} more"] if more > 0 else words)
