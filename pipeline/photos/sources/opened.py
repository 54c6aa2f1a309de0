"""What every source gives, and the ready sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from pipeline.errors import PhotoError, SourceError
from pipeline.photos.incoming import Incoming
from pipeline.photos.sources.leftovers import LeftOut

DRAWN_PETS: Final = "drawn:pets"
TUTORIAL: Final = "tutorial:cats_and_dogs_filtered"
TFDS: Final = "tfds:cats_vs_dogs"


class ReadySet(NamedTuple):
    """A set that one button imports.

    Attributes:
        source: What `open_source` takes.
        title: Its name for people.
        description: One plain sentence.
        photos: How many photos it has.
        download_bytes: What must be fetched once; 0 when it needs no network.
    """

    source: str
    title: str
    description: str
    photos: int
    download_bytes: int


READY_SETS: Final = (
    ReadySet(
        DRAWN_PETS,
        "Drawn pets",
        "Cats and dogs that this computer paints itself: quick, and there without a network.",
        800,
        0,
    ),
    ReadySet(
        TUTORIAL,
        "Cats and dogs, tutorial set",
        "The 3,000 photos of TensorFlow's tutorial on transfer learning, half cats, half dogs.",
        3_000,
        68_606_236,
    ),
    ReadySet(
        TFDS,
        "Cats vs Dogs, full set",
        "All 23,262 usable photos of Microsoft's set, prepared by TensorFlow Datasets: takes long.",
        23_262,
        824_887_076,
    ),
)


def ready_set(source: str) -> ReadySet:
    """The ready set whose source is `source`.

    Raises:
        SourceError: If there is none; names those that there are.
    """
    for ready in READY_SETS:
        if ready.source == source:
            return ready
    known = ", ".join(ready.source for ready in READY_SETS)
    raise SourceError(f"There is no such ready set. There are {known}. Received: {source!r}.")


@dataclass(frozen=True, slots=True)
class Saved:
    """What the list in a saved photo set's file tells of the set as a whole.

    Attributes:
        name: What its owner called it.
        classes: Names of all classes, those without photos among them.
        seed: Of the random choice of its splits.
        sha256s: Of every photo, as it was saved.
    """

    name: str
    classes: tuple[str, ...]
    seed: int
    sha256s: frozenset[str]


@dataclass(frozen=True, slots=True)
class Opened:
    """A source that is ready to be read, once.

    Attributes:
        title: Its name for people.
        total: How many items `photos` gives in all, or None when nobody knows.
        photos: Every file that was found, in a fixed order: readable, or why it is not.
            Giving the next one may raise `SourceError` when the source itself breaks.
        saved: The set as a whole, where the source is a photo set that was saved as one file.
        notes: What its owner should know about it as a whole, one sentence each.
        left_out: Files in folders that nobody meant to bring; `notes` tells of them, too.
    """

    title: str
    total: int | None
    photos: Iterator[Incoming | PhotoError]
    saved: Saved | None = None
    notes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
