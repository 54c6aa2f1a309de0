"""What the student learns from: photos, and what a larger network sees in each view of them."""

from __future__ import annotations

import contextlib
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import PhotoSetError
from pipeline.features.features import Frozen
from pipeline.files.cache import Cache
from pipeline.heads.solved import solve
from pipeline.learning.initial_weights import starting_tensors
from pipeline.network.convolutions import frozen_convolutions
from pipeline.network.litert_file import litert_file
from pipeline.network.litert_runner import POOLED, LitertNetwork
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import import_photos
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.sources import open_source
from pipeline.progress import Report
from pipeline.settings.hyperparameters import NUM_LAYERS, SOLVED
from pipeline.settings.train_config import AugmentConfig, TrainConfig
from pipeline.stopwatch import Stopwatch
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets

# Kept for judging: 1,000 of each class, never trained on.
_SOURCE: Final = "make_backbone"
KEPT: Final = range(9_000, 10_000)
AUGMENT: Final = AugmentConfig(
    horizontal_flip=True, rotation=0.05, zoom=0.3, shift=0.1, brightness=0.15, contrast=0.3
)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the teacher says about one view of every training photo.

    Attributes:
        features: `(N, F)` float32, its pooled features.
        logits: `(N, L)` float32, its head's answers.
    """

    features: NDArray[np.float32]
    logits: NDArray[np.float32]


class Teacher:
    """The published ImageNet network, with a head solved on all training photos.

    Attributes:
        photo_set: The photos; `AUGMENT` and the seed 0 say what each view shows.
        deviations: `(F,)` float32, how much each feature differs between training photos.
    """

    def __init__(self, photo_set: PhotoSet, home: Path, image_size_px: int, report: Report) -> None:
        """Look at the photos as they are, and solve the head.

        Args:
            photo_set: The photos.
            home: Where the results are kept, so that the next start finds them.
            image_size_px: How large the teacher sees the photos.
            report: Told how far it is.
        """
        self.photo_set = photo_set
        config = TrainConfig(
            image_size_px=image_size_px,
            head=SOLVED,
            fine_tune_at=NUM_LAYERS,
            fine_tune_epochs=0,
            augment=AUGMENT,
        )
        start = starting_tensors(config, home, np.empty(0, np.uint8), report)
        self._tensors = start.tensors
        self._frozen = Frozen(
            config,
            photo_set,
            Cache(home / "cache", limit_bytes=2**36),
            start.tensors,
            start.sha256,
            frozen_convolutions(config.alpha, image_size_px, config.fine_tune_at),
            Stopwatch(),
            report,
        )
        labels = photo_set.labels()
        plain = self._frozen.pooled("training", None)
        kept = self._frozen.pooled("validation", None)
        solved = solve(
            plain,
            labels[photo_set.indices("training")],
            kept,
            labels[photo_set.indices("validation")],
            len(photo_set.classes),
            report,
        )
        self._head = solved.head
        self.deviations: NDArray[np.float32] = np.maximum(plain.std(axis=0), 0.02)
        self.accuracy = solved.path[-1].val_accuracy

    def look(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """What it sees in pictures, `(N, F)` float32.

        Args:
            pictures: `(N, S, S, 3)` uint8 RGB, as large as it sees photos.
        """
        content = litert_file(self._tensors, 1.0, pictures.shape[1])
        (seen,) = LitertNetwork(content).run(pictures, [POOLED])
        return seen

    def lesson(self, view: int) -> Lesson:
        """What it says about a view, from 0; computed once, then kept."""
        features = self._frozen.pooled("training", view)
        return Lesson(features, self._head.logits(features))


def registered(workspace: Workspace) -> PhotoSetRow:
    """The photo set that `pet_photos` made in a workspace.

    Raises:
        PhotoSetError: If there is none.
    """
    rows = [row for row in PhotoSets(workspace).list() if row.source == _SOURCE]
    if not rows:
        raise PhotoSetError("The photos are not there yet. Run make_backbone first.")
    return rows[0]


def pet_photos(archive: Path, workspace: Workspace, report: Report) -> PhotoSet:
    """The photos of a zip of class folders with numbered files, split by their numbers.

    Args:
        archive: Such as Microsoft's cats and dogs, `PetImages/Cat/0.jpg`.
        workspace: Where the photo set is kept, so that the next start finds it.
        report: Told how far it is.
    """
    with contextlib.suppress(PhotoSetError):
        return PhotoSets(workspace).open(registered(workspace).id)
    home = workspace.home
    with tempfile.TemporaryDirectory(dir=home) as unpacked, zipfile.ZipFile(archive) as photos:
        for entry in photos.infolist():
            *_, class_name, name = ("", *entry.filename.split("/"))
            number, _, suffix = name.partition(".")
            if suffix == "jpg" and number.isdecimal():
                split = "validation" if int(number) in KEPT else "train"
                path = Path(unpacked, split, class_name, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(photos.read(entry))
        with Decoder() as decoder, open_source(unpacked, home, report) as opened:
            folder = workspace.photo_sets_folder
            imported = import_photos(opened.photos, folder, decoder, report, total=opened.total)
    PhotoSets(workspace).add(imported, "Cats and dogs", _SOURCE)
    return imported.photo_set
