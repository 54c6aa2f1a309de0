"""Runs the frozen part of the network over many photos, on all cores.

Each thread shows photos in their view and runs a network of its own on them: no thread ever waits
for another's share, and augmentation costs no more than its arithmetic. The LiteRT file is
written anew each time and not kept: that takes a fraction of a second. No TensorFlow in here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.network.litert_runner import LitertNetwork
from pipeline.parallel import made_ahead, processors

_CHUNK: Final = 32  # photos that a thread works on at a time: whole batches
_MOST_THREADS: Final = 16  # each has a network of its own, some 40 MB

Show = Callable[[NDArray[np.int64]], NDArray[np.uint8]]


@dataclass(frozen=True, slots=True)
class Looked:
    """What the network made of a chunk of photos.

    Attributes:
        photos: How many there were.
        results: `(photos, ...)` float32 for each output.
        showing_s: Seconds that one thread spent on showing them.
        seconds: Seconds that it spent on them in all.
    """

    photos: int
    results: tuple[NDArray[np.float32], ...]
    showing_s: float
    seconds: float


class FrozenPass:
    """A network, ready to look at any number of photos.

    Attributes:
        outputs: Names of the outputs that it gives.
    """

    def __init__(self, content: bytes, outputs: Sequence[str], threads: int | None = None) -> None:
        """Take a LiteRT file.

        Args:
            content: The file's bytes.
            outputs: Names of the wanted outputs.
            threads: How many work at once; None takes what the machine has.
        """
        self.outputs = tuple(outputs)
        self._content = content
        self._threads = threads or min(processors(), _MOST_THREADS)
        self._idle: list[LitertNetwork] = []

    def look(self, indices: NDArray[np.int64], show: Show) -> Generator[Looked, None, None]:
        """Look at photos, chunk by chunk, in order; close it where it may be left early.

        Args:
            indices: `(n,)` int64, which photos.
            show: Gives `(B, S, S, 3)` uint8 RGB in [0, 255] for some of them; several threads
                call it at once.
        """

        def look_at(chosen: NDArray[np.int64]) -> Looked:
            began = time.perf_counter()
            photos = show(chosen)
            shown = time.perf_counter()
            results = self._run(photos)
            return Looked(len(chosen), results, shown - began, time.perf_counter() - began)

        chunks = [indices[start : start + _CHUNK] for start in range(0, len(indices), _CHUNK)]
        return made_ahead(look_at, chunks, self._threads)

    def _run(self, photos: NDArray[Any]) -> tuple[NDArray[np.float32], ...]:
        try:
            network = self._idle.pop()
        except IndexError:  # no thread has left one yet
            network = LitertNetwork(self._content, num_threads=1)
        results = network.run(photos, self.outputs)
        self._idle.append(network)
        return results
