"""What a demo allows, in words."""

from __future__ import annotations

from typing import Final

from pipeline.files.sizes import size
from pipeline.settings.mode import Mode

_SENTENCES: Final = {
    "visitor_photo_sets": "You may have up to {} photo sets at a time.",
    "visitor_photos": "You may have up to {} photos at a time, over all your sets.",
    "visitor_bytes": "Your photos may take up to {} at a time, uploads on their way included.",
    "workspace_bytes": "All visitors share {}; when that is used up, nothing new is taken.",
    "visitor_waiting_jobs": "Up to {} pieces of your work may wait or run at a time.",
    "waiting_jobs": "The queue takes up to {} pieces of work from all visitors together.",
    "prepared_photos": "Up to {} photos, each augmented view counted, are prepared for trying "
    "settings at once.",
    "minutes_per_job": "One import or training may take up to {} minutes; then it is stopped, and "
    "what a training has learned until then is kept.",
    "hours_kept": "What you bring and make is deleted by itself after {} hours.",
}


def describe(mode: Mode) -> tuple[str, ...]:
    """What a visitor should know, one sentence each; nothing where nothing is limited."""
    return tuple(
        sentence.format(_amount(name, getattr(mode, name)))
        for name, sentence in _SENTENCES.items()
        if getattr(mode, name) is not None
    )


def in_short(mode: Mode) -> str:
    """The one thing that a visitor of a demo should know first, in a line."""
    if mode.hours_kept is None:
        return "What you may bring is limited."
    return f"A demo: what you bring and make is deleted after {mode.hours_kept:g} hours."


def _amount(name: str, value: float) -> str:
    return size(value) if name.endswith("_bytes") else f"{value:,g}"
