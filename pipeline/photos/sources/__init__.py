"""Where photos come from: a folder, a zip, or one of the ready sets.

A source only says what is there and how to read it; `pipeline.photos.sets` decodes and keeps.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.errors import PhotoError, SourceError
from pipeline.photos.incoming import Incoming
from pipeline.progress import Report

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
    """

    title: str
    total: int | None
    photos: Iterator[Incoming | PhotoError]
    saved: Saved | None = None


@contextmanager
def open_source(
    source: str,
    downloads_folder: Path,
    report: Report,
    data_dir: Path | None = None,
    seed: int = 0,
    title: str | None = None,
) -> Iterator[Opened]:
    """Open a ready set, a folder of class folders, or a zip of them.

    Args:
        source: The `source` of one of `READY_SETS`, or the path of a folder or zip file.
        downloads_folder: Where fetched files are kept.
        report: Hears of downloads and other long work.
        data_dir: Where TensorFlow Datasets keeps its sets; a folder of its own in
            `downloads_folder` unless given.
        seed: Start of the random numbers with which drawn pets differ.
        title: What its owner calls an uploaded file, whose own name means nothing to anybody.

    Yields:
        What was opened; good until the context is left.

    Raises:
        SourceError: If there is nothing that could be imported; says what to do.
        DownloadError: If a ready set could not be fetched.
        Stopped: From `report`.
    """
    # Each source is imported when it is asked for: the pages need `READY_SETS` alone.
    if source == DRAWN_PETS:
        from pipeline.photos.sources import drawn

        ready = ready_set(source)
        yield Opened(ready.title, ready.photos, iter(drawn.photos(seed=seed)))
    elif source == TUTORIAL:
        from pipeline.photos.sources.tutorial import open_tutorial

        with open_tutorial(downloads_folder, report) as opened:
            yield opened
    elif source == TFDS:
        from pipeline.photos.sources.tfds import open_tfds

        yield open_tfds(data_dir or downloads_folder / "tensorflow_datasets", report)
    else:
        with _open_path(_path(source), report, title) as opened:
            yield opened


@contextmanager
def _open_path(path: Path, report: Report, title: str | None) -> Iterator[Opened]:
    from pipeline.photos.sources.archive import open_archive
    from pipeline.photos.sources.folder import open_folder

    if path.is_dir():
        yield open_folder(path, report)
    else:
        with open_archive(path, title) as opened:
            yield opened


def _path(source: str) -> Path:
    """The path that somebody typed or pasted.

    Raises:
        SourceError: If nothing is there, or it is no path at all.
    """
    typed = source.strip().strip("\"'")  # Windows copies paths with quotation marks
    if typed.startswith(("drawn:", "tutorial:", "tfds:")):
        ready_set(typed)
    if "://" in typed:
        raise SourceError(
            f"{typed} is an address, and addresses are not opened. Download the photos in a "
            "browser, then choose the folder or zip."
        )
    try:
        path = Path(typed).expanduser()
        if typed and path.exists():
            return path
    except (OSError, ValueError, RuntimeError) as error:  # too long, NUL, or nobody's home
        raise SourceError(
            f"{typed!r} cannot be opened. Check the spelling and that you may read it."
        ) from error
    raise SourceError(
        f"There is no folder or zip file at {typed!r}. Check the spelling, or choose it again."
    )
