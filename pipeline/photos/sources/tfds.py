"""Any set of TensorFlow Datasets that shows one thing per picture.

Photos are handed on as the files that are stored, undecoded. The only place outside
`pipeline.learning` where TensorFlow is loaded, and only when such a set is asked for.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipeline.errors import DownloadError, PawTuneError, SourceError
from pipeline.files.download import alone
from pipeline.files.download_tries import require_space
from pipeline.photos.incoming import Incoming
from pipeline.photos.sources import part_names, tfds_names
from pipeline.photos.sources.opened import TFDS, Opened, ReadySet, missing_library
from pipeline.photos.sources.part_names import Part
from pipeline.photos.sources.tfds_downloads import fetched_by_us
from pipeline.photos.sources.tfds_names import Asked
from pipeline.progress import Report, Stage, Step, silent
from pipeline.settings import mode
from pipeline.wording import ready_text

# As the tutorial divides its set, which has one part only; other such sets PawTune divides.
_AS_THE_TUTORIAL: Final = {
    "train[:80%]": "training",
    "train[80%:90%]": "validation",
    "train[90%:]": "test",
}
_FILE_NAMES: Final = ("image/filename", "file_name", "filename", "image/file_name", "name")
_ROOM: Final = 2.5  # times the download: the set, as much while it is shuffled, some unpacked


class _Keys(NamedTuple):
    """Under which names a set keeps what is needed of an example."""

    image: str
    label: str
    file_name: str | None


def open_tfds(source: str, data_dir: Path, report: Report) -> Opened:
    """Open the prepared set in `data_dir`; fetch and prepare it there first if need be.

    Args:
        source: `tfds:NAME`, with `/CONFIG` and `:VERSION` where they matter.
        data_dir: Where TensorFlow Datasets keeps its sets. A prepared one is only read.
        report: Hears of the download and the preparation.

    Raises:
        DownloadError: If the photos could not be fetched, or the disk cannot hold them.
        SourceError: If there is no such set, it has no picture and label in each example, or
            it cannot be prepared or read.
        Stopped: From `report`.
    """
    wanted = tfds_names.asked(source)
    library = _library(report)
    builder = _builder(library, wanted, data_dir)
    prepared = Path(builder.data_path)
    try:
        keys = _keys(library, builder.info.features, wanted.name)
        ready = tfds_names.look_up(source)
        if not _is_prepared(prepared):
            _prepare(library, builder, ready, data_dir, report)
        parts = _parts(ready, list(builder.info.splits))
        total = sum(builder.info.splits[part].num_examples for part in parts)
    except PawTuneError:
        raise
    except Exception as error:  # whatever a library of that size may raise on damaged files
        raise _damaged(prepared) from error
    notes = (ready_text.licence(ready.licence, ready.homepage),)
    photos = _photos(library, builder, keys, parts)
    return Opened(ready.title, total, photos, notes=notes)


def require(source: str, data_dir: Path) -> None:
    """Make sure that a set could be imported, as far as that is known before it is fetched.

    Args:
        source: As `open_tfds` takes it.
        data_dir: As `open_tfds` takes it; nothing is written there.

    Raises:
        SourceError: If it could not be.
    """
    wanted = tfds_names.asked(source)
    library = _library(silent)
    builder = _builder(library, wanted, data_dir)
    _keys(library, builder.info.features, wanted.name)
    if not _is_prepared(Path(builder.data_path)):
        _require_given_out(builder, tfds_names.look_up(source))


def _is_prepared(prepared: Path) -> bool:
    return (prepared / "dataset_info.json").is_file()


def _library(report: Report) -> Any:
    """TensorFlow Datasets, quiet."""
    report(Stage(Step.LOADING_LIBRARY, "TensorFlow Datasets"))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        import tensorflow_datasets
    except ImportError as error:
        raise missing_library("TensorFlow Datasets") from error
    tensorflow_datasets.disable_progress_bar()
    return tensorflow_datasets


def _builder(library: Any, wanted: Asked, data_dir: Path) -> Any:
    """What reads and prepares the set.

    Raises:
        SourceError: If there is no such set, or none of this variant or version.
    """
    from tensorflow_datasets.core.registered import DatasetNotFoundError

    try:
        code = library.builder_cls(wanted.name)
    except DatasetNotFoundError as error:
        raise tfds_names.unknown(wanted.name) from error
    if wanted.config and wanted.config not in code.builder_configs:
        known = ", ".join(sorted(code.builder_configs)) or "none"
        raise SourceError(f"{wanted.name} has no variant {wanted.config}. Its variants: {known}.")
    try:
        return library.builder(wanted.full_name, data_dir=data_dir)
    except Exception as error:  # an AssertionError about the version, or damaged files
        versions = {str(version) for version in (code.VERSION, *code.SUPPORTED_VERSIONS)}
        if wanted.version and wanted.version not in versions:
            raise SourceError(
                f"{wanted.name} is not there in version {wanted.version}. Leave the version out, "
                f"or take {' or '.join(sorted(versions))}."
            ) from error
        raise _damaged(data_dir / wanted.name) from error


def _keys(library: Any, features: Any, name: str) -> _Keys:
    """Where each example has its picture and its label.

    Raises:
        SourceError: If it has no such two things, or too many classes.
    """
    kinds = library.features
    there = dict(features) if isinstance(features, kinds.FeaturesDict) else {}
    images = [key for key, kind in there.items() if type(kind) is kinds.Image]
    labels = [key for key, kind in there.items() if isinstance(kind, kinds.ClassLabel)]
    image = "image" if "image" in images or not images else images[0]
    label = "label" if "label" in labels or not labels else labels[0]
    if image not in images or label not in labels:
        raise SourceError(
            f"{name} is no set of pictures with one label each, which a network could learn to "
            f"tell apart. It has {', '.join(sorted(there)) or 'something else'}. Choose "
            "another set."
        )
    classes, most = there[label].num_classes or 0, mode.current().limits.classes
    if classes > most:
        raise SourceError(f"{name} has {classes:,} classes, and {most:,} are the most here.")
    texts = [key for key in _FILE_NAMES if isinstance(there.get(key), kinds.Text)]
    return _Keys(image, label, texts[0] if texts else None)


def _parts(ready: ReadySet, given: list[str]) -> dict[str, str | None]:
    """The parts of a set that are taken, and the split that each is; None where it says none."""
    if ready.source == TFDS:
        return dict(_AS_THE_TUTORIAL)
    told = {name: one.part for name, one in part_names.tell(given).items()}
    labelled = [part for part in given if told.get(part) is not Part.UNLABELLED]
    if len(labelled) == 1:
        return {labelled[0]: None}
    return {
        part: str(told[part]) if told.get(part) in part_names.SPLITS else None for part in labelled
    }


def _photos(
    library: Any, builder: Any, keys: _Keys, parts: dict[str, str | None]
) -> Iterator[Incoming]:
    names = builder.info.features[keys.label].names
    for part, split in parts.items():
        for number, example in enumerate(_examples(library, builder, keys, part)):
            label = int(example[keys.label])
            yield Incoming(
                name=_name(example, keys, f"{part}/{number:06d}"),
                class_name=names[label] if label >= 0 else "",  # -1: nobody says
                split=split,
                read=partial(bytes, example[keys.image]),
            )


def _name(example: Any, keys: _Keys, otherwise: str) -> str:
    if keys.file_name is None:
        return otherwise
    return bytes(example[keys.file_name]).decode("utf-8", "replace") or otherwise


def _examples(library: Any, builder: Any, keys: _Keys, part: str) -> Iterator[Any]:
    """The stored examples of one part, always in the same order, a few at a time in memory."""
    needed = {key: True for key in keys if key is not None}
    decode = library.decode
    try:
        yield from builder.as_dataset(
            split=part,
            decoders=decode.PartialDecoding(needed, decoders={keys.image: decode.SkipDecoding()}),
            shuffle_files=False,
            read_config=library.ReadConfig(try_autocache=False, interleave_cycle_length=1),
        ).as_numpy_iterator()
    except Exception as error:  # TensorFlow's own kinds, which are not imported here
        raise _damaged(Path(builder.data_path)) from error


def _damaged(prepared: Path) -> SourceError:
    return SourceError(
        f"The prepared set in {prepared} cannot be read: it is damaged or incomplete. Delete that "
        "folder and import again; it is then prepared anew."
    )


def _prepare(library: Any, builder: Any, ready: ReadySet, data_dir: Path, report: Report) -> None:
    _require_given_out(builder, ready)
    prepared = Path(builder.data_path)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with alone(data_dir / builder.name, report):
            if _is_prepared(prepared):
                return
            _sweep(prepared)
            require_space(data_dir, _ROOM * (ready.download_bytes or 0), ready.title)
            _build(library, builder, ready, data_dir, report)
    except OSError as error:
        raise DownloadError(
            f"{ready.title} cannot be kept in {data_dir} ({error.strerror or error}). Check that "
            "the folder can be written to, and try again."
        ) from error


def _require_given_out(builder: Any, ready: ReadySet) -> None:
    if builder.MANUAL_DOWNLOAD_INSTRUCTIONS:
        raise SourceError(
            f"{ready.title} is given out to people alone, not to programs. Get its photos at "
            f"{ready.homepage or 'its homepage'}, unpack them, and import the folder."
        )


def _sweep(prepared: Path) -> None:
    """Remove what preparations that were killed have left."""
    for left in prepared.parent.glob(f"incomplete.*_{prepared.name}*"):
        shutil.rmtree(left, ignore_errors=True)


def _build(library: Any, builder: Any, ready: ReadySet, data_dir: Path, report: Report) -> None:
    """Let TensorFlow Datasets write its files from what is fetched for it."""
    stage = Stage(Step.PREPARING_SET, ready.title)
    generate = builder._generate_examples

    def watched(*values: Any, **options: Any) -> Iterator[Any]:
        # The library shows its progress on a terminal only, and knows no Stop.
        for done, example in enumerate(generate(*values, **options)):
            report(stage, done, ready.photos, "photos")
            yield example

    builder._generate_examples = watched
    try:
        with fetched_by_us(builder, data_dir / "downloads", ready.title, report):
            builder.download_and_prepare(
                # Else it would look for the whole set in a store of its own.
                download_config=library.download.DownloadConfig(try_download_gcs=False)
            )
    except PawTuneError:
        raise
    except ImportError as error:
        raise SourceError(
            f"To prepare {ready.title}, TensorFlow Datasets needs "
            f"{error.name or 'another package'}, which PawTune does not bring. Choose another set."
        ) from error
    except Exception as error:  # anything between a full disk and a bug on Windows
        raise SourceError(
            f"TensorFlow Datasets could not prepare {ready.title} ({type(error).__name__}). Try "
            "again, or choose another set."
        ) from error
