"""Speeds of reading and writing the list of a large photo set, against Python's own JSON.

Python's part makes plain values of the same bytes and back, and checks nothing.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from pipeline.photos import manifest, set_file_list
from pipeline.photos.decoding.canonical import Origin
from pipeline.photos.manifest import Manifest, Photo
from pipeline.photos.set_file import member_names
from pipeline.photos.set_file_list import SavedList
from pipeline.photos.splits import SPLITS
from tests.benchmarks.bench_app import median_ms

_PHOTOS = 18_000


def content() -> Manifest:
    """So many photos in two classes."""
    photos = (
        Photo(
            name=f"pets/{number:05}.jpg",
            split=SPLITS[number % len(SPLITS)],
            sha256=hashlib.sha256(number.to_bytes(4, "big")).hexdigest(),
            width=180,
            height=135,
            note=None if number % 10 else "It is very small.",
            origin=Origin("JPEG", 180, 135 + number % 40, turned=False),
            class_index=number % 2,
        )
        for number in range(_PHOTOS)
    )
    return Manifest.ordered(("cats", "dogs"), photos, 0)


def lists(_folder: Path) -> dict[str, Any]:
    """A set's own list, and the one in its saved file."""
    listed = content()
    saved = SavedList("pets", listed, member_names(listed))
    return {
        "manifest": _compared(manifest.to_bytes(listed), manifest, listed),
        "saved_set": _compared(set_file_list.to_bytes(saved), set_file_list, saved),
    }


def _compared(data: bytes, ours: Any, value: object) -> dict[str, Any]:
    plain = json.loads(data)
    took = {
        "read_ms": median_ms(lambda: ours.from_bytes(data)),
        "json_read_ms": median_ms(lambda: json.loads(data)),
        "write_ms": median_ms(lambda: ours.to_bytes(value)),
        "json_write_ms": median_ms(lambda: json.dumps(plain, ensure_ascii=False).encode()),
    }
    return {
        "bytes": len(data),
        **took,
        "read_ratio": took["json_read_ms"] / took["read_ms"],
        "write_ratio": took["json_write_ms"] / took["write_ms"],
    }
