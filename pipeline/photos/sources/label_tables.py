"""Lists as people and sites write them, on their way to a table: CSV, TSV, JSON lines, JSON.

They come from outside: their length is bounded before they are read, and whatever cannot be
read is no table. What the columns mean, `label_columns` finds out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from pipeline.photos.sources import code_pages

TABLE_BYTES: Final = 16 * 2**20  # 200,000 photos with long names
DELIMITERS: Final = "\t;,|"
_LINES_TRIED: Final = 50
_MOST_COLUMNS: Final = 2000
_MOST_ROWS: Final = 500_000
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells.

    Attributes:
        rows: All of them, the header as well where there is one; not all are equally long.
        has_header: Whether the first row is known to name the columns; None where it is not.
    """

    rows: Sequence[Sequence[str]]
    has_header: bool | None = None


def from_csv(data: bytes, delimiters: str = DELIMITERS) -> Iterator[Table]:
    """Read cells between commas, semicolons, tabs or bars, in each way that fits, the best first.

    Args:
        data: The file, in any of the encodings that spreadsheets write.
        delimiters: What may stand between cells; of equals the first.
    """
    text = decoded(data)
    if text is None:
        return
    lines = text.splitlines()[:_LINES_TRIED]
    agreement = {sign: _agreement(lines, sign) for sign in delimiters}
    for delimiter in sorted(delimiters, key=agreement.__getitem__, reverse=True):
        if agreement[delimiter] and (table := _table(text, delimiter)) is not None:
            yield table


def _table(text: str, delimiter: str) -> Table | None:
    try:
        rows = [
            [cell.strip() for cell in row[:_MOST_COLUMNS]]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            if any(row)
        ]
    except csv.Error:
        return None
    return Table(rows) if 0 < len(rows) <= _MOST_ROWS else None


def from_json_lines(data: bytes) -> Table | None:
    """Read one object on each line, as Hugging Face's `metadata.jsonl`; None where that fails."""
    text = decoded(data)
    if text is None:
        return None
    try:
        objects = [msgspec.json.decode(line) for line in text.splitlines() if line.strip()]
    except (msgspec.DecodeError, RecursionError):
        return None
    return from_objects(objects)


def from_objects(objects: Sequence[Any]) -> Table | None:
    """A table whose columns are the keys of the objects; None where they are no objects."""
    if not objects or len(objects) > _MOST_ROWS:
        return None
    if not all(isinstance(one, dict) for one in objects):
        return None
    columns = list(dict.fromkeys(key for one in objects for key in one))[:_MOST_COLUMNS]
    return Table([columns, *([_cell(one.get(key)) for key in columns] for one in objects)], True)


def from_pairs(pairs: Mapping[str, Any]) -> Table | None:
    """A table of names and labels that one object holds: `{"1.jpg": "cat"}`."""
    if not pairs or not all(isinstance(value, str | int | bool) for value in pairs.values()):
        return None
    return Table([[name, _cell(value)] for name, value in pairs.items()], False)


def decoded(data: bytes) -> str | None:
    """The letters of a text file, or None where it is none."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _letters(data[len(mark) :], encoding)
    if b"\0" in data[:64]:
        return _letters(data, "utf-16-le" if data[1:2] == b"\0" else "utf-16-be")
    text = _letters(data, "utf-8")
    if text is not None:
        return text
    odd = [line for line in data.splitlines() if not line.isascii()]
    return _letters(data, code_pages.guess(odd, ",").page.codec)


def _letters(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _cell(value: object) -> str:
    """A value as a cell; what is no plain value says nothing."""
    if isinstance(value, bool):
        return str(int(value))
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _agreement(lines: Iterable[str], delimiter: str) -> int:
    """How well lines agree on a number of cells, more than one; 0 where they do not."""
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if any(row)]
    except csv.Error:
        return 0
    lengths = [len(row) for row in rows]
    usual = max(set(lengths), key=lengths.count, default=0)
    return lengths.count(usual) * usual.bit_length() if usual > 1 else 0
