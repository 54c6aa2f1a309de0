"""One decoding process, as its parent has it; its inside is `serving`.

What they say to each other is in `frames`. The process has a limit on memory, can
write no file, knows nothing of its parent's environment that it does not need, and ends when
its parent does.
"""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from pipeline.errors import Why
from pipeline.photos.decoding import frames
from pipeline.photos.decoding.canonical import Canonical
from pipeline.photos.decoding.clip_kinds import Clip
from pipeline.photos.decoding.serving import FAULT_VARIABLE
from pipeline.settings.limits import Limits

_PROJECT: Final = Path(__file__).resolve().parents[3]
# What Python needs to start as its parent did. Everything else stays here: a file that takes a
# process over shall find no password there.
_PASSED_ON: Final = frozenset({"PATH", "HOME", "LANG", "VIRTUAL_ENV", "LD_LIBRARY_PATH"})
_PASSED_ON_IN_WINDOWS: Final = frozenset({"SYSTEMROOT", "USERPROFILE", "APPDATA"})
_PASSED_ON_GROUPS: Final = ("PYTHON", "LC_", "OPENBLAS_", "OMP_")


class ChildLostError(Exception):
    """A process died or was too slow.

    Attributes:
        why: What is wrong with the file that it had, and what to do.
        answers: Those of the files before that one. The files after it may be asked again.
    """

    def __init__(self, reason: str, advice: str, answers: list[Canonical | Why | Clip]) -> None:
        super().__init__(reason)
        self.why = Why(reason, advice)
        self.answers = answers


class Child:
    """One decoding process, started again when it is gone. Used by one thread at a time."""

    def __init__(self, limits: Limits, frames_per_second: float | None = None) -> None:
        """Start it.

        Args:
            limits: What one file may cost.
            frames_per_second: How many pictures of each second of a video are taken; None refuses
                videos.
        """
        self._limits = limits
        self._per_second = frames_per_second
        self._ended = False
        self._lock = threading.Lock()  # between `end` and a start
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "pipeline.photos.decoding.decoder"),
                json.dumps(dataclasses.asdict(self._limits)),
                json.dumps(self._per_second),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_PROJECT,
            env=_environment(),
            start_new_session=True,  # Ctrl+C is the parent's business
        )

    def ask(self, files: Sequence[bytes]) -> list[Canonical | Why | Clip]:
        """Have files decoded, one after the other.

        Returns:
            An answer for each, in order.

        Raises:
            ChildLostError: If the process died or took too long over one of them.
        """
        process = self._alive()
        assert process.stdin is not None and process.stdout is not None
        patience = _Patience(process, self._limits.decode_timeout_s, self._limits.clip_timeout_s)
        answers: list[Canonical | Why | Clip] = []
        most_frames = self._limits.clip_frames if self._per_second else 0
        try:
            with patience:
                frames.send(process.stdin, files)
                for _ in files:
                    answers.append(frames.receive(process.stdout, most_frames, patience.go_on))
                    patience.renew()
            return answers
        except (OSError, EOFError, ValueError) as error:
            process.kill()
            process.wait()  # a process that is only dying would take the next file with it
            if patience.lost:
                raise ChildLostError(
                    f"It took more than {self._limits.decode_timeout_s:.0f} seconds to open.",
                    "Save it as a JPEG of ordinary size and try again.",
                    answers,
                ) from error
            raise ChildLostError(
                "It broke the decoder, so the file is probably damaged.",
                "Open it in another program, save it as JPEG and try again.",
                answers,
            ) from error
        finally:
            if patience.lost:
                process.wait()

    def _alive(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._process.poll() is not None and not self._ended:
                _release(self._process)
                self._process = self._start()
            return self._process

    def end(self) -> None:
        """Kill the process for good."""
        with self._lock:
            self._ended = True
            self._process.kill()
            _release(self._process)


class _Patience:
    """Kills a process that takes too long over one file; afterwards it touches it no more.

    Attributes:
        lost: Whether it killed.
    """

    def __init__(
        self, process: subprocess.Popen[bytes], seconds: float, clip_seconds: float
    ) -> None:
        self.lost = False
        self._process = process
        self._seconds = seconds
        self._clip_seconds = clip_seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self.renew()
        self._thread.start()
        return self

    def renew(self) -> None:
        """The next file begins now."""
        self._until = time.monotonic() + self._seconds
        self._end = self._until + self._clip_seconds

    def go_on(self) -> None:
        """Another picture of a video has come."""
        self._until = min(time.monotonic() + self._seconds, self._end)

    def _watch(self) -> None:
        while (left := self._until - time.monotonic()) > 0:
            if self._over.wait(left):
                return
        self.lost = True
        self._process.kill()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def _environment() -> dict[str, str]:
    names = _PASSED_ON | _PASSED_ON_IN_WINDOWS | {FAULT_VARIABLE}
    passed_on = {
        name: value
        for name, value in os.environ.items()
        if name in names or name.startswith(_PASSED_ON_GROUPS)
    }
    return {
        **passed_on,
        # Number libraries reserve address space for every thread they might start.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",  # it could not
    }


def _release(process: subprocess.Popen[bytes]) -> None:
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):  # what a dead process did not read
                pipe.close()
