"""Sizes of files in words: decimal, as disks and systems give them."""

from __future__ import annotations


def size(number_of_bytes: float) -> str:
    """Bytes as `14 MB`."""
    value = float(number_of_bytes)
    unit = ""
    for unit in ("bytes", "kB", "MB", "GB"):
        if abs(value) < 1000 or unit == "GB":
            break
        value /= 1000
    return f"{value:.0f} {unit}" if value >= 10 or unit == "bytes" else f"{value:.1f} {unit}"
