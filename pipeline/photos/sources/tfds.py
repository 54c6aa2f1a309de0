"""Cats vs Dogs as TensorFlow Datasets prepares it, split 80/10/10 as its tutorial does.

Photos are handed on as the JPEG files that are stored, undecoded. The only place outside
`pipeline.learning` where TensorFlow is loaded, and only when this set is asked for.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from pipeline.errors import DownloadError, PawTuneError, SourceError
from pipeline.files.download import alone, download
from pipeline.files.download_tries import require_space
from pipeline.photos.incoming import Incoming
from pipeline.photos.sources.opened import TFDS, TUTORIAL, Opened, ready_set
from pipeline.progress import Report, Stage, Step

_NAME: Final = "cats_vs_dogs"
_VERSION: Final = "4.0.1"
_SPLITS: Final = {"training": "train[:80%]", "validation": "train[80%:90%]", "test": "train[90%:]"}
_URL: Final = (
    "https://download.microsoft.com/download/3/E/1/3E1C3F21-ECDB-4869-8368-6DEBA77B919F/"
    "kagglecatsanddogs_5340.zip"
)
_ZIP_BYTES: Final = 824_887_076
_ZIP_SHA256: Final = "b7974bd00a84a99921f36ee4403f089853777b5ae8d151c76a86e64900334af9"
_PREPARED_BYTES: Final = 10**9  # the set itself, and as much again while it is shuffled


def open_tfds(data_dir: Path, report: Report) -> Opened:
    """Open the prepared set in `data_dir`; fetch and prepare it there first if need be.

    Args:
        data_dir: Where TensorFlow Datasets keeps its sets. A prepared one is only read.
        report: Hears of the download and the preparation.

    Raises:
        DownloadError: If the photos could not be fetched, or the disk cannot hold them.
        SourceError: If the set cannot be prepared or read.
        Stopped: From `report`.
    """
    prepared = data_dir / _NAME / _VERSION
    if not _is_prepared(prepared):
        _prepare(data_dir, prepared, report)
    library = _library(report)
    try:
        builder = library.builder_from_directory(prepared)
        total = builder.info.splits["train"].num_examples
    except Exception as error:  # whatever a library of that size may raise on damaged files
        raise _damaged(prepared) from error
    return Opened(ready_set(TFDS).title, total, _photos(library, builder, prepared))


def _is_prepared(prepared: Path) -> bool:
    return (prepared / "dataset_info.json").is_file()


def _library(report: Report) -> Any:
    """TensorFlow Datasets, quiet."""
    report(Stage(Step.LOADING_LIBRARY, "TensorFlow Datasets"))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        import tensorflow_datasets
    except ImportError as error:
        raise SourceError(
            "This set needs TensorFlow Datasets. Install what requirements.txt lists, or take "
            f"{ready_set(TUTORIAL).title} instead."
        ) from error
    tensorflow_datasets.disable_progress_bar()
    return tensorflow_datasets


def _photos(library: Any, builder: Any, prepared: Path) -> Iterator[Incoming]:
    names = builder.info.features["label"].names
    for split, part in _SPLITS.items():
        for example in _examples(library, builder, part, prepared):
            yield Incoming(
                name=example["image/filename"].decode("utf-8", "replace"),
                class_name=names[int(example["label"])],
                split=split,
                read=partial(bytes, example["image"]),
            )


def _examples(library: Any, builder: Any, part: str, prepared: Path) -> Iterator[Any]:
    """The stored examples of one part, always in the same order, a few at a time in memory."""
    try:
        yield from builder.as_dataset(
            split=part,
            decoders={"image": library.decode.SkipDecoding()},
            shuffle_files=False,
            read_config=library.ReadConfig(try_autocache=False, interleave_cycle_length=1),
        ).as_numpy_iterator()
    except Exception as error:  # TensorFlow's own kinds, which are not imported here
        raise _damaged(prepared) from error


def _damaged(prepared: Path) -> SourceError:
    return SourceError(
        f"The prepared set in {prepared} cannot be read: it is damaged or incomplete. Delete that "
        "folder and import again; it is then prepared anew."
    )


def _prepare(data_dir: Path, prepared: Path, report: Report) -> None:
    manual = data_dir / "downloads" / "manual"  # where TensorFlow Datasets looks first
    try:
        manual.mkdir(parents=True, exist_ok=True)
        with alone(data_dir / _NAME, report):
            if _is_prepared(prepared):
                return
            _sweep(prepared)
            download([_URL], manual / Path(_URL).name, report, size=_ZIP_BYTES, sha256=_ZIP_SHA256)
            require_space(data_dir, _PREPARED_BYTES, ready_set(TFDS).title)
            _build(data_dir, manual, report)
    except OSError as error:
        raise DownloadError(
            f"Cats vs Dogs cannot be kept in {data_dir} ({error.strerror or error}). Check that "
            "the folder can be written to, and try again."
        ) from error


def _sweep(prepared: Path) -> None:
    """Remove what preparations that were killed have left."""
    for left in prepared.parent.glob(f"incomplete.*_{_VERSION}*"):
        shutil.rmtree(left, ignore_errors=True)


def _build(data_dir: Path, manual: Path, report: Report) -> None:
    """Let TensorFlow Datasets write its files from the zip; it re-encodes every photo."""
    library = _library(report)
    stage, photos = Stage(Step.PREPARING_SET, "Cats vs Dogs"), ready_set(TFDS).photos
    try:
        builder = library.builder(f"{_NAME}:{_VERSION}", data_dir=data_dir)
        generate = builder._generate_examples

        def watched(*values: Any, **options: Any) -> Iterator[Any]:
            # The library shows its progress on a terminal only, and knows no Stop.
            for done, example in enumerate(generate(*values, **options)):
                report(stage, done, photos, "photos")
                yield example

        builder._generate_examples = watched
        builder.download_and_prepare(
            download_config=library.download.DownloadConfig(manual_dir=manual)
        )
    except PawTuneError:
        raise
    except Exception as error:  # anything between a full disk and a bug on Windows
        raise SourceError(
            f"TensorFlow Datasets could not prepare Cats vs Dogs ({type(error).__name__}). Try "
            f"again, or take {ready_set(TUTORIAL).title}: it shows the same kind of photos."
        ) from error
