"""Decode files from outside in processes of their own, with limits on memory and time.

A bug in an image library can then cost one file, never the app. The pool stays warm, so a
single upload waits a few milliseconds. Each process runs `python -m pipeline.photos.decoder`
and speaks length-prefixed frames over its pipes; it ends when its parent does.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Final, Self

from pipeline.config import LIMITS, Limits
from pipeline.errors import PhotoError
from pipeline.photos import decode
from pipeline.photos.decode import Canonical, UnreadablePhoto
from pipeline.photos.decoder_process import Child, ChildLostError, serve
from pipeline.photos.incoming import Incoming

_DEATHS_IN_A_ROW: Final = 3
_STOPPED: Final = "The work was stopped before this file was done. Add it again."
_IN_FLIGHT: Final = 4  # files per process that a stream holds at once


class Decoder:
    """A warm pool of decoding processes; every method may be called from any thread."""

    def __init__(self, processes: int | None = None, limits: Limits = LIMITS) -> None:
        """Start the processes.

        Args:
            processes: How many; None means one per core, at most two.
            limits: What one file may cost.
        """
        self.processes = processes or min(2, os.cpu_count() or 1)
        self._limits = limits
        self._children = [Child(limits) for _ in range(self.processes)]
        self._idle: queue.LifoQueue[Child] = queue.LifoQueue()
        for child in self._children:
            self._idle.put(child)
        self._lock = threading.Lock()
        self._deaths = 0  # in a row
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def broken(self) -> bool:
        """Whether so many processes died in a row that only a new decoder helps."""
        return self._deaths >= _DEATHS_IN_A_ROW

    def close(self) -> None:
        """End the processes; files under way are rejected."""
        self._closed = True
        for child in self._children:
            child.end()

    def canonical(self, name: str, data: bytes) -> Canonical:
        """Decode one file.

        Args:
            name: The file's name, for the message.
            data: The file's bytes.

        Raises:
            PhotoError: If the file cannot be used; the reason says why and what to do.
        """
        try:
            decode.check_length(len(data), self._limits)
        except UnreadablePhoto as error:
            raise PhotoError(name, str(error)) from error
        child = self._idle.get()
        try:
            self._check_working(name)
            reply = child.ask(data)
        except ChildLostError as error:
            if self._closed:
                raise PhotoError(name, _STOPPED) from error
            with self._lock:
                self._deaths += 1
            raise PhotoError(name, str(error)) from error
        finally:
            self._idle.put(child)
        with self._lock:
            if not self.broken:
                self._deaths = 0
        if isinstance(reply, str):
            raise PhotoError(name, reply)
        return reply

    def stream(
        self, photos: Iterable[Incoming | PhotoError]
    ) -> Generator[tuple[Incoming, Canonical | PhotoError]]:
        """Decode many files with all processes at once.

        `photos` is walked and each `read` is called in the caller's thread, in order, a few
        files ahead of what was handed out; memory stays flat however many there are. What
        the source itself rejected passes through as a nameless class's file.

        Yields:
            Each file with its photo or with why it was rejected, in the order of `photos`.
        """
        waiting: deque[tuple[Incoming, Future[Canonical | PhotoError]]] = deque()
        threads = ThreadPoolExecutor(self.processes, thread_name_prefix="decode")
        try:
            for item in photos:
                photo = _as_incoming(item) if isinstance(item, PhotoError) else item
                waiting.append((photo, self._submit(threads, photo)))
                while waiting and (
                    len(waiting) >= _IN_FLIGHT * self.processes or waiting[0][1].done()
                ):
                    first, answer = waiting.popleft()
                    yield first, answer.result()
            while waiting:
                first, answer = waiting.popleft()
                yield first, answer.result()
        finally:
            threads.shutdown(wait=False, cancel_futures=True)

    def _submit(
        self, threads: ThreadPoolExecutor, photo: Incoming
    ) -> Future[Canonical | PhotoError]:
        try:
            data = photo.read()
        except PhotoError as error:
            failed: Future[Canonical | PhotoError] = Future()
            failed.set_result(error)
            return failed
        return threads.submit(self._answer, photo.name, data)

    def _answer(self, name: str, data: bytes) -> Canonical | PhotoError:
        try:
            return self.canonical(name, data)
        except PhotoError as error:
            return error

    def _check_working(self, name: str) -> None:
        if self._closed:
            raise PhotoError(name, _STOPPED)
        if self.broken:
            raise PhotoError(
                name,
                f"It was not opened, because {_DEATHS_IN_A_ROW} files before it broke the decoder "
                "one after another. Leave those out and try again.",
            )


def _as_incoming(error: PhotoError) -> Incoming:
    def read() -> bytes:
        raise error

    return Incoming(error.name, "", None, read)


if __name__ == "__main__":
    serve(Limits(**json.loads(sys.argv[1])))
