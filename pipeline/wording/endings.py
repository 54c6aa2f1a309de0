"""How a training ended that did not get to its last epoch, in words."""

from __future__ import annotations

from typing import Final

from pipeline.evaluation.learning_curve import Cut, EarlyEnd, Epoch
from pipeline.settings.train_config import TrainConfig
from pipeline.wording import curve_points

CUT_OFF_WHILE_STOPPING: Final = (
    "It was stopped, and its process ended before the model was saved. Its epochs are safe: press "
    "Continue to go on, or save what it learned."
)
CUT_OFF_BEFORE_AN_EPOCH: Final = (
    "The training was cut off before it had kept an epoch: its process ended without a word, "
    "perhaps because the computer was switched off or ran out of memory. Train again; if it "
    "happens again, with a smaller batch or image size."
)


def early_end(end: EarlyEnd, config: TrainConfig, epochs: tuple[Epoch, ...]) -> str:
    """What ended a training early, and what to do; it has kept these epochs."""
    where = curve_points.name(config, epochs, epochs[-1].epoch + 1)
    if end.why is Cut.DIVERGED:
        return (
            f"The training went astray in {where}: the loss was no number any more. The best one "
            "until then was kept. Train again with a lower learning rate; a tenth of it is a good "
            "try."
        )
    if end.why is Cut.BEHIND:
        last = curve_points.name(config, epochs, epochs[-1].epoch)
        return (
            f"The sweep ended it after {last}: it lay well behind most of the sweep's other runs "
            "at that point. Press Continue to train it to the end all the same."
        )
    return (
        f"The computer ran out of memory in {where}. The best one until then was kept. Close "
        "other programs and press Continue, or train again with a smaller batch or image size."
    )
