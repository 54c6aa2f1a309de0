"""What the decoder gives: a photo as it is kept, and what is known of the file it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from msgspec import Meta, Struct

from pipeline.photos.photo_notes import PhotoNote

CANONICAL_SIDE_PX: Final = 512  # longest side of a kept photo

# As Pillow calls the formats that are read, and as people do.
FORMAT_NAMES: Final = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WebP", "HEIF": "HEIC", "AVIF": "AVIF"}
# Videos, of which frames are kept.
CLIP_NAMES: Final = {"MP4": "MP4", "MOV": "MOV", "WEBM": "WebM"}
ORIGIN_NAMES: Final = FORMAT_NAMES | CLIP_NAMES
ORIGIN_FORMATS: Final = tuple(ORIGIN_NAMES)
FINGERPRINT_SIDE: Final = 16
FINGERPRINT_BYTES: Final = FINGERPRINT_SIDE**2
_AnySide = Annotated[int, Meta(ge=1, le=2**24)]  # of any file that was ever read


class Origin(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """What a photo was when it came, before it was rewritten; manifests have it in this order.

    Attributes:
        format: One of `ORIGIN_FORMATS`.
        width: As stored in the file, in pixels.
        height: As stored in the file, in pixels.
        turned: Whether its EXIF said that it has to be turned to stand upright.
    """

    format: Annotated[str, Meta(pattern=rf"^({'|'.join(ORIGIN_FORMATS)})\Z")]
    width: _AnySide
    height: _AnySide
    turned: bool


@dataclass(frozen=True, slots=True)
class Canonical:
    """A photo as it is kept.

    Attributes:
        jpeg: RGB JPEG, upright, longest side at most `CANONICAL_SIDE_PX`, no metadata.
        width: In pixels.
        height: In pixels.
        notes: What its owner should know about it.
        origin: The file that it was made from.
        fingerprint: The photo squashed to `FINGERPRINT_SIDE` x `FINGERPRINT_SIDE`, in grey, row
            by row, one byte each: photos that look alike have fingerprints that do.
        measures: How bright, coloured and sharp it is, see `measures.NAMES`, one byte each.
    """

    jpeg: bytes
    width: int
    height: int
    notes: tuple[PhotoNote, ...]
    origin: Origin
    fingerprint: bytes
    measures: bytes
