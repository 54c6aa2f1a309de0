"""The first half of an import: decode what comes and put it into one scratch file."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from pipeline.config import LIMITS
from pipeline.errors import PhotoError, PhotoSetError
from pipeline.photos import class_names
from pipeline.photos.incoming import Incoming
from pipeline.progress import Report

if TYPE_CHECKING:
    from pipeline.photos.decode import Canonical
    from pipeline.photos.decoder import Decoder


@dataclass(frozen=True, slots=True)
class Arrival:
    """One decoded photo; `offset` and `length` say where in the scratch file it is, in bytes."""

    name: str
    class_name: str  # as found
    split: str | None
    sha256: str
    offset: int
    length: int
    width: int  # pixels
    height: int  # pixels
    note: str | None


@dataclass(slots=True)
class Received:
    """Everything that came, sorted into what can be used and what cannot.

    Attributes:
        arrivals: What can be used.
        rejected: Why each of the others cannot.
        class_sizes: Files that came of each class, by `class_names.key`.
        spelling: How each of these classes was written where it came first.
    """

    arrivals: list[Arrival] = field(default_factory=list)
    rejected: list[PhotoError] = field(default_factory=list)
    class_sizes: Counter[str] = field(default_factory=Counter)
    spelling: dict[str, str] = field(default_factory=dict)

    @property
    def files(self) -> int:
        """How many files came."""
        return len(self.arrivals) + len(self.rejected)


def receive(
    photos: Iterable[Incoming | PhotoError],
    decoder: Decoder,
    scratch: IO[bytes],
    report: Report,
    total: int | None,
) -> Received:
    """Decode all files and append the photos to `scratch`, in the order in which they come.

    Raises:
        PhotoSetError: If there are too many classes.
        Stopped: From `report`.
    """
    received = Received()
    end = scratch.tell()
    stage = "Reading photos"
    report(stage, 0, total, "photos")
    with closing(decoder.stream(photos)) as stream:
        for photo, answer in stream:
            if not isinstance(answer, PhotoError):
                answer = _class_problem(photo) or answer
            if photo.class_name:
                key = class_names.key(photo.class_name)
                received.class_sizes[key] += 1
                received.spelling.setdefault(key, class_names.clean(photo.class_name))
            if isinstance(answer, PhotoError):
                name = class_names.printable(answer.name)
                received.rejected.append(PhotoError(name, answer.reason))
            else:
                received.arrivals.append(_arrival(photo, answer, end))
                end += scratch.write(answer.jpeg)
            if len(received.class_sizes) > LIMITS.classes:
                raise PhotoSetError(
                    f"These photos have more than {LIMITS.classes} classes. "
                    "Put photos of the same thing into one folder and import again."
                )
            report(stage, received.files, total, "photos")
    return received


def _arrival(photo: Incoming, canonical: Canonical, offset: int) -> Arrival:
    return Arrival(
        name=class_names.printable(photo.name),
        class_name=photo.class_name,
        split=photo.split,
        sha256=hashlib.sha256(canonical.jpeg).hexdigest(),
        offset=offset,
        length=len(canonical.jpeg),
        width=canonical.width,
        height=canonical.height,
        note=canonical.note,
    )


def _class_problem(photo: Incoming) -> PhotoError | None:
    name = class_names.clean(photo.class_name)
    if not name:
        return PhotoError(
            photo.name,
            "Nothing says what it shows. Put it into a folder with the name of its class.",
        )
    if len(name) > LIMITS.class_name_chars:
        return PhotoError(
            photo.name,
            f"The name of its class is longer than {LIMITS.class_name_chars} letters. "
            "Give the folder a shorter name.",
        )
    return None
