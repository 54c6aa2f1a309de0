"""Files in folders and zips, made for a test, and what a source says of them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from pipeline.errors import PhotoError
from pipeline.photos.incoming import Incoming
from pipeline.photos.sources.archive import open_archive
from pipeline.photos.sources.folder import open_folder
from pipeline.progress import silent
from pipeline.settings.limits import LIMITS

PHOTO = b"\xff\xd8\xff\xe0" + bytes(range(200))
SMALL = replace(LIMITS, file_bytes=1000, zip_bytes=10_000, zip_entries=50, classes=5)
TWO = {"cats/1.jpg": PHOTO, "dogs/1.jpg": PHOTO}


def make_folder(root: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


Change = Callable[[zipfile.ZipFile], None]


def make_zip(path: Path, files: Mapping[str, bytes], change: Change | None = None) -> Path:
    """A zip of `files`; `change` may tell lies in the directory before that is written."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        if change is not None:
            change(archive)
    return path


def items_of(source: Path, limits=LIMITS) -> list[Incoming | PhotoError]:
    """Everything in a folder or zip; files are read, so that a rejection there counts."""
    if source.is_dir():
        return [_read(item) for item in open_folder(source, silent, limits).photos]
    with open_archive(source, limits=limits) as opened:
        items = [_read(item) for item in opened.photos]
    assert len(items) == opened.total
    return items


def _read(item: Incoming | PhotoError) -> Incoming | PhotoError:
    if isinstance(item, Incoming):
        try:
            item.read()
        except PhotoError as error:
            return error
    return item


def found(source: Path) -> dict[str, tuple[str | None, str]]:
    """Split and class of what can be used."""
    return {
        item.name: (item.split, item.class_name)
        for item in items_of(source)
        if isinstance(item, Incoming)
    }


def rejected(source: Path, limits=LIMITS) -> dict[str, str]:
    """Reasons by name; each must be a sentence or two for people."""
    reasons = {
        item.name: str(item.why)
        for item in items_of(source, limits)
        if isinstance(item, PhotoError)
    }
    for reason in reasons.values():
        assert reason[0].isupper()
        assert reason.endswith(".")
    return reasons
