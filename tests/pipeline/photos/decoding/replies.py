"""Requests and replies of a decoding process, byte by byte."""

from __future__ import annotations

import struct

from pipeline.photos.decoding import decode
from pipeline.photos.decoding.serving import FAULT_MARKER
from tests.inputs import pictures

GOOD = pictures.jpeg()
EVIL = GOOD + FAULT_MARKER  # still a fine picture, but the fault hook knows it
PHOTO = decode.canonical(GOOD)
_HEADER = struct.Struct(">?HHBII?HI")  # as `frames` has it, written down once more


def request(data: bytes) -> bytes:
    """What a process is sent for one file."""
    return (1).to_bytes(4, "big") + len(data).to_bytes(8, "big") + data


def reply(
    *,
    readable: bool = True,
    size: tuple[int, int] = (60, 40),
    origin: tuple[int, int, int, bool] = (0, 60, 40, False),
    text: bytes = b"",
    fingerprint: bytes = PHOTO.fingerprint,
    measures: bytes = PHOTO.measures,
    jpeg: bytes = PHOTO.jpeg,
    jpeg_bytes: int | None = None,
) -> bytes:
    length = len(jpeg) if jpeg_bytes is None else jpeg_bytes
    header = _HEADER.pack(readable, *size, *origin, len(text), length)
    return header + text + fingerprint + measures + jpeg


def refusal(text: bytes, **changes: object) -> bytes:
    """The reply about a file that is refused."""
    nothing = {"readable": False, "size": (0, 0), "origin": (0, 0, 0, False), "jpeg": b""}
    return reply(text=text, **{**nothing, "fingerprint": b"", "measures": b"", **changes})  # type: ignore[arg-type]


LIES = {
    "a format that is none": reply(origin=(5, 60, 40, False)),
    "an origin without width": reply(origin=(0, 0, 40, False)),
    "an origin without height": reply(origin=(0, 60, 0, False)),
    "a photo without width": reply(size=(0, 40)),
    "another size than the JPEG's": reply(size=(61, 40)),
    "too large a photo": reply(size=(513, 40)),
    "a note of its own": reply(text=b"Click [here](https://example.org)."),
    "a note that is no text": reply(text=b"\xff\xff"),
    "no JPEG": reply(jpeg=b""),
    "something else as a JPEG": reply(jpeg=b"<script>alert(1)</script>"),
    "a JPEG of somebody else's": reply(jpeg=GOOD),
    "a JPEG with something behind": reply(jpeg=PHOTO.jpeg + b"<script>\xff\xd9"),
    "a fingerprint that is too long": reply(fingerprint=bytes(257)),
    "measures that are too many": reply(measures=bytes(8)),
    "far too much": reply(jpeg_bytes=2**32 - 1),
    "a refusal without reason": refusal(b""),
    "a long refusal": refusal(b"x" * 1001),
    "a refusal with lines": refusal(b"This is\n# a heading\nand more"),
    "a refusal without advice's line": refusal(b"No."),
    "an advice without a reason": refusal(b"\nDo it."),
    "a refusal that is no text": refusal(b"\xff"),
    "a refusal with a photo": refusal(b"No.\n", jpeg=PHOTO.jpeg),
    "a refusal with a size": refusal(b"No.\n", size=(60, 40)),
    "a refusal with an origin": refusal(b"No.\n", origin=(0, 0, 0, True)),
}
