"""What the points of a run's curves are called: epochs, or steps of the solver.

A head from the closed-form solver takes no epochs: the points of its phase are the solver's
steps. The database numbers a run's points from 1 on over both phases, as it does epochs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.evaluation.learning_curve import Epoch
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING, TrainConfig
from pipeline.wording.numbers import plural
from pipeline.wording.text import joined

ROUND: Final = "round"  # an epoch, for who trains for the first time
PLAIN_KINDS: Final = "solid: photos it does not learn from, dashed: those it learns from"


def is_solved(config: TrainConfig) -> bool:
    """Whether the points of the first phase are steps of the solver."""
    return config.head == SOLVED


def steps(config: TrainConfig, epochs: Sequence[Epoch]) -> int:
    """How many of these points are steps of the solver."""
    if not is_solved(config):
        return 0
    return sum(epoch.phase == FEATURE_EXTRACTION for epoch in epochs)


def fine_tuning_after(epochs: Sequence[Epoch]) -> int | None:
    """Number of the last point before fine-tuning; None where that has not begun."""
    first = next((epoch.epoch for epoch in epochs if epoch.phase == FINE_TUNING), None)
    return None if first is None else first - 1


def planned(config: TrainConfig, epochs: Sequence[Epoch]) -> int:
    """How many points the curves will have in the end, as far as that is known; at least 1.

    Nobody knows beforehand how many steps the solver will take, but it takes a second.
    """
    first = steps(config, epochs) if is_solved(config) else config.epochs
    return max(1, first + config.fine_tune_epochs)


def name(config: TrainConfig, epochs: Sequence[Epoch], number: int) -> str:
    """A point by its number: `epoch 12`, or `solver step 5` and `fine-tuning epoch 3`."""
    if not is_solved(config):
        return f"epoch {number}"
    return name_counted_anew(number, steps(config, epochs), after_solver=True)


def plain_name(number: int) -> str:
    """A point for who trains for the first time: `round 12`."""
    return f"{ROUND} {number}"


def name_in_phase(config: TrainConfig, epochs: Sequence[Epoch], number: int) -> str:
    """The same where its phase is named already: `epoch 12`, `solver step 5`, `epoch 3`."""
    switch = steps(config, epochs)
    if is_solved(config) and number > switch:
        return f"epoch {number - switch}"
    return name(config, epochs, number)


def name_counted_anew(number: int, switch: int, after_solver: bool) -> str:
    """A point's name where the epochs of fine-tuning are counted from 1 again.

    Args:
        number: Of the point, counted over both phases.
        switch: Number of the last point before fine-tuning.
        after_solver: Whether those up to there are steps of the solver.
    """
    if number > switch:
        return f"fine-tuning epoch {number - switch}"
    return f"solver step {number}" if after_solver else f"epoch {number}"


def rounds(config: TrainConfig) -> str:
    """What was asked for, in a table's cell: `10 + 10`, `solved + 20`, `solved`."""
    if not is_solved(config):
        return f"{config.epochs} + {config.fine_tune_epochs}"
    return f"solved + {config.fine_tune_epochs}" if config.fine_tune_epochs else "solved"


def counted(config: TrainConfig, epochs: Sequence[Epoch]) -> str:
    """What there is: `20 epochs`, `12 solver steps`, `12 solver steps and 5 epochs`."""
    first = steps(config, epochs)
    parts = [plural(first, "solver step")] if first else []
    if len(epochs) > first or not parts:
        parts.append(plural(len(epochs) - first, "epoch"))
    return joined(parts)


def explained(config: TrainConfig, epochs: Sequence[Epoch], at_work: bool) -> str:
    """A sentence or two below the curves of a run whose head was solved.

    Args:
        config: The run's settings.
        epochs: Its finished points.
        at_work: Whether more may come.
    """
    said = (
        "The head was solved in closed form: the points are the solver's steps, not epochs, each "
        "over "
        "all training photos as they are."
    )
    if len(epochs) > steps(config, epochs):
        said += " Behind them begins fine-tuning, whose epochs are counted anew."
    elif at_work and config.fine_tune_epochs:
        said += " Fine-tuning follows, and its epochs are counted anew."
    return said
