"""Where photos come from: a folder, a zip, or one of the ready sets.

A source only says what is there and how to read it; `pipeline.photos.importing` decodes and keeps.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import SourceError
from pipeline.photos.sources.opened import DRAWN_PETS, PREFIX, TUTORIAL, Opened, ready_set
from pipeline.photos.sources.readings import Reading
from pipeline.progress import Report


@contextmanager
def open_source(
    source: str,
    downloads_folder: Path,
    report: Report,
    data_dir: Path | None = None,
    title: str | None = None,
    code_page: str | None = None,
    reading: Reading | None = None,
    loose_known: bool = False,
) -> Iterator[Opened]:
    """Open a ready set, a folder of class folders, or a zip of them.

    Args:
        source: The `source` of one of `READY_SETS`, `tfds:` and the name of any other set of
            TensorFlow Datasets, or the path of a folder, a zip file, or a table of pictures.
        downloads_folder: Where fetched files are kept.
        report: Hears of downloads and other long work.
        data_dir: Where TensorFlow Datasets keeps its sets; a folder of its own in
            `downloads_folder` unless given.
        title: What its owner calls an uploaded file, whose own name means nothing to anybody.
        code_page: How to read names of which nothing says it, such as `big5`; guessed unless given.
        reading: Where the labels of a folder or zip come from; found out unless given.
        loose_known: Whether the label of photos without a folder is known.

    Yields:
        What was opened; good until the context is left.

    Raises:
        SourceError: If there is nothing that could be imported; says what to do.
        SettingError: If there is no such code page.
        DownloadError: If a ready set could not be fetched.
        Stopped: From `report`.
    """
    # Each source is imported when it is asked for: the pages need `READY_SETS` alone.
    if source == DRAWN_PETS:
        from pipeline.photos.sources import drawn

        ready = ready_set(source)
        yield Opened(ready.title, ready.photos, iter(drawn.photos()))
    elif source == TUTORIAL:
        from pipeline.photos.sources.tutorial import open_tutorial

        with open_tutorial(downloads_folder, report) as opened:
            yield opened
    elif source.startswith(PREFIX):
        from pipeline.photos.sources.tfds import open_tfds

        yield open_tfds(source, data_dir or downloads_folder / "tensorflow_datasets", report)
    else:
        with _open_path(_path(source), report, title, code_page, reading, loose_known) as opened:
            yield opened


@contextmanager
def _open_path(
    path: Path,
    report: Report,
    title: str | None,
    code_page: str | None,
    reading: Reading | None,
    loose_known: bool,
) -> Iterator[Opened]:
    from pipeline.photos.sources import code_pages, image_tables
    from pipeline.photos.sources.archive import open_archive
    from pipeline.photos.sources.folder import open_folder

    page = code_pages.code_page(code_page) if code_page else None
    if path.is_dir() or path.suffix.lower() in image_tables.SUFFIXES:
        tables = image_tables.find(path, report)
        if tables is not None:
            yield tables
            return
    if path.is_dir():
        yield open_folder(path, report, None, page, reading, loose_known)
    else:
        with open_archive(path, title, None, page, reading, loose_known) as opened:
            yield opened


def _path(source: str) -> Path:
    """The path that somebody typed or pasted.

    Raises:
        SourceError: If nothing is there, or it is no path at all.
    """
    typed = source.strip().strip("\"'")  # Windows copies paths with quotation marks
    if typed.startswith(("drawn:", "tutorial:")):
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
