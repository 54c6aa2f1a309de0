"""Training further in words: what is taken over from an earlier run, and what that costs."""

from __future__ import annotations

from typing import Final

from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import TrainConfig

FIXED: Final = "It follows from the run that this one starts from."
NOT_AT_ONCE: Final = (
    "What a network that goes on from an earlier run will learn is not tried at once. Its curves "
    "grow here after Start."
)
NOT_JUDGED: Final = (
    "That network had been tuned on photos of this set, so its test photos alone can judge it."
)


def taken_over(config: TrainConfig, same_classes: bool, stock_layers: bool = False) -> str:
    """What of the earlier network goes on learning.

    Args:
        config: Of the run that starts from it.
        same_classes: Whether both name the same classes, in the same order.
        stock_layers: Whether the earlier run changed no layer but its last.
    """
    if stock_layers and not config.fine_tune_epochs and (config.head == SOLVED or not same_classes):
        return (
            "Nothing of it is taken over: it changed only its last layer, and that is made anew. "
            "Take Tutorial or Careful to go further."
        )
    if not same_classes:
        return "The classes are others, so its last layer starts anew; all before it is taken over."
    if config.head == SOLVED:
        return "Its last layer is computed anew; all before it is taken over."
    return "All of it is taken over, its last layer too."
