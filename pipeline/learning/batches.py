"""The way of the photos into the network: batches from the disk, augmented on the way.

Batches are made in a thread ahead of the network, so it never waits for them, and no more than
a few are in memory at a time, however many photos there are.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from pipeline.config import TrainConfig
from pipeline.photos.augment import augment_batch

_AHEAD: Final = 4  # batches made before they are asked for
SCORING_BATCH: Final = 32  # photos; larger ones are no faster on a CPU

Photos = NDArray[np.uint8]
Labels = NDArray[np.int64]
_Batch = tuple[Photos, NDArray[np.int32]]


def training_batches(
    arrays: Photos, indices: Labels, labels: Labels, config: TrainConfig, first_epoch: int
) -> tf.data.Dataset:
    """Batches without end: each epoch in another order, and each photo another view of itself.

    Args:
        arrays: `(N, S, S, 3)` uint8 RGB in [0, 255], every photo of the set.
        indices: `(M,)` int64, the training photos' positions in `arrays`.
        labels: `(N,)` int64, the class of every photo.
        config: Gives batch size, augmentation and seed; these and the epoch decide everything.
        first_epoch: Number of the epoch to begin with, from 0.

    Returns:
        A dataset of `(B, S, S, 3)` uint8 photos and `(B, 1)` int32 labels; an epoch is
        `batches_in(len(indices), config.batch_size)` of them.
    """

    def generate() -> Iterator[_Batch]:
        epoch = first_epoch
        while True:
            order = np.random.default_rng((config.seed, epoch)).permutation(indices)
            for start in range(0, len(order), config.batch_size):
                chosen = order[start : start + config.batch_size]
                photos = take(arrays, chosen)
                views = augment_batch(photos, config.augment, config.seed, chosen, epoch)
                yield views, _column(labels[chosen])
            epoch += 1

    return _dataset(generate, arrays, tf.data.INFINITE_CARDINALITY)


def plain_batches(arrays: Photos, indices: Labels, labels: Labels) -> tf.data.Dataset:
    """Batches of photos as they are, in order, once.

    Args:
        arrays: `(N, S, S, 3)` uint8 RGB in [0, 255], every photo of the set.
        indices: `(M,)` int64, positions of the wanted photos in `arrays`.
        labels: `(N,)` int64, the class of every photo.

    Returns:
        A dataset of `(B, S, S, 3)` uint8 photos and `(B, 1)` int32 labels.
    """

    def generate() -> Iterator[_Batch]:
        for start in range(0, len(indices), SCORING_BATCH):
            chosen = indices[start : start + SCORING_BATCH]
            yield take(arrays, chosen), _column(labels[chosen])

    return _dataset(generate, arrays, batches_in(len(indices), SCORING_BATCH))


def batches_in(photos: int, batch_size: int) -> int:
    """How many batches that many photos fill; the last one may be smaller."""
    return -(-photos // batch_size)


def take(arrays: Photos, chosen: Labels) -> Photos:
    """Copies of the chosen photos; what was mapped into memory to read them is let go.

    Args:
        arrays: `(N, S, S, 3)` uint8 RGB in [0, 255], usually mapped from a file.
        chosen: `(B,)` int64, positions in `arrays`.

    Returns:
        `(B, S, S, 3)` uint8 RGB in [0, 255].
    """
    photos = arrays[chosen]
    owner: Any = arrays
    while isinstance(owner, np.ndarray):
        owner = owner.base
    mapped = isinstance(owner, mmap.mmap) and not arrays.flags.writeable
    if mapped and hasattr(mmap, "MADV_DONTNEED"):
        # The pages stay in the system's cache, but no longer count as this process's
        # memory, which would otherwise grow to the size of the photo set.
        owner.madvise(mmap.MADV_DONTNEED)
    return photos


def _column(labels: Labels) -> NDArray[np.int32]:
    return labels.astype(np.int32)[:, np.newaxis]


def _dataset(
    generate: Callable[[], Iterator[_Batch]], arrays: Photos, batches: int
) -> tf.data.Dataset:
    signature = (
        tf.TensorSpec((None, *arrays.shape[1:]), tf.uint8),
        tf.TensorSpec((None, 1), tf.int32),
    )
    dataset = tf.data.Dataset.from_generator(generate, output_signature=signature)
    # Keras warns at the end of a dataset that did not say how long it is.
    return dataset.apply(tf.data.experimental.assert_cardinality(batches)).prefetch(_AHEAD)
