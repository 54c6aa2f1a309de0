"""What every source gives, and the ready sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from pipeline.errors import PhotoError, SourceError
from pipeline.photos.incoming import Incoming
from pipeline.photos.sources.leftovers import LeftOut, notes
from pipeline.photos.sources.member_names import Choice
from pipeline.photos.sources.readings import Layout

DRAWN_PETS: Final = "drawn:pets"
TUTORIAL: Final = "tutorial:cats_and_dogs_filtered"
PREFIX: Final = "tfds:"  # any set of TensorFlow Datasets, by its name
TFDS: Final = "tfds:cats_vs_dogs"


class ReadySet(NamedTuple):
    """A set that one button imports.

    Attributes:
        source: What `open_source` takes.
        title: Its name for people.
        description: One plain sentence.
        photos: How many photos it has; None when nobody says.
        download_bytes: What must be fetched once; 0 when it needs no network, None when nobody
            says.
        licence: Under which its photos are given; None where its makers state none.
        homepage: Where they tell more; empty where there is none.
    """

    source: str
    title: str
    description: str
    photos: int | None
    download_bytes: int | None
    licence: str | None
    homepage: str = ""


READY_SETS: Final = (
    ReadySet(
        DRAWN_PETS,
        "Drawn pets",
        "Cats and dogs that this computer paints itself: quick, and there without the internet.",
        800,
        0,
        "that of PawTune, Apache 2.0",
    ),
    ReadySet(
        TUTORIAL,
        "Cats and dogs, tutorial set",
        "The 3,000 photos of TensorFlow's tutorial on transfer learning, half cats, half dogs.",
        3_000,
        68_606_236,
        None,
        "https://www.tensorflow.org/tutorials/images/transfer_learning",
    ),
    ReadySet(
        TFDS,
        "Cats vs Dogs, full set",
        "All 23,262 usable photos of Microsoft's set, prepared by TensorFlow Datasets: takes long.",
        23_262,
        824_887_076,
        None,
        "https://www.microsoft.com/en-us/download/details.aspx?id=54765",
    ),
    ReadySet(
        "tfds:oxford_iiit_pet",
        "Oxford pets",
        "37 breeds of cats and dogs, some 200 photos each: alike, and still to be told apart.",
        7_349,
        811_092_049,
        "CC BY-SA 4.0",
        "https://www.robots.ox.ac.uk/~vgg/data/pets/",
    ),
    ReadySet(
        "tfds:beans",
        "Bean leaves",
        "Leaves from fields in Uganda: healthy, with bean rust, or with angular leaf spot.",
        1_295,
        180_024_906,
        "MIT",
        "https://github.com/AI-Lab-Makerere/ibean/",
    ),
    ReadySet(
        "tfds:tf_flowers",
        "Flowers",
        "Daisies, dandelions, roses, sunflowers and tulips, as people took them.",
        3_670,
        228_813_984,
        "CC BY 2.0, each photo by its own photographer",
        "https://www.tensorflow.org/tutorials/load_data/images",
    ),
    ReadySet(
        "tfds:stanford_dogs",
        "Stanford dogs",
        "120 breeds of dogs from around the world: the largest and hardest of these sets.",
        20_580,
        815_912_960,
        None,
        "http://vision.stanford.edu/aditya86/ImageNetDogs/",
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
    raise SourceError(
        f"There is no such ready set. There are {known}, and every other set of TensorFlow "
        f"Datasets by its name. Received: {source!r}."
    )


def is_fetched(source: str) -> bool:
    """Whether a source comes from the network, unless it was fetched before."""
    return source == TUTORIAL or source.startswith(PREFIX)


def missing_library(name: str) -> SourceError:
    """The sentence for a library without which a ready set cannot be read."""
    return SourceError(
        f"This set needs {name}. Install what requirements.txt lists, or take "
        f"{ready_set(TUTORIAL).title} instead."
    )


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
        layout: How its files were understood, where folders and names decide.
        choices: How else names could be read that do not say their code page, the likeliest first;
            `notes` tells of them, too.
    """

    title: str
    total: int | None
    photos: Iterator[Incoming | PhotoError]
    saved: Saved | None = None
    notes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    layout: Layout | None = None
    choices: tuple[Choice, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether nobody has to be asked how files and names are meant."""
        return not self.choices and (self.layout is None or self.layout.is_plain)

    def understood(self) -> dict[str, Any]:
        """How its files were understood, as plain data: `layout`, and what else was left out."""
        if self.layout is None:
            return {}
        told = self.layout.to_json()
        told["left_out"] += [
            {"files": one.files, "reason": " ".join(notes([one])), "advice": ""}
            for one in self.left_out
        ]
        if self.choices:
            told["code_pages"] = [one._asdict() for one in self.choices]
        return told
