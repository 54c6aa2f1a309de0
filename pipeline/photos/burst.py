"""Frames of a camera as they come: those that show something new, without the near copies.

Somebody holds a button, and frames come several times a second: most show hardly anything that the
one before did not. `shapes` says when two are nearly the same, here as everywhere.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import PhotoError
from pipeline.photos import near_duplicates
from pipeline.photos.decoding.canonical import FINGERPRINT_BYTES, Canonical
from pipeline.photos.incoming import CLIP_DIGITS, Incoming

if TYPE_CHECKING:
    from pipeline.photos.decoding.decoder import Decoder


@dataclass(frozen=True, slots=True)
class Count:
    """What came of the frames of one hold.

    Attributes:
        taken: Frames that came.
        near: Those of them that were left out, because they look nearly like another photo.
        unreadable: Those that are no photo that can be used.
    """

    taken: int = 0
    near: int = 0
    unreadable: int = 0

    @property
    def kept(self) -> int:
        """How many joined the class."""
        return self.taken - self.near - self.unreadable

    def plus(self, other: Self) -> Count:
        """Both together."""
        return Count(
            self.taken + other.taken,
            self.near + other.near,
            self.unreadable + other.unreadable,
        )


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame that shows something new.

    Attributes:
        name: For people; names of one hold are in the order in which the frames were taken.
        data: The bytes that came.
        photo: What becomes of them.
    """

    name: str
    data: bytes
    photo: Canonical


def sift(
    frames: Sequence[bytes], first: int, known: Iterable[bytes], decoder: Decoder
) -> tuple[list[Frame], Count]:
    """Keep the frames that show something new.

    Args:
        frames: Files of the camera, in the order in which they were taken.
        first: How many frames of this hold came before them.
        known: Fingerprints of the photos that are in the class already.
        decoder: Who decodes.

    Returns:
        Those that are kept, and what came of all of them.
    """
    now = time.strftime("%H.%M.%S")
    coming = [
        Incoming(f"camera {now} {first + place:03}.jpg", "", None, partial(bytes, data))
        for place, data in enumerate(frames, start=1)
    ]
    found = [
        Frame(coming.name, data, answer)
        for data, (coming, answer) in zip(frames, decoder.stream(coming), strict=True)
        if not isinstance(answer, PhotoError)
    ]
    kept = [found[place] for place in fresh([one.photo.fingerprint for one in found], known)]
    count = Count(len(frames), len(found) - len(kept), len(frames) - len(found))
    return kept, count


def fresh(coming: Sequence[bytes], known: Iterable[bytes]) -> list[int]:
    """Which frames look like no photo of their class and like no frame before them, ascending.

    Args:
        coming: As `Canonical.fingerprint`, in the order in which they were taken.
        known: The same of the photos that are in the class already.
    """
    there = _prints(known)
    prints = _prints(coming)
    twins = near_duplicates.copies(
        np.concatenate([there, prints]),
        np.zeros(len(there) + len(prints), np.int64),
        these=np.arange(len(there), len(there) + len(prints)),
        those=np.arange(len(there)),
    )
    new = np.flatnonzero(twins < 0).tolist()
    if not new:
        return []
    return [new[place] for place in near_duplicates.distinct([coming[place] for place in new])]


def clip_of(hold: str) -> str:
    """What holds the frames of one hold together when photos are divided; as `Incoming.clip`.

    Args:
        hold: Anything that no other hold has.
    """
    return hashlib.sha256(hold.encode()).hexdigest()[:CLIP_DIGITS]


def _prints(some: Iterable[bytes]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(some), np.uint8).reshape(-1, FINGERPRINT_BYTES)
