"""How much of a backbone fine-tuning changed, block by block.

Counted are the weights of the convolutions. Batch normalization is left out: in PawTune it keeps
its numbers in both phases, and its statistics are so large that nothing else would show.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Final

import msgspec
import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from pipeline.network.mobilenet_v2 import backbone_layers
from pipeline.settings.hyperparameters import TRAIN

Weights = Mapping[str, NDArray[Any]]
_LARGEST: Final = 2**53  # up to here, a number is the same in every database and browser


class Moved(Struct, frozen=True, forbid_unknown_fields=True):
    """What became of one block.

    Attributes:
        block: "stem", "block 1" to "block 16", or "top"; see `mobilenet_v2.Layer`.
        weights: How many weights its convolutions have.
        changed: How many of them are others now, by more than rounding.
        distance: How far all of them together went: the length of the change over the length of
            what was there before, 0 where nothing moved.
    """

    block: str
    weights: Annotated[int, Meta(ge=1, le=_LARGEST)]
    changed: Annotated[int, Meta(ge=0)]
    distance: Annotated[float, Meta(ge=0, le=_LARGEST)]

    @property
    def share(self) -> float:
        """Share of the weights that changed, 0 to 1."""
        return self.changed / self.weights


def measure(before: Weights, after: Weights, alpha: float) -> tuple[Moved, ...]:
    """Hold a backbone against what it was.

    Args:
        before: Its numbers by "layer/weight", as it came.
        after: The same after training.
        alpha: Width of the network.

    Returns:
        The blocks in their order from the photo on.
    """
    names: dict[str, list[str]] = {}
    for layer in backbone_layers(alpha, TRAIN["image_size_px"].default):  # any size will do
        if layer.kind.endswith("Conv2D"):
            names.setdefault(layer.block, []).append(f"{layer.name}/kernel")
    return tuple(
        _moved(block, [(before[name], after[name]) for name in inside])
        for block, inside in names.items()
    )


def _moved(block: str, kernels: Sequence[tuple[NDArray[Any], NDArray[Any]]]) -> Moved:
    weights = changed = 0
    was = went = 0.0
    for before, after in kernels:
        change = np.asarray(after, np.float64) - before
        weights += before.size
        # One step between neighbouring numbers is rounding; what is further apart has moved.
        changed += int(np.count_nonzero(np.abs(change) > np.spacing(np.abs(before))))
        was += float(np.square(before, dtype=np.float64).sum())
        went += float(np.square(change).sum())
    return Moved(block, weights, changed, math.sqrt(went / was) if was else 0.0)


def to_json(moved: Iterable[Moved]) -> list[dict[str, Any]]:
    """As plain values, for the database."""
    return [msgspec.structs.asdict(one) for one in moved]


def from_json(told: Any) -> tuple[Moved, ...]:
    """Read what `to_json` wrote; nothing of what a run from before has.

    Raises:
        ValueError: If it is nothing that `to_json` would have written.
    """
    if told is None:
        return ()
    found = msgspec.convert(told, tuple[Moved, ...])
    blocks = {one.block for one in found}
    if len(blocks) < len(found) or not blocks <= _blocks():
        raise ValueError("A block stands there twice, or there is no such block.")
    if any(one.changed > one.weights for one in found):
        raise ValueError("More weights changed than there are.")
    return found


def known(told: Any) -> tuple[Moved, ...]:
    """The same, but nothing where the row is damaged: a run is worth showing without it."""
    try:
        return from_json(told)
    except ValueError:
        return ()


@cache
def _blocks() -> frozenset[str]:
    """Names of the blocks; they are the same in every width and image size."""
    layers = backbone_layers(TRAIN["alpha"].default, TRAIN["image_size_px"].default)
    return frozenset(layer.block for layer in layers)
