"""ImageNet's original network, for the Explore page: what it calls a photo, what it sees."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.imagenet_files import (
    IMAGENET_FILE,
    backbone_file,
    read_classes,
    read_network,
)
from pipeline.errors import RunError
from pipeline.network.litert_runner import FEATURE_MAP, PROBABILITIES, LitertNetwork


class ImageNetNamer:
    """Names what is in a photo, out of the 1,000 classes of ImageNet. Thread-safe.

    Attributes:
        classes: The 1,000 names, such as "golden retriever".
        image_size_px: Side of the square photos that it takes, 224.
    """

    def __init__(self, folder: Path) -> None:
        """Open the network in the explorer's folder.

        Raises:
            RunError: If it was not prepared yet, or is damaged.
        """
        self.classes = read_classes(folder)
        self._network = _open(folder, IMAGENET_FILE, PROBABILITIES)
        self.image_size_px = self._network.image_size_px
        if self._network.outputs[PROBABILITIES] != (len(self.classes),):
            raise RunError(
                f"{IMAGENET_FILE} knows other classes. Prepare it again on the Explore page."
            )

    def top(self, photo: NDArray[np.uint8], k: int = 3) -> list[tuple[str, float]]:
        """The likeliest names for a photo.

        Args:
            photo: `(224, 224, 3)` uint8 RGB in `[0, 255]`.
            k: How many.

        Returns:
            Up to `k` names with their probabilities in `[0, 1]`, likeliest first.
        """
        (shares,) = self._network.run(photo[np.newaxis], [PROBABILITIES])
        likeliest = np.argsort(-shares[0], kind="stable")[:k]
        return [(self.classes[index], float(shares[0, index])) for index in likeliest]


class BackboneEye:
    """Shows what the backbone makes of photos. Thread-safe."""

    def __init__(self, folder: Path, alpha: float, size: int) -> None:
        """Open the backbone in the explorer's folder.

        Args:
            folder: The explorer's folder.
            alpha: Width of the backbone.
            size: Side of the square photos that it takes, in pixels.

        Raises:
            RunError: If this one was not prepared, or is damaged.
        """
        self._network = _open(folder, backbone_file(alpha, size), FEATURE_MAP)
        self.image_size_px = self._network.image_size_px

    def batch_shapes(self, photos: NDArray[np.uint8]) -> Sequence[tuple[str, tuple[int, ...]]]:
        """Shapes on the way from photos to one number each, measured on the photos themselves.

        Args:
            photos: `(N, S, S, 3)` uint8 RGB in `[0, 255]`.

        Returns:
            Steps in order, each with what it is and the shape of the array.
        """
        (maps,) = self._network.run(photos, [FEATURE_MAP])  # (N, h, w, F)
        pooled = maps.mean(axis=(1, 2))  # (N, F)
        head = np.random.default_rng(0).normal(size=(pooled.shape[1], 1))  # has learned nothing
        logits = pooled @ head  # (N, 1)
        return [
            ("a batch of photos", photos.shape),
            ("what the backbone makes of it", maps.shape),
            ("averaged over the picture", pooled.shape),
            ("one number per photo", logits.shape),
        ]

    def strongest_maps(
        self, photo: NDArray[np.uint8], k: int = 8
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The features that fire most in a photo, and where.

        Args:
            photo: `(S, S, 3)` uint8 RGB in `[0, 255]`.
            k: How many features.

        Returns:
            `(k,)` int64 which features, strongest on average first; and `(k, h, w)` float32 in
            `[0, 1]`, each divided by its own maximum, and all 0 where a feature never fires.
        """
        (maps,) = self._network.run(photo[np.newaxis], [FEATURE_MAP])  # (1, h, w, F)
        strongest = np.argsort(-maps[0].mean(axis=(0, 1)), kind="stable")[:k]
        chosen = maps[0].transpose(2, 0, 1)[strongest]  # (k, h, w)
        peaks = chosen.max(axis=(1, 2), keepdims=True)
        shown: NDArray[np.float32] = chosen / np.where(peaks > 0, peaks, 1)
        return strongest, shown


def _open(folder: Path, name: str, output: str) -> LitertNetwork:
    try:
        network = LitertNetwork(read_network(folder, name))
    except ValueError as error:
        raise RunError(f"{name} cannot be opened. Prepare it again on the Explore page.") from error
    if output not in network.outputs:
        raise RunError(f"{name} is another network. Prepare it again on the Explore page.")
    return network
