"""One decoding process, both ends of its pipes: `Child` here, `serve` there.

A request is a length and the file's bytes; an answer is a header, a text and a JPEG. The
process has a limit on memory and ends when its parent does.
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
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from pipeline.config import Limits
from pipeline.photos import decode
from pipeline.photos.decode import Canonical, UnreadablePhoto

FAULT_VARIABLE: Final = "PAWTUNE_FAULT"  # "decode:abort" or "decode:hang", for tests
FAULT_MARKER: Final = b"PAWTUNE-FAULT"  # only files that contain this misbehave

_PROJECT: Final = Path(__file__).resolve().parents[2]
_LENGTH: Final = struct.Struct(">Q")
_REPLY: Final = struct.Struct(">?IIII")  # readable, width, height, bytes of text, of JPEG
_MOST_REPLY_BYTES: Final = 4 * 2**20  # far above any canonical photo


class ChildLostError(Exception):
    """A process died or was too slow; its text is the reason for the file it had."""


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

    def ask(self, data: bytes) -> Canonical | str:
        """Have one file decoded; a string is the reason why it cannot be used.

        Raises:
            ChildLostError: If the process died or took too long.
        """
        process = self._alive()
        too_slow = threading.Event()

        def kill() -> None:
            too_slow.set()
            process.kill()

        timer = threading.Timer(self._limits.decode_timeout_s, kill)
        timer.start()
        try:
            return self._exchange(process, data)
        except (OSError, EOFError, ValueError) as error:
            process.kill()
            process.wait()  # a process that is only dying would take the next file with it
            if too_slow.is_set():
                raise ChildLostError(
                    f"It took more than {self._limits.decode_timeout_s:.0f} seconds to open. "
                    "Save it as a JPEG of ordinary size and try again."
                ) from error
            raise ChildLostError(
                "It broke the decoder, so the file is probably damaged. "
                "Open it in another program, save it as JPEG and try again."
            ) from error
        finally:
            timer.cancel()
            timer.join()  # afterwards nothing can kill the process under the next file
            if too_slow.is_set():
                process.wait()

    def _alive(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._process.poll() is not None and not self._ended:
                _release(self._process)
                self._process = self._start()
            return self._process

    @staticmethod
    def _exchange(process: subprocess.Popen[bytes], data: bytes) -> Canonical | str:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(_LENGTH.pack(len(data)))
        process.stdin.write(data)
        process.stdin.flush()
        header = _read_exactly(process.stdout, _REPLY.size)
        readable, width, height, text_bytes, jpeg_bytes = _REPLY.unpack(header)
        if text_bytes + jpeg_bytes > _MOST_REPLY_BYTES:
            raise ValueError("A decoder process answered with more than any photo has.")
        text = _read_exactly(process.stdout, text_bytes).decode()
        jpeg = _read_exactly(process.stdout, jpeg_bytes)
        return Canonical(jpeg, width, height, text or None) if readable else text

    def end(self) -> None:
        """Kill the process for good."""
        with self._lock:
            self._ended = True
            self._process.kill()
            _release(self._process)


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
    """Answer frames until the parent closes the pipe."""
    requests = sys.stdin.buffer
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library's print must not answer
    _limit_memory(limits.decoder_memory_bytes)
    fault = os.environ.get(FAULT_VARIABLE, "")
    # Should the parent die while a file hangs, nobody is left to end this process.
    set_alarm = getattr(signal, "alarm", lambda seconds: None)
    with suppress(EOFError, BrokenPipeError):
        while True:
            (num_bytes,) = _LENGTH.unpack(_read_exactly(requests, _LENGTH.size))
            data = _read_exactly(requests, num_bytes)
            set_alarm(int(limits.decode_timeout_s) + 5)
            if fault:
                _misbehave(fault, data)
            replies.write(_answer_to(data, limits))
            replies.flush()
            set_alarm(0)
