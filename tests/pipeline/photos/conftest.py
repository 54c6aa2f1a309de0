"""A photo set of two classes, imported by the real way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import PhotoError, Stopped
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import Imported, import_photos
from pipeline.photos.incoming import Incoming
from pipeline.photos.photo_set import PhotoSet
from pipeline.progress import Stage, silent
from tests.workspaces import jpeg

PHOTOS = [jpeg((90, 120, 150), seed, side=24) for seed in range(40)]  # none looks like another


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder(processes=1) as pool:
        yield pool


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "photo_sets"


def incoming(name: str, class_name: str, data: bytes, split: str | None = None) -> Incoming:
    """A file that is to be imported."""
    return Incoming(name, class_name, split, lambda: data)


def two_classes(each: int = 10) -> list[Incoming | PhotoError]:
    """Cats and dogs, as many of each."""
    return [
        incoming(f"{name}/{n}.jpg", name, PHOTOS[n + (20 if name == "dogs" else 0)])
        for name in ("cats", "dogs")
        for n in range(each)
    ]


def imported(photos: list[Incoming | PhotoError], home: Path, decoder: Decoder) -> Imported:
    """Import them, and see that every file is accounted for."""
    result = import_photos(iter(photos), home, decoder, silent)
    assert len(result.photo_set.photos) + len(result.rejected) == result.received == len(photos)
    return result


def pack_of(photo_set: PhotoSet) -> Path:
    """The only pack of a small set."""
    (pack,) = photo_set.folder.glob("*.pack")
    return pack


@pytest.fixture
def photo_set(home: Path, decoder: Decoder) -> PhotoSet:
    return imported(two_classes(), home, decoder).photo_set


class StopAt:
    """A report that stops the work at its nth call."""

    def __init__(self, call: int) -> None:
        self.left = call

    def __call__(
        self, stage: Stage, done: float = 0, total: float | None = None, unit: str = ""
    ) -> None:
        self.left -= 1
        if self.left < 0:
            raise Stopped("Stopped.")


def kept_in(cache: Path) -> list[str]:
    """Names of all files in a cache but its locks."""
    return sorted(entry.name for entry in cache.iterdir() if entry.name != "locks")
