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
        asked_bytes: What the photos that a session asks about may take in memory at a time; the
            oldest are let go of.
        request_bytes: What the photos of one request of another program may take.
        photos_per_request: How many those may be.
        visitor_bytes: What a visitor's photos may take at a time, uploads on their way included.
        visitor_photos: Photos that a visitor may have at a time, over all sets.
        visitor_photo_sets: Photo sets that a visitor may have at a time.
        workspace_bytes: What all photo sets, runs and uploads together may take.
        visitor_waiting_jobs: Jobs of a visitor that may wait or work at a time.
        waiting_jobs: Jobs of all visitors that may wait or work at a time.
        prepared_photos: Photos, each view counted, that may be prepared for a visitor to tune with
            one photo set's settings.
        minutes_per_job: How long one job of a visitor may work.
        hours_kept: After how long a visitor's work is deleted.
        paths_as_sources: Whether photos may be named by a path on the server.
        backups: Whether everything may be saved to and restored from a path on the server.
    """

    name: str
    limits: Limits = field(default_factory=Limits)
    asked_bytes: int = 1_000 * _MB
    request_bytes: int = 100 * _MB
    photos_per_request: int = 100
    visitor_bytes: int | None = None
    visitor_photos: int | None = None
    visitor_photo_sets: int | None = None
    workspace_bytes: int | None = None
    visitor_waiting_jobs: int | None = None
    waiting_jobs: int | None = None
    prepared_photos: int | None = None
    minutes_per_job: float | None = None
    hours_kept: float | None = None
    paths_as_sources: bool = True
    backups: bool = True


LOCAL: Final = Mode("local")
DEMO: Final = Mode(
    "demo",
    limits=Limits(
        file_bytes=10 * 10**6,
        jpeg_pixels=60 * 10**6,
        other_pixels=25 * 10**6,
        zip_entries=2_000,
        zip_bytes=200 * _MB,
        decode_timeout_s=10.0,
        decoder_memory_bytes=2 * 2**30,
        clip_bytes=50 * _MB,
        clip_seconds=60.0,
        clip_frames=100,
        clip_timeout_s=30.0,
        classes=100,
    ),
    asked_bytes=100 * _MB,
    request_bytes=30 * _MB,
    photos_per_request=20,
    visitor_bytes=400 * _MB,
    visitor_photos=4_000,
    visitor_photo_sets=5,
    workspace_bytes=20_000 * _MB,
    visitor_waiting_jobs=3,
    waiting_jobs=30,
    prepared_photos=16_000,
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
