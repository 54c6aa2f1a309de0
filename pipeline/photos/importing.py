"""Photo sets: making one from files that come from outside, and adding to one.

An import streams: photos go to a scratch file as they come, and only the list of them is
in memory. The set then appears under its final name at once, or not at all.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pipeline.errors import PhotoError
from pipeline.files import atomic
from pipeline.files.disk_errors import plain_disk_errors
from pipeline.photos import class_names, import_notes, receiving, writing
from pipeline.photos.incoming import Incoming
from pipeline.photos.merging import Joining, merge
from pipeline.photos.packs import Fresh
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.receiving import Arrival, receive
from pipeline.progress import Report

if TYPE_CHECKING:
    from pipeline.photos.decoding.decoder import Decoder


@dataclass(frozen=True)
class Imported:
    """What came of an import.

    Attributes:
        photo_set: The set; with what was in it before, where photos were added to one.
        received: Files that came: the accepted and the rejected ones. Of a video each picture
            that differs from those before counts as one.
        rejected: Why each of the others was left out.
        notes: What its owner should know about the import as a whole, one sentence each.
    """

    photo_set: PhotoSet
    received: int
    rejected: tuple[PhotoError, ...]
    notes: tuple[str, ...] = ()

    @property
    def accepted(self) -> int:
        """Files of this import that are in the set now."""
        return self.received - len(self.rejected)


def import_photos(
    photos: Iterable[Incoming | PhotoError],
    photo_sets_folder: Path,
    decoder: Decoder,
    report: Report,
    joining: Joining | None = None,
    total: int | None = None,
) -> Imported:
    """Decode what comes and keep it as a photo set; the same photos again are the same set.

    Args:
        photos: The files, and what their source already had to reject.
        photo_sets_folder: Where the set's folder appears, named by its id.
        decoder: Who decodes.
        report: Told how many files are done.
        joining: What they join; a new set unless given.
        total: How many files will come, if the source knows.

    Raises:
        NothingUsable: If no photo came of it; the message lists what came.
        PhotoSetError: If there are too many classes.
        DiskFullError: If the disk is full.
        Stopped: From `report`; nothing is left behind.
    """
    joining = joining or Joining()
    photo_sets_folder.mkdir(parents=True, exist_ok=True)
    with (
        plain_disk_errors(photo_sets_folder),
        tempfile.TemporaryFile(dir=photo_sets_folder, prefix=atomic.STAGING_MARK) as scratch,
    ):
        received = receive(photos, decoder, scratch, report, total, joining.label)
        receiving.check_any(received)
        # By name, so that the order in which a source hands out its files changes nothing.
        received.arrivals.sort(key=lambda one: (one.name, one.class_name, one.sha256))
        num_files = received.files
        received.arrivals, twins = _without_twins(received.arrivals, joining.base)
        received.rejected += twins
        merged = merge(received.arrivals, joining)
        fresh = {
            one.sha256: Fresh(one.length, partial(_read, scratch, one)) for one in received.arrivals
        }
        photo_set = writing.write(
            merged.manifest, merged.looks, fresh, joining.base, photo_sets_folder, report
        )
    return Imported(
        photo_set, num_files, tuple(received.rejected), import_notes.notes(received, merged)
    )


def _read(scratch: IO[bytes], arrival: Arrival) -> bytes:
    scratch.seek(arrival.offset)
    return scratch.read(arrival.length)


def _without_twins(
    arrivals: Sequence[Arrival], base: PhotoSet | None
) -> tuple[list[Arrival], list[PhotoError]]:
    """Leave out copies within a class: one could be learned from and tested with at once."""
    first: dict[tuple[str, str], str] = {}
    if base is not None:
        keys = [class_names.key(name) for name in base.classes]
        first = {
            (keys[photo.class_index], photo.sha256): f"{photo.name}, which is in the set already"
            for photo in base.photos
        }
    kept, twins = [], []
    for arrival in arrivals:
        here = (class_names.key(arrival.class_name), arrival.sha256)
        if twin := first.get(here):
            reason = f"It is the same picture as {twin}."
            twins.append(PhotoError(arrival.name, reason, "One of them is enough."))
        else:
            first[here] = arrival.name
            kept.append(arrival)
    return kept, twins
