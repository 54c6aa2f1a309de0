"""Photo sets: making one from files that come from outside, and adding to one.

An import streams: photos go to a scratch file as they come, and only the list of them is
in memory. The set then appears under its final name at once, or not at all.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import PhotoError
from pipeline.files import atomic
from pipeline.files.disk_errors import plain_disk_errors
from pipeline.photos import class_names, near_duplicates, receiving, writing
from pipeline.photos.decoding.canonical import FINGERPRINT_BYTES
from pipeline.photos.decoding.clip_kinds import Ending
from pipeline.photos.incoming import Incoming
from pipeline.photos.manifest import Manifest, Photo
from pipeline.photos.packs import Fresh
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.receiving import Arrival, Received, Watched, receive
from pipeline.photos.scenes import with_clips
from pipeline.photos.splits import assign_splits, extend_splits, torn
from pipeline.progress import Report
from pipeline.settings import mode
from pipeline.wording import clip_text

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


@dataclass(frozen=True, slots=True)
class Joining:
    """What the photos of an import join.

    Attributes:
        base: The set that they are added to, or None for a new one.
        label: The class of photos of which nothing says what they show.
        classes: Classes that there are in any case, with photos or without.
        seed: Of the random choice of splits.
        settled: Whether every photo says its split, and is to keep it whatever comes of it.
    """

    base: PhotoSet | None = None
    label: str = class_names.UNLABELLED
    classes: tuple[str, ...] = ()
    seed: int = 0
    settled: bool = False


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
        merged = _merge(received.arrivals, joining)
        fresh = {
            one.sha256: Fresh(one.length, partial(_read, scratch, one)) for one in received.arrivals
        }
        photo_set = writing.write(
            merged.manifest, merged.looks, fresh, joining.base, photo_sets_folder, report
        )
    return Imported(photo_set, num_files, tuple(received.rejected), _notes(received, merged))


def _on_videos(watched: Sequence[Watched], are_cut: bool) -> Iterator[str]:
    if watched:
        looked_at, left_out = (
            sum(getattr(one, name) for one in watched) for name in ("looked_at", "left_out")
        )
        yield clip_text.taken(len(watched), looked_at, left_out, are_cut)
    limits = mode.current().limits
    for one in watched:
        if one.ending is Ending.BROKEN:
            yield clip_text.broken(one.name)
        if one.ending is Ending.TOO_LONG:
            yield clip_text.too_long(one.name, limits.clip_frames, limits.clip_seconds)


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


@dataclass(slots=True)
class _Merged:
    """A manifest in the making, and how its photos look.

    Attributes:
        classes: The name to show for each class's key.
        spellings: How each class of the import was written, by its key.
        held_together: Photos that look nearly like another one.
        torn: Those of them that are held out though one of their class is learned from.
        are_cut: Whether a video is on two sides.
        looks: As `writing.write` takes them.
    """

    manifest: Manifest
    classes: dict[str, str]
    spellings: dict[str, set[str]]
    held_together: int
    torn: int
    are_cut: bool
    looks: dict[str, bytes] = field(default_factory=dict)


def _merge(arrivals: Sequence[Arrival], joining: Joining) -> _Merged:
    """The photos that were there and those that came, as one set with splits for all."""
    base = joining.base
    there = base.photos if base else ()
    named = list(base.classes if base else joining.classes)
    classes = {class_names.key(name): name for name in named}
    found = class_names.spellings(arrival.class_name for arrival in arrivals)
    for key in sorted(found):
        classes.setdefault(key, class_names.preferred(found[key]))
    index_of = {key: index for index, key in enumerate(classes)}
    labels = [photo.class_index for photo in there]
    labels += [index_of[class_names.key(arrival.class_name)] for arrival in arrivals]
    looks = _looks(base, arrivals)
    alike = _groups([*(photo.sha256 for photo in there), *(a.sha256 for a in arrivals)], looks)
    clips = [*(photo.clip for photo in there), *(arrival.clip for arrival in arrivals)]
    groups = with_clips(np.array(alike, np.int64), clips).tolist()
    given = [arrival.split for arrival in arrivals]
    if joining.settled:
        splits = [split or "training" for split in given]
    elif base:
        settled = [*(photo.split for photo in there), *[None] * len(arrivals)]
        splits = extend_splits(labels, settled, joining.seed, groups, clips)
    else:
        splits = assign_splits(labels, given, joining.seed, groups, clips)
    new = len(there)
    photos = [
        *there,
        *(
            Photo(
                name=arrival.name,
                class_index=label,
                split=split,
                sha256=arrival.sha256,
                width=arrival.width,
                height=arrival.height,
                note=arrival.note,
                origin=arrival.origin,
                clip=arrival.clip,
            )
            for arrival, label, split in zip(arrivals, labels[new:], splits[new:], strict=True)
        ),
    ]
    seed = base.content.seed if base else joining.seed
    sizes = np.bincount(np.unique(alike, return_inverse=True)[1]) if alike else np.zeros(0, int)
    return _Merged(
        manifest=Manifest.ordered(classes.values(), photos, seed),
        classes=classes,
        spellings={key: set(counts) for key, counts in found.items()},
        held_together=0 if joining.settled else int(sizes[sizes > 1].sum()),
        torn=torn(labels, splits, groups),
        are_cut=len({(clip, split) for clip, split in zip(clips, splits, strict=True) if clip})
        > len({clip for clip in clips if clip}),
        looks=looks,
    )


def _looks(base: PhotoSet | None, arrivals: Sequence[Arrival]) -> dict[str, bytes]:
    """How each photo looks, by its SHA-256; of a set of an early version nobody knows."""
    looks = writing.looks_of(base) if base else {}
    return looks | {arrival.sha256: arrival.look for arrival in arrivals}


def _groups(sha256s: Sequence[str], looks: dict[str, bytes]) -> list[int]:
    """Equal numbers for photos that look nearly the same; one that is not known is alone."""
    known = [place for place, sha256 in enumerate(sha256s) if sha256 in looks]
    groups = list(range(len(sha256s)))
    prints: NDArray[np.uint8] = np.frombuffer(
        b"".join(looks[sha256s[place]][:FINGERPRINT_BYTES] for place in known), np.uint8
    ).reshape(len(known), FINGERPRINT_BYTES)
    for place, group in zip(known, near_duplicates.groups(prints), strict=True):
        groups[place] = known[int(group)]
    return groups


def _notes(received: Received, merged: _Merged) -> tuple[str, ...]:
    notes = []
    for key, spellings in merged.spellings.items():
        written = spellings | {merged.classes[key]}
        if len(written) > 1:
            named = " and ".join(sorted(written))
            notes.append(f"The folders {named} were taken as one class, {merged.classes[key]}.")
        elif len(received.as_found[key]) > 1:
            notes.append(
                f"{len(received.as_found[key])} folders were taken as one class, "
                f"{merged.classes[key]}: their names differ only in spaces, or in how an accent is "
                "stored."
            )
    notes += [
        f"None of the files in {received.spelling[key]} can be used, so there is no such class."
        for key in sorted(received.class_sizes.keys() - merged.classes.keys())
    ]
    notes += _on_videos(received.watched, merged.are_cut)
    if merged.held_together:
        notes.append(
            f"{merged.held_together} photos of the set look nearly like another one. "
            + (
                "Some of those that belong together are on both sides, as their source divided "
                "them or because a class could not be tested otherwise, so the score will look "
                "better than it is. The check-up tells more."
                if merged.torn
                else "Those that belong together are in the same split, so that no score comes "
                "from a photo that was learned."
            )
        )
    return tuple(notes)
