"""Decode files from outside in processes of their own, with limits on memory and time.

A bug in an image library can then cost one file, never the app. The pool stays warm, so a
single upload waits a few milliseconds. Each process runs this module with `python -m` and speaks
length-prefixed frames over its pipes; it ends when its parent does.
"""

from __future__ import annotations

import hashlib
import json
import os
import queue
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Final, Self

from pipeline.errors import PhotoError, Why
from pipeline.photos.decoding.canonical import Canonical
from pipeline.photos.decoding.clip_kinds import Clip, clip_kind
from pipeline.photos.decoding.decode import too_large
from pipeline.photos.decoding.process import Child, ChildLostError
from pipeline.photos.decoding.serving import serve
from pipeline.photos.incoming import CLIP_DIGITS, Incoming
from pipeline.settings import mode
from pipeline.settings.limits import Limits

_File = tuple[str, bytes | PhotoError]  # its name; its bytes, or why there are none
_DEATHS_IN_A_ROW: Final = 3
_STOPPED: Final = Why("The work was stopped before this file was done.", "Add it again.")
_BROKEN: Final = Why(
    f"It was not opened, because {_DEATHS_IN_A_ROW} files before it broke the decoder "
    "one after another.",
    "Leave those out and try again.",
)
# A stream hands small files over in batches, or their parent would be busier than the decoders.
_BATCH_FILES: Final = 16
_BATCH_BYTES: Final = 2**17
_IN_FLIGHT: Final = 3  # batches per process that a stream holds at once
_IN_FLIGHT_BYTES: Final = 2**28  # of all of them; one video alone may be larger
_TICK_S: Final = 0.2
_Answer = Canonical | PhotoError | Clip


class Decoder:
    """A warm pool of decoding processes; every method may be called from any thread."""

    def __init__(
        self,
        processes: int | None = None,
        limits: Limits | None = None,
        frames_per_second: float | None = None,
    ) -> None:
        """Start the processes.

        Args:
            processes: How many; None means one per core, at most two.
            limits: What one file may cost; what the mode allows unless given.
            frames_per_second: How many pictures of each second of a video are taken; None refuses
                videos, for those who ask about single photos.
        """
        limits = limits or mode.current().limits
        self.processes = processes or min(2, os.cpu_count() or 1)
        self._limits = limits
        self._takes_clips = frames_per_second is not None
        self._children = [Child(limits, frames_per_second) for _ in range(self.processes)]
        self._idle: queue.LifoQueue[Child] = queue.LifoQueue()
        for child in self._children:
            self._idle.put(child)
        self._lock = threading.Lock()
        self._deaths = 0  # in a row
        self._closed = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def broken(self) -> bool:
        """Whether so many processes died in a row that only a new decoder helps."""
        return self._deaths >= _DEATHS_IN_A_ROW

    def close(self) -> None:
        """End the processes; files under way are rejected."""
        self._closed.set()
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
        (answer,) = self._answers([(name, data)])
        if isinstance(answer, PhotoError):
            raise answer
        return _photo(answer)

    def one(self, photo: Incoming | PhotoError) -> tuple[Incoming, Canonical | PhotoError]:
        """What `stream` would yield of a single file, without a thread of its own."""
        batch = _Batch()
        batch.add(photo)
        (answer,) = self._answers(batch.files)
        return batch.photos[0], answer if isinstance(answer, PhotoError) else _photo(answer)

    def stream(
        self, photos: Iterable[Incoming | PhotoError]
    ) -> Generator[tuple[Incoming, Canonical | PhotoError]]:
        """Decode many photos with all processes at once; see `stream_with_clips`.

        Yields:
            Each file with its photo or with why it was rejected, in the order of `photos`.
        """
        with closing(self.stream_with_clips(photos)) as answered:
            for photo, answer in answered:
                yield photo, answer if isinstance(answer, PhotoError) else _photo(answer)

    def stream_with_clips(
        self, photos: Iterable[Incoming | PhotoError], tick: Callable[[], None] = lambda: None
    ) -> Generator[tuple[Incoming, _Answer]]:
        """Decode many files, photos and videos, with all processes at once.

        `photos` is walked and each `read` is called in the caller's thread, in order, a few
        batches ahead of what was handed out; memory stays flat however many there are. What
        the source itself rejected passes through as a nameless class's file.

        Args:
            photos: The files.
            tick: Called several times a second while one takes long; what it raises ends the
                stream.

        Yields:
            Each file with its photo, with pictures of its video, or with why it was rejected, in
            the order of `photos`. Pictures come with the video's `clip`.
        """
        waiting: deque[tuple[_Batch, Future[list[_Answer]]]] = deque()
        threads = ThreadPoolExecutor(self.processes, thread_name_prefix="decode")

        def next_done() -> Iterator[tuple[Incoming, _Answer]]:
            batch, answers = waiting.popleft()
            while not wait_for([answers], _TICK_S).done:
                tick()
            return zip(batch.photos, answers.result(), strict=True)

        try:
            for batch in _batches(photos, self.processes):
                waiting.append((batch, threads.submit(self._answers, batch.files)))
                while waiting and (
                    len(waiting) >= _IN_FLIGHT * self.processes
                    or sum(one.num_bytes for one, _ in waiting) >= _IN_FLIGHT_BYTES
                    or waiting[0][1].done()
                ):
                    yield from next_done()
            while waiting:
                yield from next_done()
        finally:
            threads.shutdown(wait=False, cancel_futures=True)

    def _answers(self, files: Sequence[_File]) -> list[_Answer]:
        """Decode a batch in one process; what is an error already stays one."""
        answers: dict[int, _Answer] = {}
        pending: deque[tuple[int, str, bytes]] = deque()
        for place, (name, data) in enumerate(files):
            if isinstance(data, PhotoError):
                answers[place] = data
            elif why := too_large(
                len(data), self._limits, self._takes_clips and clip_kind(data) is not None
            ):
                answers[place] = PhotoError(name, *why)
            else:
                pending.append((place, name, data))
        child = self._idle.get()
        try:
            while pending:
                for answer in self._ask(child, [data for _, _, data in pending]):
                    place, name, _ = pending.popleft()
                    if isinstance(answer, Why):
                        answers[place] = PhotoError(name, *answer)
                    else:
                        answers[place] = answer
        finally:
            self._idle.put(child)
        return [answers[place] for place in range(len(files))]

    def _ask(self, child: Child, files: Sequence[bytes]) -> list[Canonical | Why | Clip]:
        """Answers to the files up to the first that costs the process, at least to one."""
        if self._closed.is_set():
            return [_STOPPED] * len(files)
        if self.broken:
            return [_BROKEN] * len(files)
        try:
            answers = child.ask(files)
        except ChildLostError as error:
            if self._closed.is_set():
                return [*error.answers, *[_STOPPED] * (len(files) - len(error.answers))]
            with self._lock:
                # In a row: whatever was answered before it begins the count anew.
                self._deaths = 1 if error.answers and not self.broken else self._deaths + 1
            return [*error.answers, error.why]
        with self._lock:
            if not self.broken:
                self._deaths = 0
        return answers


@dataclass(slots=True)
class _Batch:
    """Files that go to a process together; `files` has the bytes of `photos`, or why not."""

    photos: list[Incoming] = field(default_factory=list)
    files: list[_File] = field(default_factory=list)
    num_bytes: int = 0

    def add(self, item: Incoming | PhotoError) -> None:
        photo = _as_incoming(item) if isinstance(item, PhotoError) else item
        try:
            data: bytes | PhotoError = photo.read()
        except PhotoError as error:
            data = error
        if not isinstance(data, PhotoError) and photo.clip is None and clip_kind(data):
            photo = replace(photo, clip=hashlib.sha256(data).hexdigest()[:CLIP_DIGITS])
        self.photos.append(photo)
        self.files.append((photo.name, data))
        self.num_bytes += 0 if isinstance(data, PhotoError) else len(data)


def _batches(photos: Iterable[Incoming | PhotoError], processes: int) -> Iterator[_Batch]:
    """Read files and gather them; the first batches are small, so that no process waits."""
    batch = _Batch()
    made = 0
    for item in photos:
        batch.add(item)
        most = min(_BATCH_FILES, 1 + made // processes)
        if len(batch.photos) >= most or batch.num_bytes >= _BATCH_BYTES:
            yield batch
            batch = _Batch()
            made += 1
    if batch.photos:
        yield batch


def _photo(answer: Canonical | Clip) -> Canonical:
    assert isinstance(answer, Canonical)  # videos are taken by those alone who ask for pictures
    return answer


def _as_incoming(error: PhotoError) -> Incoming:
    def read() -> bytes:
        raise error

    return Incoming(error.name, "", None, read)


if __name__ == "__main__":
    serve(Limits(**json.loads(sys.argv[1])), *map(json.loads, sys.argv[2:]))
