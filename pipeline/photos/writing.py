"""Putting a photo set on the disk: all of it under its final name, or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from pipeline.errors import PhotoSetError
from pipeline.files import atomic
from pipeline.files.disk_errors import expect_free, plain_disk_errors
from pipeline.photos import manifest, packs
from pipeline.photos.manifest import Manifest
from pipeline.photos.packs import Fresh
from pipeline.photos.photo_set import MANIFEST_NAME, PhotoSet
from pipeline.progress import Report, silent


def write(
    content: Manifest,
    looks: Mapping[str, bytes],
    fresh: Mapping[str, Fresh],
    base: PhotoSet | None,
    photo_sets_folder: Path,
    report: Report = silent,
) -> PhotoSet:
    """Put a set in place, unless it is there already.

    Args:
        content: What it holds.
        looks: Fingerprint of each photo, by its SHA-256, of all or of none; its measures follow,
            of all or of none.
        fresh: Photos that are in no set yet, by their SHA-256.
        base: The set that has the others, if any.
        photo_sets_folder: Where it appears.
        report: Told how many photos are done.

    Raises:
        DiskFullError: If the disk is full.
        WorkspaceError: If it may not be written.
        Stopped: From `report`; nothing is left behind.
    """
    data = manifest.to_bytes(content)
    folder = photo_sets_folder / manifest.manifest_id(data)
    with plain_disk_errors(photo_sets_folder):
        photo_sets_folder.mkdir(parents=True, exist_ok=True)
        if folder.exists():
            # After an import everything is looked at again; a change of labels has seen it.
            found = _whole(folder, in_full=bool(fresh))
            if found is not None:
                return found
            # Damaged since: kept for whoever wants to look, but out of the way.
            folder.rename(folder.with_name(f"damaged-{folder.name}-{uuid.uuid4().hex[:8]}"))
        expect_free(
            photo_sets_folder, sum(one.length for one in fresh.values()), "Keeping the photos"
        )
        sha256s = [photo.sha256 for photo in content.photos]
        with atomic.staged_folder(folder) as staged:
            packs.write(staged, sha256s, fresh, base.kept if base else None, report)
            if all(sha256 in looks for sha256 in sha256s):
                packs.write_looks(staged, [looks[sha256] for sha256 in sha256s])
            (staged / MANIFEST_NAME).write_bytes(data)
            (staged / atomic.UNRECORDED).touch()  # whoever records the set takes it out
    return PhotoSet.open(folder)


def looks_of(photo_set: PhotoSet) -> dict[str, bytes]:
    """How each photo looks, by its SHA-256, as `write` takes it; nothing for a set of version 1."""
    prints, measures = photo_set.fingerprints(), photo_set.measures()
    if prints is None:
        return {}
    looks = prints if measures is None else np.concatenate([prints, measures], axis=1)
    return {photo.sha256: looks[index].tobytes() for index, photo in enumerate(photo_set.photos)}


def _whole(folder: Path, in_full: bool) -> PhotoSet | None:
    try:
        found = PhotoSet.open(folder)
    except PhotoSetError:
        return None
    return None if in_full and found.check() else found
