"""Runs a converted network with LiteRT: no TensorFlow, milliseconds instead of seconds.

Only for files that our own code made and whose checksum was verified.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

INPUT: Final = "photos"
LOGITS: Final = "logits"
FEATURE_MAP: Final = "feature_map"
POOLED: Final = "pooled"
PROBABILITIES: Final = "probabilities"

_BATCH: Final = 8  # the fastest per photo; beyond it the maps outgrow the processor's cache
_MOST_THREADS: Final = 4  # one batch has too little work to feed more


class LitertNetwork:
    """A network with one input, "photos", and outputs that go by name. Thread-safe.

    Attributes:
        image_size_px: Side of the square photos that it takes.
        outputs: Shape of each output for one photo, by name.
    """

    def __init__(self, content: bytes, num_threads: int | None = None) -> None:
        """Open a network.

        Args:
            content: The file's bytes; bytes, so that no open file hinders its deletion.
            num_threads: Threads for one batch; None takes what the machine has, at most 4.

        Raises:
            ValueError: If `content` is no network that takes photos.
        """
        self._content = content
        self._num_threads = num_threads or min(_processors(), _MOST_THREADS)
        self._lock = threading.Lock()
        self._sized: dict[int, _Sized] = {}
        one = self._for_batches_of(1)
        self.image_size_px = one.image_size_px
        self.outputs = {name: shape[1:] for name, (_, shape) in one.outputs.items()}

    def run(
        self, photos: NDArray[np.generic], outputs: Sequence[str]
    ) -> tuple[NDArray[np.float32], ...]:
        """Run the network on any number of photos.

        Args:
            photos: `(N, S, S, 3)` uint8 or float32 RGB in `[0, 255]`.
            outputs: Names of the outputs wanted; others are not copied.

        Returns:
            One `(N, ...)` float32 array per name.

        Raises:
            ValueError: If `photos` has another shape, or an output does not exist.
        """
        side = self.image_size_px
        if photos.ndim != 4 or photos.shape[1:] != (side, side, 3):
            raise ValueError(f"Photos must be (N, {side}, {side}, 3). Received: {photos.shape}.")
        if missing := [name for name in outputs if name not in self.outputs]:
            raise ValueError(f"The network has no output of this name. Received: {missing}.")
        results = [np.empty((len(photos), *self.outputs[name]), np.float32) for name in outputs]
        start = 0
        while start < len(photos):
            size = _BATCH if len(photos) - start >= _BATCH else 1
            batch = photos[start : start + size].astype(np.float32)
            with self._lock:  # for each batch anew, so that a single photo need not wait long
                values = self._for_batches_of(size).run(batch, outputs)
            for result, value in zip(results, values, strict=True):
                result[start : start + size] = value
            start += size
        return tuple(results)

    def _for_batches_of(self, size: int) -> _Sized:
        """The interpreter for batches of `size`; changing one's batch size costs more."""
        if size not in self._sized:
            self._sized[size] = _Sized(self._content, size, self._num_threads)
        return self._sized[size]


class _Sized:
    """An interpreter that is ready for batches of one size."""

    def __init__(self, content: bytes, size: int, num_threads: int) -> None:
        try:
            interpreter: Any = Interpreter(model_content=content, num_threads=num_threads)
            (signature,) = interpreter.get_signature_list()
            runner = interpreter.get_signature_runner(signature)
            photos = runner.get_input_details()[INPUT]
            named = runner.get_output_details()
            del runner  # while it lives, LiteRT refuses to change the size
            _, height, width, channels = (int(side) for side in photos["shape_signature"])
            if height != width or channels != 3 or photos["dtype"] is not np.float32:
                raise ValueError("it takes no square photos")
            interpreter.resize_tensor_input(photos["index"], (size, height, width, channels))
            interpreter.allocate_tensors()
        except (ValueError, RuntimeError, KeyError) as error:
            raise ValueError(f"This is no network that takes photos: {error}") from error
        self._interpreter = interpreter
        self._input: int = photos["index"]
        self.image_size_px = height
        self.outputs: dict[str, tuple[int, tuple[int, ...]]] = {}
        for name, detail in named.items():
            # Asked anew: the runner's own details are from before the change of size.
            shape = interpreter.get_tensor(detail["index"]).shape
            self.outputs[name] = (detail["index"], shape)

    def run(self, batch: NDArray[np.float32], outputs: Sequence[str]) -> list[NDArray[np.float32]]:
        self._interpreter.set_tensor(self._input, batch)
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(self.outputs[name][0]) for name in outputs]


def _processors() -> int:
    """Processors that this process may use; a container may grant fewer than there are."""
    granted = getattr(os, "sched_getaffinity", None)  # Linux alone has it
    return len(granted(0)) if granted else os.cpu_count() or 1
