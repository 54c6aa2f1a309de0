"""The first half of an import: decode what comes and put it into one scratch file."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import IO, TYPE_CHECKING, Final

from pipeline.errors import NothingUsable, PhotoError, PhotoSetError
from pipeline.photos import class_names, near_duplicates
from pipeline.photos.decoding.canonical import Origin
from pipeline.photos.decoding.clip_kinds import Clip, Ending
from pipeline.photos.incoming import Incoming
from pipeline.photos.photo_notes import kept_text
from pipeline.progress import Report, Stage, Step
from pipeline.settings import mode
from pipeline.settings.limits import LIMITS
from pipeline.wording import clip_text
from pipeline.wording.numbers import plural

if TYPE_CHECKING:
    from pipeline.photos.decoding.canonical import Canonical
    from pipeline.photos.decoding.decoder import Decoder

_MOST_NAMED: Final = 8  # classes or files that one message names


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
    origin: Origin | None
    look: bytes  # fingerprint and measures
    clip: str | None = None


@dataclass(frozen=True, slots=True)
class Watched:
    """A video that was read.

    Attributes:
        name: As its owner knows it.
        looked_at: How many pictures were taken out of it.
        left_out: How many of them look nearly like an earlier one.
        ending: Whether that was all of it.
    """

    name: str
    looked_at: int
    left_out: int
    ending: Ending


@dataclass(slots=True)
class Received:
    """Everything that came, sorted into what can be used and what cannot.

    Attributes:
        arrivals: What can be used.
        rejected: Why each of the others cannot.
        class_sizes: Files that came of each class, by `class_names.key`.
        spelling: How each of these classes was written where it came first.
        as_found: All that was written for it, before it was trimmed.
        looked_at: Files that were read, whatever came of them.
        watched: The videos. What counts as a file of theirs is each picture that is kept, and
            each video of which none can be taken.
    """

    arrivals: list[Arrival] = field(default_factory=list)
    rejected: list[PhotoError] = field(default_factory=list)
    class_sizes: Counter[str] = field(default_factory=Counter)
    spelling: dict[str, str] = field(default_factory=dict)
    as_found: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    looked_at: int = 0
    watched: list[Watched] = field(default_factory=list)

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
    label: str = class_names.UNLABELLED,
) -> Received:
    """Decode all files and append the photos to `scratch`, in the order in which they come.

    Args:
        photos: The files, and what their source already had to reject.
        decoder: Who decodes.
        scratch: Where the photos go.
        report: Told how many files are done.
        total: How many files will come, if the source knows.
        label: The class of photos of which nothing says what they show.

    Raises:
        PhotoSetError: If there are too many classes.
        Stopped: From `report`.
    """
    received, most = Received(), mode.current().limits.classes
    end = scratch.tell()
    stage = Stage(Step.READING_PHOTOS)

    def tick() -> None:
        report(stage, received.looked_at, total, "photos")

    tick()
    with closing(decoder.stream_with_clips(photos, tick)) as stream:
        for photo, answer in _pictures(stream, received):
            class_name = class_names.clean(photo.class_name) or label
            if not isinstance(answer, PhotoError):
                answer = _too_long(photo.name, class_name) or answer
            if isinstance(answer, PhotoError):
                name = class_names.printable(answer.name)
                received.rejected.append(PhotoError(name, *answer.why))
            else:
                received.arrivals.append(_arrival(photo, class_name, answer, end))
                end += scratch.write(answer.jpeg)
            if photo.class_name or not isinstance(answer, PhotoError):
                key = class_names.key(class_name)
                received.class_sizes[key] += 1
                received.spelling.setdefault(key, class_name)
                received.as_found[key].add(photo.class_name or class_name)
            if len(received.class_sizes) > most:
                raise PhotoSetError(
                    f"These photos have more than {most} classes. "
                    "Put photos of the same thing into one folder and import again."
                )
            tick()
    return received


def _pictures(
    stream: Iterable[tuple[Incoming, Canonical | PhotoError | Clip]], received: Received
) -> Iterator[tuple[Incoming, Canonical | PhotoError]]:
    """Photos as they come, and of each video the pictures that differ from those before."""
    for photo, answer in stream:
        received.looked_at += 1
        if not isinstance(answer, Clip):
            yield photo, answer
            continue
        frames = answer.frames
        kept = near_duplicates.distinct([frame.photo.fingerprint for frame in frames])
        name = class_names.printable(photo.name)
        received.watched.append(Watched(name, len(frames), len(frames) - len(kept), answer.ending))
        for place in kept:
            shown = clip_text.frame_name(photo.name, frames[place].at_ms)
            yield replace(photo, name=shown), frames[place].photo


def _arrival(photo: Incoming, class_name: str, canonical: Canonical, offset: int) -> Arrival:
    sha256 = hashlib.sha256(canonical.jpeg).hexdigest()
    known = photo.known if photo.known and photo.known.sha256 == sha256 else None
    return Arrival(
        name=class_names.printable(photo.name),
        class_name=class_name,
        split=photo.split,
        sha256=sha256,
        offset=offset,
        length=len(canonical.jpeg),
        width=canonical.width,
        height=canonical.height,
        note=known.note if known else kept_text(canonical.notes),
        origin=known.origin if known else canonical.origin,
        look=canonical.fingerprint + canonical.measures,
        clip=known.clip if known else photo.clip,
    )


def _too_long(name: str, class_name: str) -> PhotoError | None:
    if len(class_name) <= LIMITS.class_name_chars:
        return None
    return PhotoError(
        name,
        f"The name of its class is longer than {LIMITS.class_name_chars} letters.",
        "Give the folder a shorter name.",
    )


def check_any(received: Received) -> None:
    """Refuse an import that no photo came of.

    Raises:
        NothingUsable: If nothing came, or nothing of it can be used.
    """
    if not received.files:
        problem = (
            "No photos were found. Choose a folder or zip that holds one folder of photos "
            "for each class."
        )
    elif not received.arrivals:
        problem = "None of these files can be used."
    else:
        return
    text = " ".join([problem, *_account(received, Counter())])
    raise NothingUsable(text, tuple(received.rejected))


def _account(received: Received, usable: Counter[str]) -> list[str]:
    """What came, class by class, and why files were left out."""
    sentences = []
    if received.class_sizes:
        classes = [
            f"{received.spelling[key]} {usable[key]} of {size} usable"
            for key, size in sorted(received.class_sizes.items())
        ]
        sentences.append(f"Received {plural(received.files, 'file')}: {_listed(classes)}.")
    if received.rejected:
        reasons = _listed([f"{_short(one)} ({one.why})" for one in received.rejected])
        sentences.append(f"Left out: {reasons}.")
    return sentences


def _short(error: PhotoError) -> str:
    return error.name if len(error.name) <= 80 else f"...{error.name[-77:]}"


def _listed(names: Sequence[str]) -> str:
    shown = list(names[:_MOST_NAMED])
    if len(names) > _MOST_NAMED:
        shown.append(f"and {len(names) - _MOST_NAMED} more")
    return ", ".join(shown)
