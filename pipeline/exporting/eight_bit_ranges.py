"""Between which numbers each step of a network lies, seen on photos that it learned from."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from pipeline.progress import Report, Stage, Step

Ranges = Mapping[str, tuple[float, float]]


def ranges(
    content: bytes, steps: Sequence[str], photos: NDArray[np.uint8], report: Report
) -> Ranges:
    """The lowest and highest number of each step.

    0 is always among them: it is what the border of a map is filled with.

    Args:
        content: The network, see `litert_file`.
        steps: Names of the results that are looked at.
        photos: `(N, S, S, 3)` uint8 RGB in [0, 255], which the network learned from.
        report: Told how many photos are done.

    Raises:
        Stopped: From `report`.
    """
    interpreter = _keeping_all(content)
    places = {detail["name"]: detail["index"] for detail in interpreter.get_tensor_details()}
    taken = interpreter.get_input_details()[0]["index"]
    low, high = np.zeros(len(steps)), np.zeros(len(steps))
    for done, photo in enumerate(photos):
        report(Stage(Step.MEASURING_RANGES), done, len(photos), "photos")
        interpreter.set_tensor(taken, photo[np.newaxis].astype(np.float32))
        interpreter.invoke()
        found = [interpreter.get_tensor(places[step]) for step in steps]
        low = np.minimum(low, [one.min() for one in found])
        high = np.maximum(high, [one.max() for one in found])
    return dict(zip(steps, zip(low.tolist(), high.tolist(), strict=True), strict=True))


def _keeping_all(content: bytes) -> Any:
    """An interpreter in which every step's result can be read afterwards."""
    with warnings.catch_warnings():
        # That it needs more memory, so that nobody leaves it on: it is gone in seconds.
        warnings.filterwarnings("ignore", "Warning: Enabling `experimental_preserve_all_tensors`")
        interpreter: Any = Interpreter(
            model_content=content, experimental_preserve_all_tensors=True
        )
    interpreter.allocate_tensors()
    return interpreter
