"""What a run keeps on disk while it learns: the last epoch and the best one.

Each file is replaced whole, so a killed run leaves the epoch before. The header of each says
which epoch it holds, and so agrees with its numbers at every moment.
"""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

import numpy as np

from pipeline.errors import RunError
from pipeline.learning.network import (
    Network,
    Tensors,
    assign_weights,
    read_tensors,
    weight_tensors,
    write_tensors,
)

LAST: Final = "last.safetensors"
BEST: Final = "best.safetensors"
_OPTIMIZER: Final = "optimizer/"
_HEADER: Final = "phase"


@dataclass(frozen=True, slots=True)
class EpochScores:
    """What one epoch brought.

    Attributes:
        loss: Mean loss over the training batches as they came, augmented and with dropout.
        accuracy: Share of training photos called right on the way, 0 to 1.
        val_loss: Loss on the validation photos after the epoch.
        val_accuracy: Share of validation photos called right after the epoch, 0 to 1.
        seconds: How long the epoch took, validation included.
    """

    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    seconds: float


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
    def val_loss(self) -> float:
        """Loss on the validation photos after the epoch."""
        return self.scores[-1].val_loss


class Checkpoints:
    """The checkpoints of one run.

    Attributes:
        best: Where the run stood with the lowest validation loss, None before any epoch.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.best: Standing | None = None

    def keep(self, network: Network, standing: Standing) -> bool:
        """Write the last epoch, and the best one if it is; whether it is the best so far."""
        tensors = weight_tensors(network)
        self._write(LAST, tensors | _optimizer_tensors(network), standing)
        return self._keep_if_best(tensors, standing)

    def load_best(self, network: Network) -> None:
        """Put the best epoch's numbers into `network`; without one it stays as it is.

        Raises:
            RunError: If the file is damaged.
        """
        if self.best is not None:
            path = self._folder / BEST
            assign_weights(network, read_tensors(path)[0], path)

    def load_last(self, network: Network) -> Standing:
        """Put the last epoch's numbers into `network`, and recall which epoch was the best.

        Returns:
            Where the run stood then.

        Raises:
            RunError: If a file is missing or damaged.
        """
        tensors, standing = self._read(LAST)
        assign_weights(network, tensors, self._folder / LAST)
        self.best = self._read(BEST)[1]
        # A run that was killed between the two files has a best epoch still to be kept.
        self._keep_if_best(weight_tensors(network), standing)
        return standing

    def load_optimizer(self, network: Network) -> None:
        """Let the optimizer go on where the last epoch left it.

        Raises:
            RunError: If the file is missing or damaged.
        """
        tensors, _ = self._read(LAST)
        optimizer = network.model.optimizer
        optimizer.build(network.model.trainable_variables)
        for index, variable in enumerate(optimizer.variables):
            kept = tensors.get(f"{_OPTIMIZER}{index}")
            if kept is None or kept.shape != tuple(variable.shape):
                raise _damaged(LAST)
            variable.assign(kept)

    def _keep_if_best(self, tensors: Tensors, standing: Standing) -> bool:
        if self.best is not None and standing.val_loss >= self.best.val_loss:
            return False
        self._write(BEST, tensors, standing)
        self.best = standing
        return True

    def _write(self, name: str, tensors: Tensors, standing: Standing) -> None:
        rows = [astuple(scores) for scores in standing.scores]
        header = json.dumps([standing.phase, standing.epoch, rows])
        write_tensors(self._folder / name, tensors, {_HEADER: header})

    def _read(self, name: str) -> tuple[Tensors, Standing]:
        tensors, facts = read_tensors(self._folder / name)
        try:
            phase, epoch, rows = json.loads(facts[_HEADER])
            scores = tuple(EpochScores(*map(float, row)) for row in rows)
            return tensors, Standing(str(phase), int(epoch), scores)
        except (KeyError, ValueError, TypeError, RecursionError) as error:
            raise _damaged(name) from error


def _damaged(name: str) -> RunError:
    return RunError(f"{name} is damaged. Train the run again.")


def _optimizer_tensors(network: Network) -> Tensors:
    variables = network.model.optimizer.variables
    return {f"{_OPTIMIZER}{index}": np.asarray(value) for index, value in enumerate(variables)}
