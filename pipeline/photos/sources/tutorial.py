"""TensorFlow's tutorial set: 2,000 training and 1,000 validation photos of cats and dogs.

The tutorial makes its test set from a fifth of the validation photos; so do we, when the
photo set is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pipeline.errors import PhotoError, SourceError
from pipeline.files.download import download
from pipeline.photos.incoming import Incoming
from pipeline.photos.sources.archive import open_archive
from pipeline.photos.sources.opened import TUTORIAL, Opened, ready_set
from pipeline.progress import Report
from pipeline.settings.limits import LIMITS

_FILE_NAME: Final = "cats_and_dogs_filtered.zip"
_URLS: Final = (
    f"https://download.mlcc.google.com/mledu-datasets/{_FILE_NAME}",
    f"https://storage.googleapis.com/mledu-datasets/{_FILE_NAME}",
)


@contextmanager
def open_tutorial(downloads_folder: Path, report: Report) -> Iterator[Opened]:
    """Fetch the zip unless a whole one is there, and open it.

    Args:
        downloads_folder: Where the zip is kept for the next time.
        report: Hears of the download.

    Yields:
        The photos, readable until the context is left.

    Raises:
        DownloadError: If it could not be fetched.
        SourceError: If it cannot be opened.
        Stopped: From `report`.
    """
    path = download(_URLS, downloads_folder / _FILE_NAME, report, check=flaw)
    # No visitor brought it: the demo's smaller limits are not meant for it.
    with open_archive(path, ready_set(TUTORIAL).title, LIMITS) as opened:
        yield opened


def flaw(path: Path) -> str | None:
    """What is wrong with a zip of photos, as the end of a sentence; None when it is whole.

    Google publishes no checksum of this file, so every photo is read once.
    """
    try:
        with open_archive(path, _FILE_NAME, LIMITS) as opened:
            for photo in opened.photos:
                if isinstance(photo, Incoming):
                    photo.read()
    except (SourceError, PhotoError):
        return "is no whole zip of photos"
    return None
