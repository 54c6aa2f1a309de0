"""Photo sets: making one from files that come from outside, and reading it.

An import streams: photos go to a scratch file as they come, and only the list of them is
in memory. The set then appears under its final name at once, or not at all.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from pipeline import files
from pipeline.disk import expect_free, plain_disk_errors
from pipeline.errors import PhotoError
from pipeline.photos import class_names, manifest, refusal
from pipeline.photos.incoming import Incoming
from pipeline.photos.manifest import Manifest, Photo
from pipeline.photos.photo_set import MANIFEST_NAME, PACK_NAME, PhotoSet
from pipeline.photos.receiving import Arrival, Received, receive
from pipeline.photos.splits import assign_splits
from pipeline.progress import Report

if TYPE_CHECKING:
    from pipeline.photos.decoder import Decoder

__all__ = ["Imported", "Incoming", "Photo", "PhotoSet", "assign_splits", "import_photos"]

_REPORT_EVERY: Final = 256  # photos, while copying


@dataclass(frozen=True)
class Imported:
    """What came of an import.

    Attributes:
        photo_set: The set; its photos are those that were accepted.
        received: Files that came: the accepted and the rejected ones.
        rejected: Why each of the others was left out.
        notes: What its owner should know about the set as a whole, one sentence each.
    """

    photo_set: PhotoSet
    received: int
    rejected: tuple[PhotoError, ...]
    notes: tuple[str, ...] = ()


def import_photos(
    photos: Iterable[Incoming | PhotoError],
    photo_sets_folder: Path,
    decoder: Decoder,
    report: Report,
    seed: int = 0,
    total: int | None = None,
) -> Imported:
    """Decode what comes and keep it as a photo set; the same photos again are the same set.

    Args:
        photos: The files, and what their source already had to reject.
        photo_sets_folder: Where the set's folder appears, named by its id.
        decoder: Who decodes.
        report: Told how many files are done.
        seed: Of the random choice of splits.
        total: How many files will come, if the source knows.

    Raises:
        PhotoSetError: If what came is not enough to learn from; the message lists it.
        Stopped: From `report`; nothing is left behind.
    """
    photo_sets_folder.mkdir(parents=True, exist_ok=True)
    with (
        plain_disk_errors(photo_sets_folder),
        tempfile.TemporaryFile(dir=photo_sets_folder, prefix=files.STAGING_MARK) as scratch,
    ):
        received = receive(photos, decoder, scratch, report, total)
        # By name, so that the order in which a source hands out its files changes nothing.
        received.arrivals.sort(key=lambda one: (one.name, one.class_name, one.sha256))
        num_files = received.files
        received.arrivals, twins = _without_twins(received.arrivals)
        received.rejected += twins
        refusal.check_enough(received)
        classes = _class_labels(received.arrivals)
        kept = _manifest(received.arrivals, classes, seed)
        folder = _write(kept, received.arrivals, scratch, photo_sets_folder, report)
    notes = _notes(received, classes)
    return Imported(PhotoSet.open(folder), num_files, tuple(received.rejected), notes)


def _without_twins(arrivals: Sequence[Arrival]) -> tuple[list[Arrival], list[PhotoError]]:
    """Leave out copies within a class; a copy in another class gets a note.

    A copy could otherwise be learned from and tested with at once.
    """
    first_in_class: dict[tuple[str, str], Arrival] = {}
    first: dict[str, Arrival] = {}
    kept, twins = [], []
    for arrival in arrivals:
        here = (class_names.key(arrival.class_name), arrival.sha256)
        if twin := first_in_class.get(here):
            twins.append(
                PhotoError(
                    arrival.name, f"It is the same picture as {twin.name}. One of them is enough."
                )
            )
            continue
        if other := first.get(arrival.sha256):
            note = (
                f"The same picture, {other.name}, is also in the class "
                f"{class_names.clean(other.class_name)}."
            )
            arrival = replace(arrival, note=" ".join(filter(None, (arrival.note, note))))
        first_in_class[here] = arrival
        first.setdefault(arrival.sha256, arrival)
        kept.append(arrival)
    return kept, twins


def _class_labels(arrivals: Sequence[Arrival]) -> dict[str, str]:
    """The name to show for each class's key, in the order of the class indices."""
    found = class_names.spellings(arrival.class_name for arrival in arrivals)
    return {key: class_names.preferred(found[key]) for key in sorted(found)}


def _manifest(arrivals: Sequence[Arrival], classes: dict[str, str], seed: int) -> Manifest:
    index_of = {key: index for index, key in enumerate(classes)}
    labels = [index_of[class_names.key(arrival.class_name)] for arrival in arrivals]
    splits = assign_splits(labels, [arrival.split for arrival in arrivals], seed)
    offsets = accumulate((arrival.length for arrival in arrivals), initial=0)
    photos = tuple(
        Photo(
            name=arrival.name,
            class_index=label,
            split=split,
            sha256=arrival.sha256,
            offset=offset,
            length=arrival.length,
            width=arrival.width,
            height=arrival.height,
            note=arrival.note,
        )
        for arrival, label, split, offset in zip(arrivals, labels, splits, offsets, strict=False)
    )
    return Manifest(tuple(classes.values()), photos, seed)


def _write(
    kept: Manifest,
    arrivals: Sequence[Arrival],
    scratch: IO[bytes],
    photo_sets_folder: Path,
    report: Report,
) -> Path:
    """Put the set in place, unless it is there already; its folder."""
    data = manifest.to_bytes(kept)
    folder = photo_sets_folder / manifest.manifest_id(data)
    if folder.exists():
        if not PhotoSet(folder, kept.classes, kept.photos).check():
            return folder
        # Damaged since: kept for whoever wants to look, but out of the way.
        folder.rename(folder.with_name(f"damaged-{folder.name}-{uuid.uuid4().hex[:8]}"))
    expect_free(photo_sets_folder, kept.pack_bytes, "Keeping the photos")
    with files.staged_folder(folder) as staged:
        with (staged / PACK_NAME).open("wb") as pack:
            for done, arrival in enumerate(arrivals):
                if done % _REPORT_EVERY == 0:
                    report("Keeping photos", done, len(arrivals), "photos")
                scratch.seek(arrival.offset)
                pack.write(scratch.read(arrival.length))
        (staged / MANIFEST_NAME).write_bytes(data)
    return folder


def _notes(received: Received, classes: dict[str, str]) -> tuple[str, ...]:
    notes = []
    found = class_names.spellings(arrival.class_name for arrival in received.arrivals)
    for key, counts in found.items():
        if len(counts) > 1:
            named = " and ".join(sorted(counts))
            notes.append(f"The folders {named} were taken as one class, {classes[key]}.")
    notes += [
        f"None of the files in {received.spelling[key]} can be used, so there is no such class."
        for key in sorted(received.class_sizes.keys() - classes.keys())
    ]
    return tuple(notes)
