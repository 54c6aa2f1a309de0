"""One decoding process, both ends of its pipes: `Child` here, `serve` there.

A request is a few files at once, so that the process has work while its parent is busy with
something else: how many, how long each is, then their bytes. Each file gets an answer of its
own as soon as it is done, in the same order: a header, a text and a JPEG. The process has a
limit on memory and ends when its parent does.
"""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from pipeline.config import Limits
from pipeline.photos import decode
from pipeline.photos.decode import Canonical, UnreadablePhoto

FAULT_VARIABLE: Final = "PAWTUNE_FAULT"  # "decode:abort" or "decode:hang", for tests
FAULT_MARKER: Final = b"PAWTUNE-FAULT"  # only files that contain this misbehave

_PROJECT: Final = Path(__file__).resolve().parents[2]
_COUNT: Final = struct.Struct(">I")  # files of a request
_LENGTH: Final = struct.Struct(">Q")  # bytes of each of them
_REPLY: Final = struct.Struct(">?IIII")  # readable, width, height, bytes of text, of JPEG
_MOST_REPLY_BYTES: Final = 4 * 2**20  # far above any canonical photo


class ChildLostError(Exception):
    """A process died or was too slow; its text is the reason for the file it had.

    Attributes:
        answers: Those of the files before that one. The files after it may be asked again.
    """

    def __init__(self, reason: str, answers: list[Canonical | str]) -> None:
        super().__init__(reason)
        self.answers = answers


class Child:
    """One decoding process, started again when it is gone. Used by one thread at a time."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._ended = False
        self._lock = threading.Lock()  # between `end` and a start
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "pipeline.photos.decoder"),
                json.dumps(dataclasses.asdict(self._limits)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_PROJECT,
            # Number libraries reserve address space for every thread they might start.
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            start_new_session=True,  # Ctrl+C is the parent's business
        )

    def ask(self, files: Sequence[bytes]) -> list[Canonical | str]:
        """Have files decoded, one after the other.

        Returns:
            An answer for each, in order; a string is the reason why the file cannot be used.

        Raises:
            ChildLostError: If the process died or took too long over one of them.
        """
        process = self._alive()
        patience = _Patience(process, self._limits.decode_timeout_s)
        answers: list[Canonical | str] = []
        try:
            with patience:
                _send(process, files)
                for _ in files:
                    answers.append(_receive(process))
                    patience.renew()
            return answers
        except (OSError, EOFError, ValueError) as error:
            process.kill()
            process.wait()  # a process that is only dying would take the next file with it
            if patience.lost:
                raise ChildLostError(
                    f"It took more than {self._limits.decode_timeout_s:.0f} seconds to open. "
                    "Save it as a JPEG of ordinary size and try again.",
                    answers,
                ) from error
            raise ChildLostError(
                "It broke the decoder, so the file is probably damaged. "
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

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self.lost = False
        self._process = process
        self._seconds = seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self.renew()
        self._thread.start()
        return self

    def renew(self) -> None:
        """The next file begins now."""
        self._until = time.monotonic() + self._seconds

    def _watch(self) -> None:
        while (left := self._until - time.monotonic()) > 0:
            if self._over.wait(left):
                return
        self.lost = True
        self._process.kill()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()


def _send(process: subprocess.Popen[bytes], files: Sequence[bytes]) -> None:
    assert process.stdin is not None
    lengths = b"".join(_LENGTH.pack(len(data)) for data in files)
    process.stdin.write(b"".join((_COUNT.pack(len(files)), lengths, *files)))
    process.stdin.flush()


def _receive(process: subprocess.Popen[bytes]) -> Canonical | str:
    assert process.stdout is not None
    header = _read_exactly(process.stdout, _REPLY.size)
    readable, width, height, text_bytes, jpeg_bytes = _REPLY.unpack(header)
    if text_bytes + jpeg_bytes > _MOST_REPLY_BYTES:
        raise ValueError("A decoder process answered with more than any photo has.")
    text = _read_exactly(process.stdout, text_bytes).decode()
    jpeg = _read_exactly(process.stdout, jpeg_bytes)
    return Canonical(jpeg, width, height, text or None) if readable else text


def _release(process: subprocess.Popen[bytes]) -> None:
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):  # what a dead process did not read
                pipe.close()


def _read_exactly(stream: IO[bytes], num_bytes: int) -> bytes:
    data = stream.read(num_bytes)
    if len(data) < num_bytes:
        raise EOFError("The other end of the pipe is gone.")
    return data


# === The process itself ===


def _limit_memory(num_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    with suppress(OSError, ValueError):  # nor do some other systems
        resource.setrlimit(resource.RLIMIT_AS, (num_bytes, num_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _requested(requests: IO[bytes]) -> list[bytes]:
    """The files of the next request, all of them: a parent that still writes does not read."""
    (count,) = _COUNT.unpack(_read_exactly(requests, _COUNT.size))
    lengths = [
        length for (length,) in _LENGTH.iter_unpack(_read_exactly(requests, count * _LENGTH.size))
    ]
    return [_read_exactly(requests, length) for length in lengths]


def _answer_to(data: bytes, limits: Limits) -> bytes:
    try:
        photo = decode.canonical(data, limits)
    except UnreadablePhoto as error:
        reason = str(error).encode()
        return _REPLY.pack(False, 0, 0, len(reason), 0) + reason
    note = (photo.note or "").encode()
    header = _REPLY.pack(True, photo.width, photo.height, len(note), len(photo.jpeg))
    return header + note + photo.jpeg


def _misbehave(fault: str, data: bytes) -> None:
    if FAULT_MARKER not in data:
        return
    if fault == "decode:abort":
        os.abort()
    if fault == "decode:hang":
        threading.Event().wait()


def serve(limits: Limits) -> None:
    """Answer requests until the parent closes the pipe."""
    requests = sys.stdin.buffer
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library's print must not answer
    _limit_memory(limits.decoder_memory_bytes)
    fault = os.environ.get(FAULT_VARIABLE, "")
    # Should the parent die while a file hangs, nobody is left to end this process.
    set_alarm = getattr(signal, "alarm", lambda seconds: None)
    with suppress(EOFError, BrokenPipeError):
        while True:
            for data in _requested(requests):
                set_alarm(int(limits.decode_timeout_s) + 5)
                if fault:
                    _misbehave(fault, data)
                replies.write(_answer_to(data, limits))
                replies.flush()
            set_alarm(0)
