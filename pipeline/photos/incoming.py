"""What a source hands over: one file, not yet read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pipeline.photos.manifest import Photo

CLIP_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class Incoming:
    """One file from outside on its way into a photo set.

    Attributes:
        name: The file's name as its owner knows it. Data, never a path.
        class_name: What the owner says the photo shows, as found; empty where nothing says it.
        split: "training", "validation", "test", or None when the source has no splits.
        read: Gives the file's bytes; called once, when its turn has come. May raise
            `PhotoError`, which rejects this file alone.
        known: What a saved set says of it; taken where the bytes are the very same.
        clip: The video that it is a frame of: the first 16 hexadecimal digits of that file's
            SHA-256; or the hold of the camera, see `burst.clip_of`. Frames of one stay together
            when photos are divided. None for a photo.
    """

    name: str
    class_name: str
    split: str | None
    read: Callable[[], bytes]
    known: Photo | None = None
    clip: str | None = None
