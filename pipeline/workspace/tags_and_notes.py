"""How tags and the note of a run are kept, and how much they may hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pipeline.errors import RunError

NOTE_LETTERS: Final = 2000
TAG_LETTERS: Final = 30
MOST_TAGS: Final = 12  # of one run; more are no order any more


def clean_note(note: str) -> str:
    """A note as it is kept.

    Raises:
        RunError: If it is too long.
    """
    kept = _plain(note).strip()
    if len(kept) > NOTE_LETTERS:
        raise RunError(
            f"A note holds up to {NOTE_LETTERS:,} letters. Shorten it and save again. "
            f"Received: {len(kept):,} letters."
        )
    return kept


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as they are kept.

    Raises:
        RunError: If one is too long, or there are too many.
    """
    pieces = [piece for tag in tags for piece in _plain(tag).split(",")]
    found: dict[str, str] = {}
    for tag in (" ".join(piece.split()) for piece in pieces):
        if tag:
            found.setdefault(tag.casefold(), tag)
    kept = tuple(found.values())
    for tag in kept:
        if len(tag) > TAG_LETTERS:
            raise RunError(
                f"A tag is a word or two, up to {TAG_LETTERS} letters; longer things belong into "
                f"the note. Received: {tag!r}."
            )
    if len(kept) > MOST_TAGS:
        raise RunError(
            f"A run carries up to {MOST_TAGS} tags. Take some away and save again. "
            f"Received: {len(kept)}."
        )
    return kept


def _plain(text: str) -> str:
    """`text` without what no database and no backup takes: zeros and halves of letters."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")
