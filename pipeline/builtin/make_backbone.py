"""Makes the built-in backbone: MobileNetV2 that learned what a larger one sees in photos of pets.

    KERAS_BACKEND=torch python -m pipeline.builtin.make_backbone PHOTOS.zip --home FOLDER

Knowledge distillation (Hinton, Vinyals and Dean 2015, arXiv:1503.02531) in the manner of Beyer et
al. 2022, "Knowledge distillation: A good teacher is patient and consistent" (arXiv:2106.05237):
teacher and student see the very same view of a photo. After each epoch everything is kept; the
same command goes on from there. Runs on TensorFlow and on PyTorch; on two cores PyTorch trains
three times as fast, and an accelerator that either finds is used. At the end the example run is
trained, and the model card written (see `make_example`).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from pipeline.builtin.pictures import pictures
from pipeline.builtin.student import Student
from pipeline.builtin.teacher import AUGMENT, Lesson, Teacher, pet_photos
from pipeline.files.atomic import staged_file
from pipeline.files.npy import take
from pipeline.heads.batches import epoch_batches
from pipeline.network.names import HEAD
from pipeline.network.tensors import Tensors, write_tensors
from pipeline.parallel import processors
from pipeline.photos.arrays import Photos
from pipeline.photos.augment import augment_batch
from pipeline.progress import silent
from pipeline.settings.environment import BACKBONE
from pipeline.workspace.home import open_workspace

TEACHER_PX: Final = 192
BATCH_SIZE: Final = 64
RATE: Final = 2e-3  # after a warm-up; down to nothing along a cosine
PICTURES: Final = 2_400  # besides the photos, in each epoch
NO_CLASS: Final = -1.0
JUDGED_EVERY: Final = 5  # epochs
_STATE: Final = "student.npz"


@dataclass(frozen=True, slots=True)
class Stage:
    """Epochs at one image size."""

    image_size_px: int
    epochs: int


def plan(text: str) -> list[Stage]:
    """Read "64x20,96x30": 20 epochs at 64 px, then 30 at 96 px."""
    pairs = [part.split("x") for part in text.split(",")]
    return [Stage(int(size), int(epochs)) for size, epochs in pairs]


class Views(keras.utils.PyDataset):  # type: ignore[misc]
    """One epoch: a view of every training photo, some pictures, and what the teacher sees there."""

    def __init__(
        self,
        teacher: Teacher,
        photos: Photos,
        others: tuple[NDArray[np.uint8], NDArray[np.float32]],
        epoch: int,
        view: int,
    ) -> None:
        """Everything that an epoch shows.

        Args:
            teacher: Who says what is to be seen.
            photos: `(N, S, S, 3)`, all photos of its set, in the student's size.
            others: `(M, S, S, 3)` pictures in the student's size, and what the teacher sees.
            epoch: From 0; decides the order.
            view: Of the photos.
        """
        super().__init__(workers=2, max_queue_size=8)
        photo_set = teacher.photo_set
        self._photos, self._epoch, self._view = photos, epoch, view
        self._others, seen = others
        self._indices = photo_set.indices("training")
        lesson: Lesson = teacher.lesson(view)
        nothing = np.zeros((len(seen), 1), np.float32)
        labels = photo_set.labels()[self._indices, np.newaxis]
        self._features = (lesson.features, seen)
        self._logits = np.concatenate([lesson.logits, nothing])
        self._labels = np.concatenate([labels, nothing + NO_CLASS]).astype(np.float32)
        self._keys = photo_set.keys()[self._indices]
        every = np.concatenate([self._keys, np.arange(len(seen), dtype=np.uint64)])
        self._batches = epoch_batches(every, BATCH_SIZE, 0, epoch)

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, place: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        chosen = np.sort(self._batches[place])  # photos first, then pictures
        split = int(np.searchsorted(chosen, len(self._indices)))
        photos, others = chosen[:split], chosen[split:] - len(self._indices)
        plain, keys = take(self._photos, self._indices[photos]), self._keys[photos]
        varied = augment_batch(plain, AUGMENT, 0, keys, self._view)
        shown = np.concatenate([varied, self._others[others]])
        # The teacher has seen it the other way round; what it sees is nearly the same.
        mirrored = np.random.default_rng((self._epoch, place)).random(len(shown)) < 0.5
        shown[mirrored] = shown[mirrored, :, ::-1]
        features = np.concatenate([self._features[0][photos], self._features[1][others]])
        return shown, np.concatenate([features, self._logits[chosen], self._labels[chosen]], 1)


def loss_of(deviations: NDArray[np.float32]) -> Any:
    """Distance from the teacher's features, in deviations, plus cross-entropy of the answer.

    The answer to come near is halfway between the teacher's and the truth; of pictures without
    a class none is asked.
    """
    features = len(deviations)
    weights = ops.convert_to_tensor(1.0 / deviations)

    def loss(wanted: Any, given: Any) -> Any:
        apart = (given[:, :features] - wanted[:, :features]) * weights
        logit, label = given[:, features], wanted[:, features + 1]
        truth = 0.5 * ops.sigmoid(wanted[:, features]) + 0.5 * label
        crossed = (ops.softplus(logit) - truth * logit) * ops.cast(label != NO_CLASS, "float32")
        return ops.mean(ops.square(apart), axis=-1) + crossed

    return loss


class Making:
    """The student, its optimizer, and how far they are."""

    def __init__(self, teacher: Teacher, alpha: float, stages: Sequence[Stage], home: Path) -> None:
        self._teacher, self._stages, self._home = teacher, stages, home
        self.student = Student(alpha, num_logits=1, seed=0)
        steps = -(-(len(teacher.photo_set.indices("training")) + PICTURES) // BATCH_SIZE)
        total = steps * sum(stage.epochs for stage in stages)
        warmup = min(2 * steps, total // 4)
        rate = keras.optimizers.schedules.CosineDecay(
            0.0, total - warmup, warmup_target=RATE, warmup_steps=warmup
        )
        self.optimizer = keras.optimizers.AdamW(rate, weight_decay=0.02, clipnorm=5.0)
        self.optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
        self.optimizer.build(self.student.trainable_variables)
        self.student.compile(self.optimizer, loss_of(teacher.deviations), jit_compile=False)
        self.epoch = 0
        self.history: list[dict[str, float]] = []
        self._load()

    def run(self, num_views: int) -> None:
        """Train what is left; everything is kept after each epoch."""
        large = pictures(PICTURES, TEACHER_PX)
        seen = self._teacher.look(large)
        planned = 0
        for stage in self._stages:
            planned += stage.epochs
            photos = self._teacher.photo_set.arrays(stage.image_size_px, self._home / "cache")
            others = (_shrunk(large, stage.image_size_px), seen)
            while self.epoch < planned:
                row = self._epoch(photos, others, self.epoch % num_views)
                if self.epoch % JUDGED_EVERY == 0 or self.epoch == planned:
                    row["accuracy"] = self.accuracy(photos)
                self.history.append(row)
                print(json.dumps(row), flush=True)
                self._keep()

    def _epoch(
        self,
        photos: Photos,
        others: tuple[NDArray[np.uint8], NDArray[np.float32]],
        view: int,
    ) -> dict[str, float]:
        began = time.monotonic()
        views = Views(self._teacher, photos, others, self.epoch, view)
        fitted = self.student.fit(views, verbose=0, shuffle=False)
        self.epoch += 1
        return {
            "epoch": self.epoch,
            "image_size_px": photos.shape[1],
            "pictures": len(others[0]),
            "loss": float(fitted.history["loss"][0]),
            "seconds": time.monotonic() - began,
        }

    def accuracy(self, photos: Photos) -> float:
        """Share of the kept photos that the student's own head calls right."""
        photo_set = self._teacher.photo_set
        indices = photo_set.indices("validation")
        answers = [
            ops.convert_to_numpy(self.student(take(photos, indices[start : start + 64])))[:, -1]
            for start in range(0, len(indices), 64)
        ]
        called = np.concatenate(answers) > 0
        return float(np.mean(called == photo_set.labels()[indices]))

    def _variables(self) -> list[Any]:
        return [*self.student.variables, *self.optimizer.variables]

    def _keep(self) -> None:
        arrays = [variable.numpy() for variable in self._variables()]
        with staged_file(self._home / _STATE) as path, path.open("wb") as stream:
            np.savez(stream, *arrays, history=json.dumps(self.history))

    def _load(self) -> None:
        path = self._home / _STATE
        if path.exists():
            with np.load(path) as kept:
                self.history = json.loads(str(kept["history"]))
                for place, variable in enumerate(self._variables()):
                    variable.assign(kept[f"arr_{place}"])
            self.epoch = int(self.history[-1]["epoch"])


def _shrunk(pictures: NDArray[np.uint8], image_size_px: int) -> NDArray[np.uint8]:
    size = (image_size_px, image_size_px)
    return np.stack([cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in pictures])


def main() -> None:
    """Make it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("photos", type=Path, help="zip of class folders with numbered photos")
    parser.add_argument("--home", type=Path, required=True, help="where work in progress is kept")
    parser.add_argument("--alpha", type=float, default=0.5, help="width of the network")
    parser.add_argument("--plan", type=plan, default=plan("64x10,96x25,128x10"))
    parser.add_argument("--views", type=int, default=6, help="views that the teacher looks at")
    options = parser.parse_args()
    workspace = open_workspace(options.home.resolve())
    if keras.backend.backend() == "torch":
        import torch  # optional: see requirements.txt

        torch.set_num_threads(processors())

    photo_set = pet_photos(options.photos, workspace, silent)
    teacher = Teacher(photo_set, workspace.home, TEACHER_PX, silent)
    print(json.dumps({"teacher_accuracy": teacher.accuracy}), flush=True)
    making = Making(teacher, options.alpha, options.plan, workspace.home)
    making.run(options.views)
    install(making)
    command = [sys.executable, "-m", "pipeline.builtin.make_example", "--home", str(workspace.home)]
    subprocess.run(command, check=True)


def install(making: Making) -> None:
    """Put the student's backbone where the app looks for it, in half the room."""
    tensors: Tensors = {
        name: tensor.astype(np.float16)
        for name, tensor in making.student.tensors().items()
        if not name.startswith(HEAD)
    }
    write_tensors(BACKBONE, tensors, {"history": json.dumps(making.history)})


if __name__ == "__main__":
    main()
