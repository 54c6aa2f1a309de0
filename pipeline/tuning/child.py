"""One helper process, as its parent has it; its inside is `serving`."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from pipeline.errors import JobError
from pipeline.tuning import messages
from pipeline.tuning.messages import Asked, Question, Said

_PROJECT: Final = Path(__file__).resolve().parents[2]
_DIED: Final = (
    "What computes this ended without a word, twice; perhaps the computer's memory is used up. "
    "Try again, or press Start."
)
# The products are too small for threads, which would only wait for each other.
_ONE_THREAD: Final = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)


class Child:
    """A helper process, started when it is first asked and again when it is gone.

    One thread at a time asks; any may take a question back.
    """

    def __init__(self, photo_sets_folder: Path, cache_folder: Path) -> None:
        self._folders = (photo_sets_folder, cache_folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._number = 0
        self._closed = False
        self._writing = threading.Lock()

    @property
    def pid(self) -> int | None:
        """Of the process; None while there is none."""
        return None if self._process is None else self._process.pid

    def warm(self) -> None:
        """Start the process, and wait until it is ready; one that does not start is asked later."""
        with contextlib.suppress(OSError, EOFError), self._writing:
            self._process = self._process or self._start()

    def expect(self) -> Callable[[], None]:
        """To be called before `ask`; what it gives takes that question back, now or later."""
        self._number += 1
        return partial(self._take_back, self._number)

    def ask(self, question: Question) -> bytes:
        """Ask, and wait for the answer, as `messages.packed` gave it.

        Raises:
            JobError: If the process died over it, and a second one likewise.
            PawTuneError: What the answer's function raises; `Stopped` if it was taken back.
        """
        for _ in range(2):
            try:
                said = self._asked(Asked(self._number, question))
            except (OSError, EOFError):
                self._end()
                continue
            if said.answer is None:
                raise messages.error_of(said)
            return said.answer
        raise JobError(_DIED)

    def close(self) -> None:
        """End it for good."""
        self._closed = True
        self._end()

    def _end(self) -> None:
        with self._writing:
            process, self._process = self._process, None
        if process is not None:
            _bury(process)

    def _asked(self, asked: Asked) -> Said:
        with self._writing:
            if self._closed:
                raise EOFError("It was ended.")
            process = self._process = self._process or self._start()
            assert process.stdin is not None and process.stdout is not None
            messages.send(process.stdin, asked)
        said: Said = messages.receive(process.stdout, Said)
        return said

    def _take_back(self, number: int) -> None:
        with self._writing, contextlib.suppress(OSError, ValueError):  # it has just died
            if self._process is not None and self._process.stdin is not None:
                messages.send(self._process.stdin, Asked(number))

    def _start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "pipeline.tuning.serving", *map(str, self._folders)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_PROJECT,
            env={**os.environ, **_ONE_THREAD},
            start_new_session=True,
        )
        assert process.stdout is not None
        try:
            messages.receive(process.stdout, Said)
        except EOFError:
            _bury(process)
            raise
        return process


def _bury(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):  # what a dead process did not read
                pipe.close()
