"""The photos that an export is compared on: 100 of the run's set, or drawn ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.errors import PhotoSetError
from pipeline.photos.decoding import canonical_jpeg
from pipeline.photos.decoding.decode import square
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.splits import SPLITS

MOST: Final = 100
EXAMPLES: Final = 5
_SEED: Final = 0


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Photos to ask about.

    Attributes:
        jpegs: Canonical photos.
        squares: `(N, S, S, 3)` uint8 RGB in [0, 255], the same photos as the network sees them.
        shown: What each shows; empty where nobody knows.
        num_test: How many are test photos, the first ones.
        generated: Whether they are drawn patterns, because the run's own photos are gone.
    """

    jpegs: tuple[bytes, ...]
    squares: NDArray[np.uint8]
    shown: tuple[str, ...]
    num_test: int
    generated: bool

    def examples(self) -> list[int]:
        """Positions of five test photos at most, of as many classes as there are."""
        turns: dict[str, int] = {}  # photos of the same class that come before
        ranked = []
        for place, name in enumerate(self.shown[: self.num_test]):
            ranked.append((turns.get(name, 0), place))
            turns[name] = turns.get(name, 0) + 1
        return sorted(place for _, place in sorted(ranked)[:EXAMPLES])


def samples(photo_set: PhotoSet | None, image_size_px: int, is_sealed: bool = False) -> Samples:
    """100 photos, those of the test first; generated pictures where the set is gone or damaged.

    Args:
        photo_set: The run's photos, if they are there.
        image_size_px: Side S of the squares.
        is_sealed: Whether test photos are left out, because nobody may see answers about them.
    """
    if photo_set is not None:
        chosen = _chosen(photo_set, SPLITS[:-1] if is_sealed else SPLITS)
        try:
            jpegs = tuple(photo_set.jpeg(index) for index in chosen)
        except PhotoSetError:
            jpegs = ()
        if jpegs:
            names = [photo_set.photos[index].class_index for index in chosen]
            shown = tuple(photo_set.classes[index] for index in names)
            tested = sum(photo_set.photos[index].split == "test" for index in chosen)
            return Samples(jpegs, _squares(jpegs, image_size_px), shown, tested, False)
    jpegs = tuple(_drawn(number) for number in range(MOST))
    return Samples(jpegs, _squares(jpegs, image_size_px), (), 0, True)


def _chosen(photo_set: PhotoSet, splits: Sequence[str]) -> list[int]:
    """Spread over the test photos; where these are few, over the others, too."""
    chosen: list[int] = []
    for split in reversed(splits):
        found, room = photo_set.indices(split), MOST - len(chosen)
        if len(found) and room:
            chosen += found[np.unique(np.linspace(0, len(found) - 1, room).astype(int))].tolist()
    return chosen


def _squares(jpegs: tuple[bytes, ...], image_size_px: int) -> NDArray[np.uint8]:
    return np.stack([square(jpeg, image_size_px) for jpeg in jpegs])


def _drawn(number: int) -> bytes:
    """Coloured squares, finer from picture to picture: noise alone looks the same to a network."""
    rng = np.random.default_rng((_SEED, number))
    cells = 2 ** (1 + number % 6)  # 2 to 64 in a row
    colours = rng.integers(0, 256, (cells, cells, 3), np.uint8)
    side = 256 // cells
    return canonical_jpeg.written(
        Image.fromarray(colours.repeat(side, axis=0).repeat(side, axis=1))
    )
