"""What a run keeps on disk while it learns: the last epoch, the best one, and the switch.

Only what may change is in them: the head, and in fine-tuning the released kernels. Each file is
replaced whole, so a killed run leaves the epoch before. The header of each says which epoch it
holds, and so agrees with its numbers at every moment.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import RunError
from pipeline.evaluation import epoch_answers
from pipeline.evaluation.learning_curve import EpochScores
from pipeline.network.names import LAST_FILE, OPTIMIZER
from pipeline.network.tensors import Tensors, read_tensors, write_tensors

BEST: Final = "best.safetensors"
BEFORE: Final = "before.safetensors"  # the last epoch before fine-tuning
_LOGITS: Final = "validation/logits"
_HEADER: Final = "phase"
_TEMPERATURE: Final = "temperature"
_CHECKSUM: Final = "sha256"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a run stands after an epoch.

    Attributes:
        phase: The phase of that epoch.
        epoch: Its number, from 1, counted over both phases.
        scores: Scores of the phase's epochs up to it, in order.
    """

    phase: str
    epoch: int
    scores: tuple[EpochScores, ...]

    @property
    def refined_loss(self) -> float:
        """What decides which epoch is the best, see `calibration.refined_loss`."""
        return self.scores[-1].refined_loss

    @property
    def first_epoch(self) -> int:
        """Number of the phase's first epoch."""
        return self.epoch - len(self.scores) + 1


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a file holds.

    Attributes:
        standing: Where the run stood.
        tensors: Head and released kernels, by "layer/weight".
        logits: `(M, L)` float32, what the network said about the validation photos.
        optimizer: The optimizer's numbers, to go on from; empty in the best epoch's file.
        temperature: See `training.Trained`, where more photos than those of validation tell it.
    """

    standing: Standing
    tensors: Tensors
    logits: NDArray[np.float32]
    optimizer: Tensors
    temperature: float | None = None


class Checkpoints:
    """The checkpoints of one run.

    Attributes:
        best: Where the run stood with the lowest refined loss, None before any epoch.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.best: Standing | None = None

    def keep(self, checkpoint: Checkpoint) -> bool:
        """Write the last epoch, and the best one if it is; whether it is the best so far.

        Besides, what the validation photos are called now is kept, see `epoch_answers`.
        """
        self.keep_answers(checkpoint.standing.epoch, checkpoint.logits)
        self._write(LAST_FILE, checkpoint, checkpoint.optimizer)
        return self._keep_if_best(checkpoint)

    def keep_answers(self, epoch: int, logits: NDArray[np.float32]) -> None:
        """Write what the validation photos are called after an epoch, or a step of the solver."""
        epoch_answers.keep(self._folder, epoch, logits)

    def load_best(self) -> Checkpoint:
        """The best epoch.

        Raises:
            RunError: If the file is missing or damaged.
        """
        return self._read(BEST)

    def load_last(self) -> Checkpoint:
        """The last epoch; recalls which one was the best.

        Raises:
            RunError: If a file is missing or damaged.
        """
        last = self._read(LAST_FILE)
        # A run that was killed between its very first two files has no best epoch yet.
        if (self._folder / BEST).exists() or last.standing.epoch > 1:
            self.best = self._read(BEST).standing
        # One that was killed between the two files has a best epoch still to be kept.
        self._keep_if_best(last)
        return last

    def keep_before(self) -> None:
        """Keep the last epoch apart: fine-tuning starts from it, and will write over it.

        Raises:
            RunError: If the file is missing or damaged.
        """
        self._write(BEFORE, self._read(LAST_FILE), {})

    def load_before(self) -> Checkpoint | None:
        """Where fine-tuning started; None in a run that began before this was kept.

        Raises:
            RunError: If the file is damaged.
        """
        return self._read(BEFORE) if (self._folder / BEFORE).exists() else None

    def _keep_if_best(self, checkpoint: Checkpoint) -> bool:
        if self.best is not None and checkpoint.standing.refined_loss >= self.best.refined_loss:
            return False
        self._write(BEST, checkpoint, {})
        self.best = checkpoint.standing
        return True

    def _write(self, name: str, checkpoint: Checkpoint, optimizer: Tensors) -> None:
        standing = checkpoint.standing
        rows = [astuple(scores) for scores in standing.scores]
        header = json.dumps([standing.phase, standing.epoch, rows])
        tensors = {**checkpoint.tensors, **optimizer, _LOGITS: checkpoint.logits}
        facts = {_HEADER: header}
        if checkpoint.temperature is not None:
            facts[_TEMPERATURE] = str(checkpoint.temperature)
        facts[_CHECKSUM] = _checksum(tensors, facts)
        write_tensors(self._folder / name, tensors, facts)

    def _read(self, name: str) -> Checkpoint:
        tensors, facts = read_tensors(self._folder / name)
        kept = facts.pop(_CHECKSUM, None)  # earlier versions wrote none
        if kept is not None and kept != _checksum(tensors, facts):
            raise RunError(f"{name} is damaged. Train the run again.")
        try:
            phase, epoch, rows = json.loads(facts[_HEADER])
            scores = tuple(_scores([float(value) for value in row]) for row in rows)
            standing = Standing(str(phase), int(epoch), scores)
            logits = np.asarray(tensors.pop(_LOGITS), np.float32)
            heat = float(facts[_TEMPERATURE]) if _TEMPERATURE in facts else None
        except (KeyError, ValueError, TypeError, RecursionError) as error:
            raise RunError(f"{name} is damaged. Train the run again.") from error
        optimizer = {key: tensors.pop(key) for key in list(tensors) if key.startswith(OPTIMIZER)}
        return Checkpoint(standing, tensors, logits, optimizer, heat)


def _checksum(tensors: Tensors, facts: Mapping[str, str]) -> str:
    """Of every number and fact in a file: a disk that changes a bit shall not change a training."""
    digest = hashlib.sha256(json.dumps(sorted(facts.items())).encode())
    for name, values in sorted(tensors.items()):
        digest.update(f"{name} {values.dtype} {values.shape}".encode())
        digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest()


def _scores(row: list[float]) -> EpochScores:
    """One epoch's row; those from before there was a refined loss have the plain one for it."""
    loss, accuracy, val_loss, val_accuracy, seconds, *refined = row
    return EpochScores(loss, accuracy, val_loss, val_accuracy, seconds, *refined or [val_loss])
