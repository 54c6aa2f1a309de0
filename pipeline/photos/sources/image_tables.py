"""Photos inside tables: the Parquet and Arrow files in which Hugging Face's `datasets` keeps sets.

`data/train-00000-of-00002.parquet` of a download, `default/train/0000.parquet` of a conversion,
`train/data-00000-of-00001.arrow` of `save_to_disk`: each row has a picture's bytes and its label.
Read in the worker's process, and by path alone: nobody uploads such files.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from pipeline.errors import PhotoError, SourceError
from pipeline.photos.incoming import Incoming
from pipeline.photos.sources import part_names
from pipeline.photos.sources.layout import shown
from pipeline.photos.sources.opened import Opened
from pipeline.progress import Report, Stage, Step

SUFFIXES: Final = (".parquet", ".arrow")
# Where such files lie below the folder that somebody names; a cache keeps whole sets deeper.
_PLACES: Final = ("*", "*/*", "*/*/*", "snapshots/*/*", "snapshots/*/*/*")
_ROWS_AT_ONCE: Final = 32
_LABELS: Final = ("label", "labels", "class", "category", "target", "fine_label", "y")
_IMAGES: Final = ("image", "img", "picture", "photo", "pixel_values")


@dataclass(frozen=True, slots=True)
class _Table:
    """A file with pictures.

    Attributes:
        path: The file.
        shown: Its name for people, without its ending.
        rows: How many it has.
        image: Its column of pictures.
        label: Its column of labels, or None.
        names: What the numbers in that column mean; empty where it has words.
    """

    path: Path
    shown: str
    rows: int
    image: str
    label: str | None
    names: tuple[str, ...]


def find(path: Path, report: Report) -> Opened | None:
    """The pictures in the tables of a folder, or of one file; None where there are none.

    Args:
        path: A folder, or a file that is called like such a table.
        report: Hears that it is looked through.

    Raises:
        SourceError: If `path` is a table without pictures, or damaged.
    """
    report(Stage(Step.SEARCHING_FOLDER, shown(path.name)))
    if path.is_dir():
        files = {
            found.resolve(): found
            for place in _PLACES
            for suffix in SUFFIXES
            for found in sorted(path.glob(place + suffix))
            if not found.name.startswith(("cache-", "."))  # what `datasets` computed
        }
        tables = [table for found in files.values() if (table := _table(found, path)) is not None]
    else:
        one = _table(path, path.parent)
        if one is None:
            raise SourceError(
                f"{shown(path.name)} has no column of pictures. Choose a file whose rows hold "
                "pictures, as Hugging Face writes them, or a folder or zip of photos."
            )
        tables = [one]
    if not tables:
        return None
    splits = _splits(tables, path)
    photos = (
        photo
        for table, split in zip(tables, splits, strict=True)
        for photo in _photos(table, split)
    )
    title = shown(path.name.removesuffix(path.suffix) if path.is_file() else path.resolve().name)
    return Opened(title, sum(table.rows for table in tables), photos, notes=_notes(tables))


def _notes(tables: Sequence[_Table]) -> tuple[str, ...]:
    without = sum(table.label is None for table in tables)
    if not without:
        return ()
    return ("No column tells what the pictures show: say it yourself on the Photos page.",)


def _splits(tables: Sequence[_Table], root: Path) -> list[str | None]:
    """The split of each file, by its name or its folder's."""
    named = [next(iter(_names(table.path, root)), "") or shown(table.path.stem) for table in tables]
    told = part_names.tell(set(named))
    known = {name: str(one.part) for name, one in told.items() if one.part in part_names.SPLITS}
    if len(set(named)) == 1:  # one part alone divides nothing
        return [None] * len(tables)
    return [known.get(name) for name in named]


def _names(path: Path, root: Path) -> Iterator[str]:
    """What may tell the part: `train` of `train-00000-of-00002`, then the folder around."""
    stem = re.sub(r"[-_]?\d+(-of-\d+)?$", "", path.stem)
    if stem and stem != "data" and part_names.tell([stem]):
        yield stem
    for folder in path.relative_to(root).parts[:-1][::-1] if path != root else ():
        if part_names.tell([folder]):
            yield folder


def _table(path: Path, root: Path) -> _Table | None:
    """What a file holds, if it is pictures.

    Raises:
        SourceError: If it is damaged.
    """
    schema, rows = _opened(path)
    features = _features(schema)
    image = _column(schema, features, _IMAGES, "Image", _holds_bytes)
    if image is None:
        return None
    label = _column(schema, features, _LABELS, "ClassLabel", None)
    names = features.get(label or "", {}).get("names", [])
    own = shown(path.relative_to(root).with_suffix("").as_posix())
    return _Table(path, own, rows, image, label, tuple(map(str, names)))


def _column(schema: Any, features: Any, usual: Sequence[str], kind: str, fits: Any) -> str | None:
    """The column of a kind, as Hugging Face notes it; else by its name."""
    noted = [name for name in schema.names if features.get(name, {}).get("_type") == kind]
    by_name = [name for name in usual if name in schema.names]
    for name in [*(one for one in usual if one in noted), *noted, *by_name]:
        if fits is None or fits(schema.field(name).type):
            return str(name)
    return None


def _holds_bytes(kind: Any) -> bool:
    import pyarrow as pa

    if pa.types.is_struct(kind):
        return any(kind.field(at).name == "bytes" for at in range(kind.num_fields))
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _features(schema: Any) -> dict[str, Any]:
    """What Hugging Face notes of the columns; nothing where another program wrote the file."""
    try:
        noted = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
    except (KeyError, TypeError, ValueError):
        return {}
    return {name: one for name, one in dict(noted).items() if isinstance(one, dict)}


def _opened(path: Path) -> tuple[Any, int]:
    """Schema and number of rows."""
    import pyarrow as pa
    import pyarrow.parquet

    try:
        if path.suffix == ".parquet":
            with pyarrow.parquet.ParquetFile(path) as file:
                return file.schema_arrow, file.metadata.num_rows
        with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as stream:
            return stream.schema, sum(batch.num_rows for batch in stream)
    except (OSError, pa.ArrowException) as error:
        raise _damaged(path) from error


def _batches(path: Path, columns: list[str]) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.parquet

    try:
        if path.suffix == ".parquet":
            with pyarrow.parquet.ParquetFile(path) as file:
                yield from file.iter_batches(_ROWS_AT_ONCE, columns=columns)
        else:
            with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as stream:
                for batch in stream:
                    yield batch.select(columns)
    except (OSError, pa.ArrowException) as error:
        raise _damaged(path) from error


def _photos(table: _Table, split: str | None) -> Iterator[Incoming | PhotoError]:
    columns = [table.image, *([table.label] if table.label else [])]
    used: Counter[str] = Counter()
    row = -1
    for batch in _batches(table.path, columns):
        for at in range(batch.num_rows):
            row += 1
            value = batch.column(0)[at].as_py()
            data = value.get("bytes") if isinstance(value, dict) else value
            own = value.get("path") if isinstance(value, dict) else None
            name = f"{table.shown}/{shown(own) if own else f'{row:06d}'}"
            used[name] += 1
            name += f" ({used[name]})" if used[name] > 1 else ""
            if not data:
                reason = "The table names this picture, and does not hold it."
                yield PhotoError(name, reason, "Get the set once more, with its pictures.")
                continue
            label = batch.column(1)[at].as_py() if table.label else None
            yield Incoming(name, _class_name(label, table.names), split, partial(bytes, data))


def _class_name(label: Any, names: Sequence[str]) -> str:
    if label is None or isinstance(label, (list, dict)) or label == -1:
        return ""
    if isinstance(label, int) and 0 <= label < len(names):
        return names[label]
    return shown(str(label))


def _damaged(path: Path) -> SourceError:
    return SourceError(
        f"{shown(path.name)} cannot be read: it is damaged or incomplete. Download it again."
    )
