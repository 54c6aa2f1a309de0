"""What a browser must know of a run's network besides its file: one JSON object.

`numbers.js` reads it, and names its members' types.
"""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.bundle import MODEL_FILE, Bundle
from pipeline.classify.novelty import Familiar
from pipeline.errors import RunError
from pipeline.files.seal import MEMBERS
from pipeline.network.litert_runner import LitertNetwork
from pipeline.network.names import HEAD_KERNEL


def details(bundle: Bundle, sure_from: float) -> dict[str, Any]:
    """Everything that an answer needs besides the network's file.

    Args:
        bundle: What the run left.
        sure_from: The least probability that gives a name, 0 to 1; see `hyperparameters.ANSWER`.

    Returns:
        Plain JSON; arrays as their shape and their float32 numbers in base64.

    Raises:
        RunError: If the bundle has been changed or deleted since.
    """
    familiar = bundle.familiar()
    return {
        "format": 1,
        "classes": list(bundle.classes),
        "image_size_px": bundle.image_size_px,
        "sha256": bundle.manifest[MEMBERS][MODEL_FILE]["sha256"],
        "sure_from": sure_from,
        "temperature": bundle.temperature,
        "kernel": _kernel(bundle.model()),
        "familiar": None if familiar is None else _familiar(familiar),
    }


def _kernel(model: bytes) -> dict[str, Any] | None:
    """The head's kernel, `(F, L)`; None in runs from before it could be looked at."""
    try:
        network = LitertNetwork(model, num_threads=1)
    except ValueError as error:
        raise RunError("The model of this run cannot be opened. Train it again.") from error
    try:
        return _packed(network.constant(HEAD_KERNEL).T)
    except ValueError:
        return None


def _familiar(familiar: Familiar) -> dict[str, Any]:
    return {
        "centre": _packed(familiar.centre),
        "directions": _packed(familiar.directions),
        "variances": _packed(familiar.variances),
        "rest": familiar.rest,
        "limit": familiar.limit,
    }


def _packed(values: NDArray[np.floating]) -> dict[str, Any]:
    numbers = np.ascontiguousarray(values, "<f4")
    return {
        "shape": list(numbers.shape),
        "float32": base64.b64encode(numbers.tobytes()).decode("ascii"),
    }
