"""What goes through the pipes of a decoding process, written and read at both ends.

A request is a few files at once, so that the process has work while its parent is busy with
something else: how many, how long each is, then their bytes. Each file gets a reply of its own
as soon as it is done, in the same order: a header of fixed size, a text, and for a photo its
fingerprint and its JPEG. A video gets one for each of its pictures, and one that says how it ended.

A process that a file has taken over can write what it likes. So the parent believes no reply:
there is nothing in it to parse but numbers, and whatever no honest process would have sent is
a `ValueError`. Of a photo only the compressed pixels, the fingerprint and the
measures are left to it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import IO, Final

from pipeline.errors import Why
from pipeline.photos import photo_notes
from pipeline.photos.decoding import canonical_jpeg
from pipeline.photos.decoding.canonical import (
    CLIP_NAMES,
    FINGERPRINT_BYTES,
    ORIGIN_FORMATS,
    Canonical,
    Origin,
)
from pipeline.photos.decoding.clip_kinds import Clip, ClipFrame, Ending
from pipeline.photos.decoding.measures import MEASURES_BYTES

_COUNT: Final = struct.Struct(">I")  # files of a request
_LENGTH: Final = struct.Struct(">Q")  # bytes of each of them
# Whether it is a photo; its width and height; its origin's format, width, height, and whether
# that was turned; bytes of the text, which is its notes, or why it was refused and, on a
# second line, what to do; bytes of the JPEG.
_REPLY: Final = struct.Struct(">?HHBII?HI")
# Before a photo's reply, where it is one picture of a video: this, and milliseconds from its
# beginning. Behind the last one: this, and how it ended.
_FRAME: Final = b"\x02"
_AT: Final = struct.Struct(">I")
_END: Final = b"\x03"
_ENDINGS: Final = tuple(Ending)
_MOST_TEXT_BYTES: Final = 1000
_MOST_JPEG_BYTES: Final = 4 * 2**20  # far above any canonical photo
_NOTES: Final = {" ".join(notes): notes for notes in photo_notes.EVERY}


def send(stream: IO[bytes], files: Sequence[bytes]) -> None:
    """Write a request."""
    lengths = b"".join(_LENGTH.pack(len(data)) for data in files)
    stream.write(b"".join((_COUNT.pack(len(files)), lengths, *files)))
    stream.flush()


def requested(stream: IO[bytes]) -> list[bytes]:
    """The files of the next request, all of them: a parent that still writes does not read.

    Raises:
        EOFError: If the parent has closed its end.
    """
    (count,) = _COUNT.unpack(_read_exactly(stream, _COUNT.size))
    lengths = [
        length for (length,) in _LENGTH.iter_unpack(_read_exactly(stream, count * _LENGTH.size))
    ]
    return [_read_exactly(stream, length) for length in lengths]


def packed(answer: Canonical | Why) -> bytes:
    """The reply to one file: the photo, or the reason why it cannot be used."""
    if isinstance(answer, Why):
        why = "\n".join(answer).encode()
        return _REPLY.pack(False, 0, 0, 0, 0, 0, False, len(why), 0) + why
    note = " ".join(answer.notes).encode()
    origin = answer.origin
    header = _REPLY.pack(
        True,
        *(answer.width, answer.height),
        *(ORIGIN_FORMATS.index(origin.format), origin.width, origin.height, origin.turned),
        *(len(note), len(answer.jpeg)),
    )
    return b"".join((header, note, answer.fingerprint, answer.measures, answer.jpeg))


def packed_frame(frame: ClipFrame) -> bytes:
    """A part of the reply to a video: one picture."""
    return _FRAME + _AT.pack(frame.at_ms) + packed(frame.photo)


def packed_end(ending: Ending) -> bytes:
    """The last part of the reply to a video, behind one picture at least."""
    return _END + bytes([_ENDINGS.index(ending)])


def receive(
    stream: IO[bytes], most_frames: int = 0, goes_on: Callable[[], None] = lambda: None
) -> Canonical | Why | Clip:
    """Read the reply to one file.

    Args:
        stream: The process's end.
        most_frames: How many pictures of a video there may be.
        goes_on: Told that another one of them has come.

    Raises:
        EOFError: If the process is gone.
        ValueError: If no honest process would have sent this.
    """
    mark = _read_exactly(stream, 1)
    if mark not in (_FRAME, _END):
        return _one(mark, stream, are_clips=False)
    found: list[ClipFrame] = []
    while mark == _FRAME and len(found) < most_frames:
        (at_ms,) = _AT.unpack(_read_exactly(stream, _AT.size))
        photo = _one(_read_exactly(stream, 1), stream, are_clips=True)
        if isinstance(photo, Why) or (found and at_ms <= found[-1].at_ms):
            raise ValueError("A decoder process answered with pictures as no video has them.")
        found.append(ClipFrame(at_ms, photo))
        goes_on()
        mark = _read_exactly(stream, 1)
    (ending,) = _read_exactly(stream, 1)
    if mark != _END or not found or ending >= len(_ENDINGS):
        raise ValueError("A decoder process answered with more pictures than were asked for.")
    return Clip(tuple(found), _ENDINGS[ending])


def _one(mark: bytes, stream: IO[bytes], are_clips: bool) -> Canonical | Why:
    """A reply about one photo, or one picture of a video; its first byte has been read."""
    header = _REPLY.unpack(mark + _read_exactly(stream, _REPLY.size - 1))
    readable, width, height, kind, stored_width, stored_height, turned, *lengths = header
    text_bytes, jpeg_bytes = lengths
    if text_bytes > _MOST_TEXT_BYTES or jpeg_bytes > _MOST_JPEG_BYTES:
        raise ValueError("A decoder process answered with more than any photo has.")
    text = _read_exactly(stream, text_bytes).decode()
    if not readable:
        why = Why(*text.split("\n")) if text.count("\n") == 1 else Why("")
        if any(header[1:7]) or jpeg_bytes or not why.reason or not all(map(str.isprintable, why)):
            raise ValueError("A decoder process refused a file as none does.")
        return why
    fingerprint = _read_exactly(stream, FINGERPRINT_BYTES)
    measures = _read_exactly(stream, MEASURES_BYTES)
    jpeg = _read_exactly(stream, jpeg_bytes)
    if (
        kind >= len(ORIGIN_FORMATS)
        or (ORIGIN_FORMATS[kind] in CLIP_NAMES) is not are_clips
        or not min(stored_width, stored_height)
        or text not in _NOTES
        or not canonical_jpeg.has_its_form(jpeg, (width, height))
    ):
        raise ValueError("A decoder process answered with a photo as none makes it.")
    origin = Origin(ORIGIN_FORMATS[kind], stored_width, stored_height, turned)
    return Canonical(jpeg, width, height, _NOTES[text], origin, fingerprint, measures)


def _read_exactly(stream: IO[bytes], num_bytes: int) -> bytes:
    data = stream.read(num_bytes)
    if len(data) < num_bytes:
        raise EOFError("The other end of the pipe is gone.")
    return data
