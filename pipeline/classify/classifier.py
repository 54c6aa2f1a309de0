"""Asks a run's network about photos."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.bundle import Bundle
from pipeline.errors import RunError
from pipeline.litert import FEATURE_MAP, LOGITS, POOLED, LitertNetwork
from pipeline.photos.decode import square
from pipeline.scores import probabilities as to_probabilities


@dataclass(frozen=True, slots=True)
class Answer:
    """What the network says about one photo.

    Attributes:
        class_name: The likeliest class.
        probability: How likely, 0 to 1.
        probabilities: Of every class, in the order of the run's classes; they sum to 1.
    """

    class_name: str
    probability: float
    probabilities: dict[str, float]


class Classifier:
    """A run's network, ready to answer. Thread-safe; one photo takes milliseconds.

    Attributes:
        classes: Class names, in the order of the answers.
        image_size_px: Side of the square photos that it takes; see `photos.decode.square`.
    """

    def __init__(self, bundle: Bundle) -> None:
        """Open the bundle's network.

        Raises:
            RunError: If the network is damaged, or is not the one that the manifest tells of.
        """
        try:
            self._network = LitertNetwork(bundle.model())
        except ValueError as error:
            raise RunError("The model of this run cannot be opened. Train it again.") from error
        self.classes = bundle.classes
        self.image_size_px = bundle.image_size_px
        logits = 1 if len(self.classes) == 2 else len(self.classes)
        outputs = self._network.outputs
        if (
            self._network.image_size_px != self.image_size_px
            or outputs.get(LOGITS) != (logits,)
            or not {FEATURE_MAP, POOLED} <= set(outputs)
        ):
            raise RunError(
                "The model of this run does not fit its classes or image size. Train it again."
            )

    def probabilities(self, photos: NDArray[np.uint8]) -> NDArray[np.float32]:
        """How likely each photo shows each class.

        Args:
            photos: `(N, S, S, 3)` uint8 RGB in `[0, 255]`, S = `image_size_px`.

        Returns:
            `(N, C)` float32 in `[0, 1]`, columns in class order, rows sum to 1.
        """
        (logits,) = self._network.run(photos, [LOGITS])
        return to_probabilities(logits)

    def answers(self, photos: NDArray[np.uint8]) -> list[Answer]:
        """One answer per photo.

        Args:
            photos: `(N, S, S, 3)` uint8 RGB in `[0, 255]`, S = `image_size_px`.
        """
        return [self._answer(row) for row in self.probabilities(photos)]

    def classify(self, jpeg: bytes) -> Answer:
        """The answer about one canonical photo (see `photos.decode.canonical`)."""
        photo = square(jpeg, self.image_size_px)
        return self.answers(photo[np.newaxis])[0]

    def features(
        self, photos: NDArray[np.uint8]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """What the head sees of each photo.

        Args:
            photos: `(N, S, S, 3)` uint8 RGB in `[0, 255]`, S = `image_size_px`.

        Returns:
            The backbone's last map, `(N, h, w, F)` float32, and its average over each
            picture, `(N, F)` float32.
        """
        feature_map, pooled = self._network.run(photos, [FEATURE_MAP, POOLED])
        return feature_map, pooled

    def _answer(self, row: NDArray[np.float32]) -> Answer:
        best = int(row.argmax())
        shares = {name: float(share) for name, share in zip(self.classes, row, strict=True)}
        return Answer(self.classes[best], float(row[best]), shares)
