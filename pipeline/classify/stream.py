"""Answers about many files, streamed: bytes in, one answer or one reason each."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.answer import Answer
from pipeline.classify.classifier import Classifier
from pipeline.errors import PhotoError
from pipeline.parallel import made_ahead, processors
from pipeline.photos.decoding.canonical import Canonical
from pipeline.photos.decoding.decode import square
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.incoming import Incoming
from pipeline.settings import mode

BATCH: Final = 32


@dataclass(frozen=True, slots=True)
class Answered:
    """What is known of one file after it was asked about.

    Attributes:
        photo: The file as it came.
        jpeg: The canonical photo that was looked at, or None if it cannot be used.
        fingerprint: Of that photo, see `Canonical`; empty if it cannot be used.
        answer: The answer, or None if it cannot be used.
        error: Why it cannot be used, or None.
    """

    photo: Incoming
    jpeg: bytes | None
    fingerprint: bytes
    answer: Answer | None
    error: PhotoError | None


@dataclass(frozen=True, slots=True)
class _Shown:
    """A decoded file on its way to the network."""

    photo: Incoming
    found: Canonical | PhotoError
    pixels: NDArray[np.uint8] | None  # (S, S, 3) RGB in [0, 255]


def from_path(path: Path) -> Incoming:
    """A file on this machine as a photo to ask about; it is read when its turn comes."""

    def read() -> bytes:
        try:
            limit_bytes = mode.current().limits.file_bytes
            if path.stat().st_size > limit_bytes:
                limit = limit_bytes // 2**20
                raise PhotoError(
                    str(path), f"The file is larger than {limit} MB.", "Save a smaller copy of it."
                )
            return path.read_bytes()
        except OSError as error:
            raise PhotoError(
                str(path),
                f"The file cannot be read ({error.strerror}).",
                "Check its name and place.",
            ) from error

    return Incoming(str(path), "", None, read)


def answers(
    photos: Iterable[Incoming | PhotoError], classifier: Classifier, decoder: Decoder
) -> Generator[Answered]:
    """Ask the classifier about each photo, in order.

    While the network works on some photos the next are decoded; memory stays flat however many
    there are. `photos` is walked in the caller's thread. Close the iterator where it may be left
    early. A single photo has nothing to be ahead of: it is answered in the caller's thread.
    """

    def show(decoded: tuple[Incoming, Canonical | PhotoError]) -> _Shown:
        photo, found = decoded
        if isinstance(found, PhotoError):
            return _Shown(photo, found, None)
        return _Shown(photo, found, square(found.jpeg, classifier.image_size_px))

    if isinstance(photos, Sequence) and len(photos) == 1:
        yield from _ask(classifier, [show(decoder.one(photos[0]))])
        return
    with (
        closing(decoder.stream(photos)) as decoded,
        closing(made_ahead(show, decoded, processors())) as shown,
    ):
        batches = iter(lambda: list(islice(shown, BATCH)), [])
        with closing(made_ahead(lambda batch: _ask(classifier, batch), batches, 1)) as answered:
            for batch in answered:
                yield from batch


def told(
    photos: Iterable[Incoming | PhotoError], classifier: Classifier, decoder: Decoder
) -> dict[str, Any]:
    """What `answers` says as plain JSON: for the command line, and for other programs.

    Returns:
        `photos`, one entry for each in their order, with its answer or with why it cannot be
        used; and how many were `received`, `accepted` and `rejected`.
    """
    found = [_told(one) for one in answers(photos, classifier, decoder)]
    rejected = sum("error" in one for one in found)
    counted = {"received": len(found), "accepted": len(found) - rejected, "rejected": rejected}
    return {"photos": found, **counted}


def _told(answered: Answered) -> dict[str, Any]:
    if answered.answer is not None:
        return {"path": answered.photo.name, **answered.answer.told()}
    assert answered.error is not None
    return {"path": answered.photo.name, "error": str(answered.error.why)}


def _ask(classifier: Classifier, batch: Sequence[_Shown]) -> list[Answered]:
    pixels = [one.pixels for one in batch if one.pixels is not None]
    found = iter(classifier.answers(np.stack(pixels)) if pixels else ())
    return [
        Answered(one.photo, None, b"", None, one.found)
        if isinstance(one.found, PhotoError)
        else Answered(one.photo, one.found.jpeg, one.found.fingerprint, next(found), None)
        for one in batch
    ]
