"""Runs a converted network with LiteRT: no TensorFlow, milliseconds instead of seconds.

Only for files that our own code made and whose checksum was verified.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, Final

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from pipeline.parallel import processors

INPUT: Final = "photos"
LOGITS: Final = "logits"
FEATURE_MAP: Final = "feature_map"
POOLED: Final = "pooled"
CUT: Final = "cut"
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
            num_threads: Threads that compute at once; None takes what the machine has, at
                most 4.

        Raises:
            ValueError: If `content` is no network that takes photos.
        """
        self._content = content
        self._num_threads = num_threads or min(processors(), _MOST_THREADS)
        self._lock = threading.Lock()
        self._sized: dict[int, _Sized] = {}
        self._team: SimpleQueue[_Sized] | None = None
        one = self._for_batches_of(1)
        self.image_size_px = one.image_size_px
        self.outputs = {name: shape[1:] for name, (_, shape) in one.outputs.items()}

    def constant(self, name: str) -> NDArray[np.float32]:
        """Numbers that are part of the network, such as "head/kernel".

        Raises:
            ValueError: If it has none of this name.
        """
        with self._lock:
            return self._for_batches_of(1).constant(name)

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
        whole = len(photos) // _BATCH * _BATCH
        start = whole if self._num_threads > 1 and whole > _BATCH else 0
        self._share_out(photos[:start], outputs, results)
        while start < len(photos):
            size = _BATCH if len(photos) - start >= _BATCH else 1
            with self._lock:  # for each batch anew, so that a single photo need not wait long
                self._for_batches_of(size).run(photos, start, outputs, results)
            start += size
        return tuple(results)

    def _share_out(
        self,
        photos: NDArray[np.generic],
        outputs: Sequence[str],
        results: Sequence[NDArray[np.float32]],
    ) -> None:
        """Many batches, one thread for each: no thread ever waits for another's share."""
        if not len(photos):
            return
        with self._lock:
            if self._team is None:
                self._team = self._assemble()
            team = self._team

        def answer(start: int) -> None:
            idle = team.get()
            try:
                idle.run(photos, start, outputs, results)
            finally:
                team.put(idle)

        with ThreadPoolExecutor(self._num_threads) as pool:
            for _ in pool.map(answer, range(0, len(photos), _BATCH)):
                pass  # only to hear of errors

    def _assemble(self) -> SimpleQueue[_Sized]:
        """An interpreter of its own for each thread."""
        team: SimpleQueue[_Sized] = SimpleQueue()
        for _ in range(self._num_threads):
            team.put(_Sized(self._content, _BATCH, num_threads=1))
        return team

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
        self._size = size
        self._input: int = photos["index"]
        self.image_size_px = height
        self.outputs: dict[str, tuple[int, tuple[int, ...]]] = {}
        for name, detail in named.items():
            # Asked anew: the runner's own details are from before the change of size.
            self.outputs[name] = (detail["index"], interpreter.get_tensor(detail["index"]).shape)

    def constant(self, name: str) -> NDArray[np.float32]:
        """See `LitertNetwork.constant`."""
        for detail in self._interpreter.get_tensor_details():
            if detail["name"] == name:
                return np.array(self._interpreter.get_tensor(detail["index"]), np.float32)
        raise ValueError(f"The network has no numbers of this name. Received: {name!r}.")

    def run(
        self,
        photos: NDArray[np.generic],
        start: int,
        outputs: Sequence[str],
        results: Sequence[NDArray[np.float32]],
    ) -> None:
        """Answer the photos from `start` on, one batch, at the same place in `results`."""
        part = slice(start, start + self._size)
        # Straight into the network's memory and out of it. No view of it may outlive the
        # line: LiteRT would refuse to compute.
        np.copyto(self._interpreter.tensor(self._input)(), photos[part], casting="unsafe")
        self._interpreter.invoke()
        for name, result in zip(outputs, results, strict=True):
            result[part] = self._interpreter.tensor(self.outputs[name][0])()
