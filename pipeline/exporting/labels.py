"""What a network's answers mean, in the files that are handed out: so that nobody has to guess."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

LABELS: Final = "labels.json"


def labels(classes: Sequence[str], image_size_px: int, temperature: float) -> dict[str, Any]:
    """What a network takes and what its answers mean, as plain JSON.

    Args:
        classes: In the order of the answers.
        image_size_px: Side S of the square photos that it takes.
        temperature: What its logits are still to be divided by; 1 where it does that itself.
    """
    side = image_size_px
    return {
        "classes": list(classes),
        "image_size_px": side,
        "temperature": temperature,
        "input": f"photos, (N, {side}, {side}, 3): red, green, blue from 0 to 255, the whole photo "
        "squashed to a square; nothing else is to be scaled",
        "output": _meaning(classes, temperature),
    }


def _meaning(classes: Sequence[str], temperature: float) -> str:
    """How logits become an answer."""
    scaled = "logit" if temperature == 1 else "logit / temperature"
    if len(classes) == 2:
        first, second = classes
        return (
            f"one logit, (N, 1): a logit above 0 means {second}, one below 0 means {first}; "
            f"sigmoid({scaled}) is the probability of {second}"
        )
    return (
        f"one logit for each class, (N, {len(classes)}), in the order of the classes: the highest "
        f"is the answer; softmax({scaled}) gives the probabilities"
    )
