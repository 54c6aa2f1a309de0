"""The inside of a helper process: it answers, one question after the other, until its parent ends.

`python -m pipeline.tuning.serving PHOTO_SETS CACHE`. It keeps what it has opened, leaves the
processor to pages, and knows neither the database nor TensorFlow.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import signal
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from pipeline.errors import JobError, PawTuneError, PhotoSetError, Stopped
from pipeline.settings.train_config import TrainConfig
from pipeline.tuning import messages
from pipeline.tuning.answers import ANSWERS
from pipeline.tuning.material import Material, decisive
from pipeline.tuning.messages import REPLACED, Asked, Question, Said

log = logging.getLogger("pawtune.tuning")
_NICENESS: Final = 2  # pages answer first; trainings, at 5, come after
_MOST_DATA_BYTES: Final = 2 * 2**30  # of its own; what is mapped from files does not count
_MOST_KEPT: Final = 12  # materials
_MOST_KEPT_BYTES: Final = 400 * 2**20  # of features, mapped or not; the one at work may have more


@dataclass(frozen=True, slots=True)
class Folders:
    """What a helper knows of a workspace."""

    photo_sets_folder: Path
    cache_folder: Path


_Key = tuple[str, tuple[int, int], TrainConfig]  # the set, since when, and the network's settings


class Kept:
    """Materials that were asked about lately."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders
        self._materials: OrderedDict[_Key, Material] = OrderedDict()

    def material(
        self, photo_set_id: str, config: TrainConfig, tick: Callable[[], None]
    ) -> Material:
        """The one that a question is about.

        Raises:
            PhotoSetError: If there is no such set any more, or it is damaged.
            NotReady: See `Material`.
        """
        key = photo_set_id, self._since(photo_set_id), decisive(config)
        if key not in self._materials:
            self._materials[key] = Material(self._folders, photo_set_id, config)
        self._materials.move_to_end(key)
        self._materials[key].tick = tick
        return self._materials[key]

    def _since(self, photo_set_id: str) -> tuple[int, int]:
        """Tells a set from one of the same photos, and so of the same id, that was deleted before.

        What is mapped of that one is zeros.
        """
        try:
            stat = (self._folders.photo_sets_folder / photo_set_id).stat()
        except FileNotFoundError as error:
            raise PhotoSetError("The photo set was deleted. Choose another one.") from error
        return stat.st_ino, stat.st_mtime_ns

    def __len__(self) -> int:
        return len(self._materials)

    def forget(self) -> None:
        """Let go everything."""
        self._materials.clear()

    def make_room(self) -> None:
        """Let go what was asked about least lately, beyond the limits."""
        while len(self._materials) > 1 and (
            len(self._materials) > _MOST_KEPT
            or sum(one.num_bytes for one in self._materials.values()) > _MOST_KEPT_BYTES
        ):
            self._materials.popitem(last=False)


class _Inbox:
    """What the parent says; a thread of its own reads it, so that it is heard in mid-answer."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._questions: queue.SimpleQueue[tuple[int, Question]] = queue.SimpleQueue()
        self._unwanted = 0  # and all before it, which were answered
        threading.Thread(target=self._read, daemon=True).start()

    def next(self) -> tuple[int, Question]:
        """The next question, and its number."""
        return self._questions.get()

    def tick_of(self, number: int) -> Callable[[], None]:
        """What raises `Stopped` once nobody waits for the answer any more."""

        def tick() -> None:
            if number <= self._unwanted:
                raise Stopped(REPLACED)

        return tick

    def _read(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                asked: Asked = messages.receive(self._stream, Asked)
                if asked.question is None:
                    self._unwanted = asked.number
                else:
                    self._questions.put((asked.number, asked.question))
        os._exit(0)  # the parent is gone, and with it whoever waits for an answer


def answer(question: Question, kept: Kept, tick: Callable[[], None]) -> Any:
    """What a function of `ANSWERS` makes of a question."""
    tick()
    config = question.settings
    material = kept.material(question.photo_set_id, config, tick)
    try:
        return messages.promised(ANSWERS[question.kind])[0](material, config, **question.more)
    finally:
        kept.make_room()


def _reply(number: int, question: Question, kept: Kept, tick: Callable[[], None]) -> Said:
    try:
        return Said(number, messages.packed(answer(question, kept, tick)))
    except PawTuneError as error:
        return Said(number, None, type(error).__name__, str(error))
    except MemoryError:
        sentence = "This is too large to be tried at once. Choose fewer views, or press Start."
        return Said(number, None, JobError.__name__, sentence)
    except Exception as error:
        log.exception("A bug ended the answer.")
        return Said(number, None, "", f"{type(error).__name__}: {error}")


def _limit() -> None:
    """Keep to the second row, and within bounds."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    with contextlib.suppress(OSError):  # when memory ends, the kernel shall take a helper
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    with contextlib.suppress(ImportError, OSError, ValueError):  # not every system has it
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (_MOST_DATA_BYTES, _MOST_DATA_BYTES))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business


def serve(folders: Folders) -> None:
    """Answer what comes through standard input."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library's print is no answer
    _limit()
    inbox, kept = _Inbox(sys.stdin.buffer), Kept(folders)
    import scipy.optimize  # noqa: F401 - half a second that the first question would wait for

    messages.send(replies, Said(0))
    while True:
        number, question = inbox.next()
        messages.send(replies, _reply(number, question, kept, inbox.tick_of(number)))


if __name__ == "__main__":
    serve(Folders(*map(Path, sys.argv[1:])))
