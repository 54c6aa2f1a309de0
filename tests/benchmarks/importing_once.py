"""One import, or the plain loop that it is compared with, in a process of its own.

    python -m tests.benchmarks.importing_once (import|plain) SOURCE [FILES]

Prints one JSON object: photos, seconds, seconds of each stage, most memory in MiB. The plain loop
is what a person would write first: open, turn upright, make smaller, save; in one process, with
no checks. It takes FILES of the files, all unless given.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from pipeline.errors import PhotoError
from pipeline.photos.decoding.canonical import CANONICAL_SIDE_PX
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import import_photos
from pipeline.photos.incoming import Incoming
from pipeline.photos.sources import open_source
from pipeline.progress import Stage, Step, silent
from tests.memory import child_bytes, own_bytes


class Stages:
    """A report that notes when each stage began and ended."""

    def __init__(self) -> None:
        self.first: dict[Step, float] = {}
        self.last: dict[Step, float] = {}

    def __call__(
        self, stage: Stage, done: float = 0, total: float | None = None, unit: str = ""
    ) -> None:
        now = time.perf_counter()
        self.first.setdefault(stage.step, now)
        self.last[stage.step] = now


def imported(source: str) -> dict[str, Any]:
    """An import as the worker does it, from the opening of the source to the set on the disk."""
    stages = Stages()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, Decoder() as decoder:
        with open_source(source, Path(folder), stages) as opened:
            made = import_photos(
                opened.photos, Path(folder) / "sets", decoder, stages, total=opened.total
            )
        ended = time.perf_counter()
        children = child_bytes(decoder)
        kept_bytes = sum(path.stat().st_size for path in made.photo_set.folder.iterdir())
    reading, keeping = Step.READING_PHOTOS, Step.KEEPING_PHOTOS
    return {
        "photos": made.received,
        "accepted": made.accepted,
        "kept_mb": kept_bytes / 1e6,
        "s": ended - began,
        "photos_per_s": made.received / (ended - began),
        "opening_s": stages.first[reading] - began,
        "reading_s": stages.last[reading] - stages.first[reading],
        "comparing_s": stages.first[keeping] - stages.last[reading],
        "keeping_s": ended - stages.first[keeping],
        "memory_mib": own_bytes() / 2**20,
        "decoding_processes_mib": [one / 2**20 for one in children],
    }


def plain(source: str, most: int | None) -> dict[str, Any]:
    """The loop, over files that are spread evenly over all there are."""
    import pillow_heif

    pillow_heif.register_heif_opener(decode_threads=1)
    with (
        tempfile.TemporaryDirectory() as folder,
        open_source(source, Path(folder), silent) as opened,
    ):
        files = [one for one in opened.photos if isinstance(one, Incoming)]
        files = files[:: max(1, len(files) // (most or len(files)))]
        began = time.perf_counter()
        for number, file in enumerate(files):
            with suppress(PhotoError, OSError):
                _save(file.read(), Path(folder) / f"{number}.jpg")
        seconds = time.perf_counter() - began
    return {
        "photos": len(files),
        "s": seconds,
        "photos_per_s": len(files) / seconds,
        "memory_mib": own_bytes() / 2**20,
    }


def _save(data: bytes, path: Path) -> None:
    with Image.open(io.BytesIO(data)) as image:
        photo = ImageOps.exif_transpose(image).convert("RGB")
    scale = min(1.0, CANONICAL_SIDE_PX / max(photo.size))
    size = (round(photo.width * scale), round(photo.height * scale))
    photo.resize(size, Image.Resampling.LANCZOS).save(path, quality=95)


def main() -> None:
    """Do what the command line says and print."""
    how, source, *most = sys.argv[1:]
    done = imported(source) if how == "import" else plain(source, int(most[0]) if most else None)
    print(json.dumps(done))


if __name__ == "__main__":
    main()
