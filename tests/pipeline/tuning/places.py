"""A workspace with drawn photos, where somebody trains with the network that comes along."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from pipeline.errors import Stopped
from pipeline.evaluation.learning_curve import Epoch, EpochScores
from pipeline.progress import silent
from pipeline.settings.train_config import AUGMENT_PRESETS, FINE_TUNING, TrainConfig
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from tests.workspaces import add_photo_set, class_folders

CONFIG: Final = TrainConfig(
    epochs=3,
    fine_tune_epochs=0,
    learning_rate=3e-3,
    batch_size=8,
    image_size_px=96,
    alpha=0.5,
    weights="built-in",
    views=2,
    augment=AUGMENT_PRESETS["mild"],
)
PLAIN: Final = replace(CONFIG, augment=AUGMENT_PRESETS["none"])


@dataclass
class Heard:
    """What a training tells of its first phase; there it ends."""

    first: dict[str, float] = field(default_factory=dict)
    epochs: list[Epoch] = field(default_factory=list)
    best_epoch: int = 0

    def parameters(self, total: int, trainable: dict[str, int]) -> None:
        pass

    def initial(self, loss: float, accuracy: float) -> None:
        self.first = {"loss": loss, "accuracy": accuracy}

    def batch(self, phase: str, epoch: int, batch: int, batches: int) -> None:
        if phase == FINE_TUNING:
            raise Stopped("Seen enough.")

    def epoch(self, phase: str, epoch: int, scores: EpochScores) -> None:
        self.epochs.append(scores.at(phase, epoch))

    def best(self, phase: str, epoch: int) -> None:
        self.best_epoch = epoch


@dataclass
class Place:
    """A workspace, its photo set, and how often somebody trained there."""

    workspace: Workspace
    row: PhotoSetRow
    folder: Path
    runs: int = 0

    def train(self, config: TrainConfig) -> tuple[Heard, Any]:
        """What a worker does, in this process: what was told, and what came of it."""
        from pipeline.learning.training import train

        self.runs += 1
        folder = self.folder / f"run {self.runs}"
        folder.mkdir()
        heard = Heard()
        photo_set = PhotoSets(self.workspace).open(self.row.id)
        cache = self.workspace.cache_folder
        return heard, train(config, photo_set, cache, folder, heard, silent)


def a_place(folder: Path, classes: int = 2, photos: int = 30) -> Place:
    """A new workspace with one set of drawn photos."""
    workspace = open_workspace(folder / "home")
    photo_folder = class_folders(folder / "photos", photos, ("blue", "red", "green")[:classes])
    return Place(workspace, add_photo_set(workspace, photo_folder), folder)
