"""The two ways to run PawTune: for oneself (local), or for everybody at an address (demo).

`PAWTUNE_MODE` chooses. In the demo, what one visitor brings is invisible to the others, small
enough for a shared server, and gone after some hours.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Final

from pipeline.errors import SettingError
from pipeline.settings.limits import Limits

VARIABLE: Final = "PAWTUNE_MODE"
NOBODY: Final = "nobody"  # a visitor who sees what is public, and owns nothing
_MB: Final = 10**6


@dataclass(frozen=True, slots=True)
class Mode:
    """What a server allows; None is no limit, and only visitors have limits of their own.

    Attributes:
        name: As `PAWTUNE_MODE` says it.
        limits: What a file from outside may cost.
        visitor_bytes: What a visitor's photos may take at a time, uploads on their way included.
        visitor_photos: Photos that a visitor may have at a time, over all sets.
        visitor_photo_sets: Photo sets that a visitor may have at a time.
        workspace_bytes: What all photo sets, runs and uploads together may take.
        visitor_waiting_jobs: Jobs of a visitor that may wait or work at a time.
        waiting_jobs: Jobs of all visitors that may wait or work at a time.
        minutes_per_job: How long one job of a visitor may work.
        hours_kept: After how long a visitor's work is deleted.
        paths_as_sources: Whether photos may be named by a path on the server.
        backups: Whether everything may be saved to and restored from a path on the server.
    """

    name: str
    limits: Limits = field(default_factory=Limits)
    visitor_bytes: int | None = None
    visitor_photos: int | None = None
    visitor_photo_sets: int | None = None
    workspace_bytes: int | None = None
    visitor_waiting_jobs: int | None = None
    waiting_jobs: int | None = None
    minutes_per_job: float | None = None
    hours_kept: float | None = None
    paths_as_sources: bool = True
    backups: bool = True

    def describe(self) -> tuple[str, ...]:
        """What a visitor should know, one sentence each; nothing where nothing is limited."""
        return tuple(
            sentence.format(_in_words(name, getattr(self, name)))
            for name, sentence in _SENTENCES.items()
            if getattr(self, name) is not None
        )


_SENTENCES: Final = {
    "visitor_photo_sets": "You may have up to {} photo sets at a time.",
    "visitor_photos": "You may have up to {} photos at a time, over all your sets.",
    "visitor_bytes": "Your photos may take up to {} at a time, uploads on their way included.",
    "workspace_bytes": "All visitors share {}; when that is used up, nothing new is taken.",
    "visitor_waiting_jobs": "Up to {} pieces of your work may wait or run at a time.",
    "waiting_jobs": "The queue takes up to {} pieces of work from all visitors together.",
    "minutes_per_job": "One import or training may take up to {} minutes; then it is stopped, and "
    "what a training has learned until then is kept.",
    "hours_kept": "What you bring and make is deleted by itself after {} hours.",
}


def in_words(num_bytes: float) -> str:
    """Bytes as `400 MB` or `20 GB`."""
    if num_bytes >= 1000 * _MB:
        return f"{num_bytes / (1000 * _MB):,.3g} GB"
    return f"{num_bytes / _MB:,.0f} MB" if num_bytes >= _MB else f"{num_bytes / 1000:,.0f} kB"


def _in_words(name: str, value: float) -> str:
    return in_words(value) if name.endswith("_bytes") else f"{value:,g}"


LOCAL: Final = Mode("local")
DEMO: Final = Mode(
    "demo",
    limits=Limits(
        file_bytes=10 * 2**20,
        jpeg_pixels=60 * 10**6,
        other_pixels=25 * 10**6,
        zip_entries=2_000,
        zip_bytes=200 * _MB,
        decode_timeout_s=10.0,
        decoder_memory_bytes=2 * 2**30,
        classes=100,
    ),
    visitor_bytes=400 * _MB,
    visitor_photos=4_000,
    visitor_photo_sets=5,
    workspace_bytes=20_000 * _MB,
    visitor_waiting_jobs=3,
    waiting_jobs=30,
    minutes_per_job=10,
    hours_kept=24,
    paths_as_sources=False,
    backups=False,
)


def current() -> Mode:
    """The mode that `PAWTUNE_MODE` names; local without it.

    Raises:
        SettingError: If it names neither.
    """
    chosen = os.environ.get(VARIABLE, "").strip() or LOCAL.name
    for mode in (LOCAL, DEMO):
        if mode.name == chosen:
            return mode
    raise SettingError(
        f"PawTune has two modes (`{VARIABLE}`): {LOCAL.name}, for yourself, and {DEMO.name}, for "
        f"a public address. Received: {chosen!r}."
    )


def is_demo() -> bool:
    """Whether visitors share this server.

    Raises:
        SettingError: If `PAWTUNE_MODE` names no mode.
    """
    return current() is DEMO
