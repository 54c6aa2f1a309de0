"""What other values of a setting would give, all at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from pipeline.errors import NotReady
from pipeline.evaluation.landscape import Axis, Landscape
from pipeline.heads import landscape as columns
from pipeline.heads.head_data import HeadData
from pipeline.network.head import Head
from pipeline.settings.hyperparameters import SOLVED, STEPPED
from pipeline.settings.train_config import TrainConfig
from pipeline.tuning.material import Material

EPOCHS: Final = 20
RATES: Final = (1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1)
DROPOUTS: Final = tuple(tenth / 10 for tenth in range(9))
SHARES: Final = tuple(2 ** (-half / 2) for half in range(8, -1, -1))  # of the training photos
TRIED: Final[Mapping[Axis, tuple[float, ...]]] = {
    Axis.LEARNING_RATE: RATES,
    Axis.DROPOUT: DROPOUTS,
    Axis.SIZE: SHARES,
}


def landscape(
    material: Material,
    config: TrainConfig,
    axis: str,
    epochs: int = EPOCHS,
    also: float | None = None,
) -> Landscape:
    """Scores of stepped heads along an axis, after each epoch.

    Args:
        material: What the heads learn from.
        config: Everything else; its own value is among those that are tried. Where its head is
            computed, the landscape is that of a stepped one on the photos as they are.
        axis: One of `Axis`.
        epochs: For how many, if there are views for so many; at least as many as are set.
        also: One more value to try.

    Raises:
        NotReady: If features are missing.
        Stopped: From `material.tick`.
    """
    axis = Axis(axis)
    data = _data(material, config)
    config = material.settled(replace(config, head=STEPPED))
    values = set(TRIED[axis])
    if axis != Axis.SIZE:
        values |= {getattr(config, axis), getattr(config, axis) if also is None else also}
    head = Head.initial(material.num_features, data.num_classes, config.seed)
    rows = _there(data, config, epochs)
    return columns.landscape(data, config, head, axis, sorted(values), rows, material.tick)


def _data(material: Material, config: TrainConfig) -> HeadData:
    """What the heads learn from: for a computed one, the photos as they are, as it does."""
    if config.head != SOLVED:
        return material.data
    return replace(material.data, pooled=lambda split, _: material.pooled(split, None))


def _there(data: HeadData, config: TrainConfig, epochs: int) -> int:
    """So many epochs, or more than are set as far as their views are there."""
    for epoch in range(config.epochs, epochs):
        try:
            data.pooled("training", config.view_of(epoch))
        except NotReady:
            return epoch
    return max(epochs, config.epochs)
