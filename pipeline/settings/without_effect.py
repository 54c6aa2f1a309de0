"""Which settings of a training count beside the others, decided here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pipeline.settings.hyperparameters import BUILT_IN, BUILT_IN_ALPHA, NUM_LAYERS, SOLVED

# What only learning in epochs asks for, besides `epochs` and the settings of fine-tuning.
_OF_EPOCHS: Final = ("learning_rate", "batch_size", "dropout", "views", "early_stopping", "augment")
_OF_FINE_TUNING: Final = ("fine_tune_at", "fine_tune_learning_rate", "weight_averaging")

# On what `without_effect` hangs: on no more of each than whether it is at one of its ends.
DECISIVE: Final = ("head", "fine_tune_epochs", "fine_tune_at", "fine_tune_learning_rate", "augment")


def without_effect(chosen: Mapping[str, Any]) -> dict[str, str]:
    """Settings of a training that change nothing beside the others: name -> why, one sentence.

    Whoever wants to know whether a setting counts asks here: controls, reports, comparisons,
    advice. Any other value of all of them gives the same training, to the last number.

    Args:
        chosen: Every setting, as `TrainConfig.to_json` gives them.
    """
    idle: dict[str, str] = {}
    solved, tunes = chosen["head"] == SOLVED, chosen["fine_tune_epochs"] > 0
    if not any(chosen["augment"].values()):
        idle["views"] = "Photos are shown as they are, so all their views are the same."
    if not tunes:
        idle |= dict.fromkeys(_OF_FINE_TUNING, "Without fine-tuning, this changes nothing.")
    elif chosen["fine_tune_at"] >= NUM_LAYERS:
        idle["weight_averaging"] = "With no layer released, there are no weights to average."
    if solved:
        idle["epochs"] = "A closed-form solver takes no epochs."
    if solved and not tunes:
        why = "With the closed-form solver and without fine-tuning, this changes nothing."
        idle |= dict.fromkeys((*_OF_EPOCHS, *_OF_FINE_TUNING), why)
    elif solved and chosen["fine_tune_learning_rate"]:
        idle["learning_rate"] = (
            "The closed-form solver has no learning rate, and fine-tuning has its own."
        )
    return idle


def decided(chosen: Mapping[str, Any]) -> dict[str, str]:
    """Settings that others decide, so that there is no choice: name -> why, one sentence.

    Args:
        chosen: Every setting, as `TrainConfig.to_json` gives them.
    """
    if chosen["weights"] != BUILT_IN:
        return {}
    return {"alpha": f"The built-in network has one width, {BUILT_IN_ALPHA}."}
