"""Asks a run's network about photos."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.answer import Answer
from pipeline.classify.bundle import MODEL_FILE, Bundle
from pipeline.classify.heatmap import class_activation
from pipeline.errors import RunError
from pipeline.evaluation.metrics import probabilities as to_probabilities
from pipeline.evaluation.predictions import Predictions
from pipeline.files.npy import take
from pipeline.files.seal import MEMBERS
from pipeline.network.head import num_outputs
from pipeline.network.litert_runner import FEATURE_MAP, LOGITS, POOLED, LitertNetwork
from pipeline.network.names import HEAD_KERNEL
from pipeline.photos.decoding.decode import square
from pipeline.progress import Report, Stage, Step, silent

if TYPE_CHECKING:
    from pipeline.photos.arrays import Photos

_CHUNK: Final = 64  # photos in memory at a time


class Classifier:
    """A run's network, ready to answer. Thread-safe; one photo takes milliseconds.

    Attributes:
        classes: Class names, in the order of the answers.
        image_size_px: Side of the square photos that it takes; see `photos.decode.square`.
        sha256: Of its network: equal ones see the same in a photo.
    """

    def __init__(self, bundle: Bundle, model: bytes | None = None) -> None:
        """Open the bundle's network.

        Args:
            bundle: What it is asked by.
            model: The network written in another way, to be asked instead.

        Raises:
            RunError: If the network is damaged, or is not the one that the manifest tells of.
        """
        try:
            self._network = LitertNetwork(model or bundle.model())
        except ValueError as error:
            raise RunError("The model of this run cannot be opened. Train it again.") from error
        self._familiar = bundle.familiar()
        self._temperature = bundle.temperature
        self.classes = bundle.classes
        self.image_size_px = bundle.image_size_px
        self.sha256: str = bundle.manifest[MEMBERS][MODEL_FILE]["sha256"]
        outputs = self._network.outputs
        if (
            self._network.image_size_px != self.image_size_px
            or outputs.get(LOGITS) != (num_outputs(len(self.classes)),)
            or not {FEATURE_MAP, POOLED} <= set(outputs)
        ):
            raise RunError(
                "The model of this run does not fit its classes or image size. Train it again."
            )

    @property
    def says_neither(self) -> bool:
        """Whether it knows what it was taught well enough to say that something else is shown."""
        return self._familiar is not None

    @property
    def tells_where(self) -> bool:
        """Whether it can tell where in a photo it looked; runs from before cannot."""
        try:
            self._network.constant(HEAD_KERNEL)
        except ValueError:
            return False
        return True

    @property
    def num_features(self) -> int:
        """How many numbers it notes about a photo."""
        return self._network.outputs[POOLED][0]

    def logits(self, photos: NDArray[np.uint8]) -> NDArray[np.float32]:
        """What the network says before its certainty is set right, `(N, L)` float32.

        Args:
            photos: `(N, S, S, 3)` uint8 RGB in `[0, 255]`, S = `image_size_px`.
        """
        (found,) = self._network.run(photos, [LOGITS])
        return found

    def probabilities(self, photos: NDArray[np.uint8]) -> NDArray[np.float32]:
        """How likely each photo shows each class.

        Args:
            photos: `(N, S, S, 3)` uint8 RGB in `[0, 255]`, S = `image_size_px`.

        Returns:
            `(N, C)` float32 in `[0, 1]`, columns in class order, rows sum to 1.
        """
        return to_probabilities(self.logits(photos) / self._temperature)

    def predictions(
        self,
        arrays: Photos,
        indices: NDArray[np.int64],
        truth: NDArray[np.int64],
        report: Report = silent,
    ) -> Predictions:
        """What it says of many photos whose class is known; few are in memory at a time.

        Args:
            arrays: `(M, S, S, 3)` uint8 RGB in `[0, 255]`, S = `image_size_px`, usually mapped
                from a file.
            indices: `(N,)` int64, the photos that are asked about: their positions in `arrays`.
            truth: `(N,)` int64, their classes.
            report: Told how many are done.

        Raises:
            Stopped: From `report`.
        """
        shares = np.empty((len(indices), len(self.classes)), np.float32)
        strangeness = np.full(len(indices), np.nan)
        for part in _parts(len(indices)):
            report(Stage(Step.ASKING), part.start, len(indices), "photos")
            shares[part], strange = self._asked(take(arrays, indices[part]))
            if strange is not None:
                strangeness[part] = strange
        return Predictions(indices, truth, shares, strangeness)

    def answers_of(self, arrays: Photos, indices: NDArray[np.int64]) -> list[Answer]:
        """One answer per photo, in the order of `indices`; see `predictions`."""
        return [
            answer
            for part in _parts(len(indices))
            for answer in self.answers(take(arrays, indices[part]))
        ]

    def answers(self, photos: NDArray[np.uint8]) -> list[Answer]:
        """One answer per photo.

        Args:
            photos: `(N, S, S, 3)` uint8 RGB in `[0, 255]`, S = `image_size_px`.
        """
        shares, strange = self._asked(photos)
        known = [None] * len(shares) if strange is None else strange.tolist()
        return [self._answer(row, one) for row, one in zip(shares, known, strict=True)]

    def _asked(
        self, photos: NDArray[np.uint8]
    ) -> tuple[NDArray[np.float32], NDArray[np.float64] | None]:
        """`(N, C)` probabilities, and `(N,)` how strange the photos are, if it knows."""
        logits, pooled = self._network.run(photos, [LOGITS, POOLED])
        strange = None if self._familiar is None else self._familiar.strangeness(pooled)
        return to_probabilities(logits / self._temperature), strange

    def classify(self, jpeg: bytes) -> Answer:
        """The answer about one canonical photo (see `photos.decode.canonical`)."""
        return self.answers(square(jpeg, self.image_size_px)[np.newaxis])[0]

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

    def pooled(self, photos: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The second half of `features` alone: `(N, F)` float32."""
        (found,) = self._network.run(photos, [POOLED])
        return found

    def heat(self, photo: NDArray[np.uint8], class_index: int) -> NDArray[np.float32]:
        """Where in a photo it sees a class: exact, see `pipeline.classify.heatmap`.

        Args:
            photo: `(S, S, 3)` uint8 RGB in `[0, 255]`, S = `image_size_px`.
            class_index: Which class.

        Returns:
            `(h, w)` float32: what each part of the photo adds to that class's lead over the others.

        Raises:
            RunError: If the run was made before its head could be looked at.
        """
        feature_map, _ = self.features(photo[np.newaxis])
        try:
            kernel = self._network.constant(HEAD_KERNEL).T
        except ValueError as error:
            raise RunError(
                "This run was made by an earlier version of PawTune, and does not tell where it "
                "looked. Train it again."
            ) from error
        return class_activation(feature_map[0], kernel, class_index)

    def _answer(self, row: NDArray[np.float32], strangeness: float | None) -> Answer:
        best = int(row.argmax())
        shares = {name: float(share) for name, share in zip(self.classes, row, strict=True)}
        return Answer(self.classes[best], float(row[best]), shares, strangeness)


def _parts(number: int) -> Iterator[slice]:
    return (slice(start, start + _CHUNK) for start in range(0, number, _CHUNK))
