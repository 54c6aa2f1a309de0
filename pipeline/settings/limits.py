"""What files and requests may cost; what is larger is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file from outside may cost; the pages show these numbers."""

    file_bytes: int = 30 * 10**6
    jpeg_pixels: int = 250 * 10**6  # JPEG decodes at a fraction of its size
    other_pixels: int = 50 * 10**6
    smallest_side_px: int = 16
    longest_to_shortest: float = 40.0
    zip_entries: int = 50_000
    zip_bytes: int = 4 * 10**9  # unpacked, counted on real bytes
    decode_timeout_s: float = 20.0
    decoder_memory_bytes: int = 3 * 2**30
    clip_bytes: int = 500 * 10**6
    clip_seconds: float = 300.0  # what is behind them is not looked at
    clip_frames: int = 300  # of one video
    clip_timeout_s: float = 120.0
    class_name_chars: int = 64
    classes: int = 1000
    photos_per_class: int = 5  # at least


LIMITS: Final = Limits()
