"""Why an answer: the training photos that look most alike to the network.

How alike two photos are is the cosine between what the network notes about them (the pooled
features): 1 where it sees no difference, 0 where they have nothing in common. What it notes about
its training photos is computed when somebody first asks, and kept in the cache.

Not covered: which training photos *made* the network answer so. Alike is what they look, no more.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.classifier import Classifier
from pipeline.classify.novelty import of_length_one
from pipeline.files.cache import Cache, key_of
from pipeline.files.npy import Append, ArrayFile
from pipeline.parallel import made_ahead, processors
from pipeline.photos.decoding.decode import square
from pipeline.photos.photo_set import PhotoSet
from pipeline.progress import Report, Stage, Step

MOST_PHOTOS: Final = 2_000  # more take longer, and hardly bring nearer ones
_BATCH: Final = 64


@dataclass(frozen=True, slots=True)
class Alike:
    """A training photo beside a photo that was asked about.

    Attributes:
        index: Its place in the photo set.
        share: How alike they look to the network, 0 to 1.
    """

    index: int
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What a network notes about photos that it learned from.

    Attributes:
        indices: `(N,)` int64, their places in the photo set.
        features: `(N, F)` float16 as they are kept, float32 once `at_hand`; each row has length 1.
    """

    indices: NDArray[np.int64]
    features: NDArray[np.floating]

    def at_hand(self) -> Seen:
        """The same in memory and in the type that processors multiply, for many questions."""
        return Seen(self.indices, self.features.astype(np.float32))

    def nearest(self, pooled: NDArray[np.floating], count: int) -> list[list[Alike]]:
        """The photos that look most alike, most alike first.

        Args:
            pooled: `(M, F)`, what the network notes about the photos asked about.
            count: How many for each; fewer where there are fewer.
        """
        shares = of_length_one(pooled) @ self.features.T  # (M, N)
        order = np.argsort(-shares, axis=1, kind="stable")[:, :count]
        return [
            [Alike(int(self.indices[at]), float(np.clip(row[at], 0, 1))) for at in best]
            for row, best in zip(shares, order, strict=True)
        ]

    def usual(self) -> float:
        """How alike two of these photos are on average, 0 to 1: what a number is held against."""
        photos = len(self.features)
        if photos < 2:
            return 1.0
        # The square of a sum holds every pair twice, and each photo with itself once.
        together = np.square(self.features.sum(axis=0, dtype=np.float64)).sum()
        return float(np.clip((together - photos) / (photos * (photos - 1)), 0, 1))


def chosen(photo_set: PhotoSet) -> NDArray[np.int64]:
    """Training photos to compare with, `(N,)` int64, ascending: all, or as many of each class.

    The same photo set always gives the same ones.
    """
    mixed = np.random.default_rng(0).permutation(photo_set.indices("training"))
    labels = photo_set.labels()[mixed]
    turn = np.empty(len(mixed), np.int64)  # each class sends its first, then its second, ...
    for label in np.unique(labels):
        own = labels == label
        turn[own] = np.arange(own.sum())
    return np.sort(mixed[np.argsort(turn, kind="stable")[:MOST_PHOTOS]])


def seen(classifier: Classifier, photo_set: PhotoSet, cache: Cache, report: Report) -> Seen:
    """What a run's network notes about its training photos; computed once.

    Args:
        classifier: The run's network.
        photo_set: The photos that it learned from.
        cache: Where the numbers are kept.
        report: Told how many photos are done, if they have to be looked at.

    Raises:
        CacheFull: If there is no room for them.
        PhotoSetError: If a photo is damaged.
        Stopped: From `report`; nothing half-made is left.
    """
    indices = chosen(photo_set)
    kept = ArrayFile((len(indices), classifier.num_features), np.float16)

    def make(path: Path) -> None:
        with kept.writing(path) as append:
            _look(classifier, photo_set, indices, append, report)

    key = key_of("seen", photo_set.id, network=classifier.sha256, most=MOST_PHOTOS)
    return Seen(indices, kept.open(cache.file(key, make, kept.bytes, kept.is_whole, report)))


def _look(
    classifier: Classifier,
    photo_set: PhotoSet,
    indices: NDArray[np.int64],
    append: Append,
    report: Report,
) -> None:
    def decoded(batch: NDArray[np.int64]) -> NDArray[np.uint8]:
        side = classifier.image_size_px
        return np.stack([square(photo_set.jpeg(int(index)), side) for index in batch])

    batches = [indices[start : start + _BATCH] for start in range(0, len(indices), _BATCH)]
    done = 0
    with closing(made_ahead(decoded, batches, processors())) as ahead:
        for photos in ahead:
            append(of_length_one(classifier.pooled(photos)))
            done += len(photos)
            report(Stage(Step.COMPARING_PHOTOS), done, len(indices), "photos")
