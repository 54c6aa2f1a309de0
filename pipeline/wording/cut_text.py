"""Where the network is cut, in a few words: from which block on how many weights learn."""

from __future__ import annotations

from functools import lru_cache

from pipeline.network.mobilenet_v2 import backbone_layers, num_features, released
from pipeline.settings.hyperparameters import NUM_LAYERS, TRAIN
from pipeline.wording import numbers


@lru_cache(maxsize=32)
def every_cut(alpha: float, num_classes: int) -> tuple[str, ...]:
    """A few words for each place of the freezing line, from layer 0 to behind the last.

    Args:
        alpha: Width of the network.
        num_classes: Classes of the photo set; two share a single logit.
    """
    layers = backbone_layers(alpha, TRAIN["image_size_px"].default)
    head = (num_features(alpha) + 1) * (1 if num_classes == 2 else num_classes)
    told = [
        f"{numbers.plural(head + released(layers, at), 'weight')} learn, from "
        f"{place(layers[at].block)} on"
        for at in range(NUM_LAYERS)
    ]
    return (*told, f"{numbers.plural(head, 'weight')} learn: the head alone")


def place(block: str) -> str:
    """A block in a sentence: `block 11`, `the stem`."""
    return block if block[-1].isdigit() else f"the {block}"


def cell(block: str) -> str:
    """A block in a cell that holds two digits: `11`, `in`, `out`."""
    return {"stem": "in", "top": "out"}.get(block, block.rpartition(" ")[2])
