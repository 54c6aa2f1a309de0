"""The inside of a decoding process: it takes limits upon itself, and answers until its parent ends.

What the two say to each other is in `frames`; `process` is the other end.
"""

from __future__ import annotations

import os
import signal
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from pipeline.errors import Why
from pipeline.photos.decoding import decode, frames, sandbox
from pipeline.photos.decoding.canonical import Canonical
from pipeline.photos.decoding.clip_kinds import Ending, clip_kind
from pipeline.photos.decoding.decode import UnreadablePhoto
from pipeline.settings.limits import Limits

FAULT_VARIABLE: Final = "PAWTUNE_FAULT"  # "decode:abort" or "decode:hang", for tests
FAULT_MARKER: Final = b"PAWTUNE-FAULT"  # only files that contain this misbehave
_MOST_OPEN_FILES: Final = 64  # enough to load a library when the first file needs it


def _limit(memory_bytes: int) -> None:
    """Leave the process nothing to do harm with; its pipes stay as they are."""
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),  # bytes of any file that it writes to
        (resource.RLIMIT_NOFILE, _MOST_OPEN_FILES),
    ):
        with suppress(OSError, ValueError):  # not every system has all of them
            resource.setrlimit(what, (most, most))


def _silence() -> None:
    """Keep a library's print out of the replies, and from failing where it must not write."""
    errors = sys.stderr.fileno()
    if stat.S_ISREG(os.fstat(errors).st_mode):  # the parent's log, say
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, errors)
        os.close(nowhere)
    os.dup2(errors, sys.stdout.fileno())


def _answer_to(data: bytes, limits: Limits) -> Canonical | Why:
    try:
        return decode.canonical(data, limits)
    except UnreadablePhoto as error:
        return error.why


def _replies(data: bytes, limits: Limits, per_second: float | None) -> Iterator[bytes]:
    """The reply to a file, for a video in parts."""
    if per_second is None or clip_kind(data) is None:
        yield frames.packed(_answer_to(data, limits))
        return
    from pipeline.photos.decoding import clip

    try:
        for part in clip.frames(data, per_second, limits):
            yield frames.packed_end(part) if isinstance(part, Ending) else frames.packed_frame(part)
    except UnreadablePhoto as error:
        yield frames.packed(error.why)


def _longest_s(data: bytes, limits: Limits, per_second: float | None) -> int:
    """After so many seconds over one file a process ends itself."""
    is_clip = per_second is not None and clip_kind(data) is not None
    return int(limits.decode_timeout_s + (limits.clip_timeout_s if is_clip else 0)) + 5


def _misbehave(fault: str, data: bytes) -> None:
    if FAULT_MARKER not in data:
        return
    if fault == "decode:abort":
        os.abort()
    if fault == "decode:hang":
        threading.Event().wait()


def serve(limits: Limits, frames_per_second: float | None = None) -> None:
    """Answer requests until the parent closes the pipe.

    Args:
        limits: What one file may cost.
        frames_per_second: As `Child` has it.
    """
    requests = sys.stdin.buffer
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    _silence()
    _limit(limits.decoder_memory_bytes)
    sandbox.enter()
    fault = os.environ.get(FAULT_VARIABLE, "")
    # Should the parent die while a file hangs, nobody is left to end this process.
    set_alarm = getattr(signal, "alarm", lambda seconds: None)
    with suppress(EOFError, BrokenPipeError):
        while True:
            for data in frames.requested(requests):
                set_alarm(_longest_s(data, limits, frames_per_second))
                if fault:
                    _misbehave(fault, data)
                for reply in _replies(data, limits, frames_per_second):
                    replies.write(reply)
                    replies.flush()
            set_alarm(0)
