"""Which column of a list names the photo, and which one says what it shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Final, NamedTuple

from pipeline.photos.sources import part_names
from pipeline.photos.sources.label_tables import Table

_MOST_CLASSES: Final = 20_000
_MOST_PARTS: Final = 8  # ways in which lists call them
_ROWS_TRIED: Final = 2000
_LABEL_WORDS: Final = (
    *("label", "class", "labels", "classname", "labelname", "category", "categoryname"),
    *("classlabel", "target", "breed", "species", "variety", "diagnosis", "dx", "type", "tag"),
    *("klasse", "kategorie", "classe", "categorie", "clase", "categoria", "etikett", "y"),
    *("klass", "ground truth", "groundtruth", "disease", "finding", "classid", "labelid"),
)
_SPLIT_WORDS: Final = frozenset({"split", "set", "subset", "partition", "usage", "dataset", "fold"})
_YES: Final = frozenset({"1", "1.0", "true", "yes"})
_FLAGS: Final = _YES | {"0", "0.0", "false", "no", ""}


class Row(NamedTuple):
    """What a list says of one photo.

    Attributes:
        photo: Its name as it stands there.
        labels: What it shows: nothing, one thing, or several.
        split: The part of the data, as it stands there; empty where nothing is said.
    """

    photo: str
    labels: tuple[str, ...]
    split: str = ""


class Unclear(NamedTuple):
    """A list of photos whose labels are in one of these columns, nobody knows in which."""

    columns: tuple[str, ...]


class Names(NamedTuple):
    """A list that says what the classes are called that another one numbers."""

    names: Mapping[str, str]


def names(table: Table) -> Names | None:
    """What a table calls numbered classes; None where it does not number anything.

    Args:
        table: A list of no photos.
    """
    header, *rest = table.rows
    for numbers in range(2):
        is_told = _cell(header, numbers).isdecimal()
        body = table.rows if is_told else rest
        told = {_cell(row, numbers): _cell(row, 1 - numbers) for row in body[:_MOST_CLASSES]}
        are_named = all(told.values()) and len(set(told.values())) == len(told) == len(body)
        if told and are_named and all(map(str.isdecimal, told)):
            return None if any(map(str.isdecimal, told.values())) else Names(told)
    return None


def rows(table: Table, is_photo: Callable[[str], bool]) -> list[Row] | Unclear | None:
    """What a table says of photos.

    Args:
        table: The list.
        is_photo: Whether a cell names a photo that is there.

    Returns:
        One per row; or why they cannot be told; or None where it is no list of photos.
    """
    sample = table.rows[:_ROWS_TRIED]
    width = max(map(len, sample))
    if width < 2:
        return None
    # Different ones: where photos are called 0.jpg and 1.jpg, a yes or no looks like one.
    hits = [sum(map(is_photo, {_cell(row, place) for row in sample})) for place in range(width)]
    photo = max(range(width), key=hits.__getitem__)  # of equals the first
    if not hits[photo]:
        return None
    has_header = table.has_header
    if has_header is None:
        has_header = not is_photo(_cell(sample[0], photo)) and len(sample) > 1
    header = [_word(_cell(sample[0], place)) for place in range(width)] if has_header else []
    body = table.rows[1:] if has_header else table.rows
    named = (place for place, word in enumerate(header) if word in _SPLIT_WORDS)
    rest = [place for place in range(width) if place != photo]
    values = {place: {_cell(row, place) for row in body} - {""} for place in rest}
    told = (place for place in rest if len(rest) > 1 and _are_parts(values[place]))
    split = next(chain(named, told), None)
    # What names photos as well is their mask, or the photo of another class.
    photos = {place for place in rest if _are_names(values[place], is_photo)}
    others = [place for place in rest if place != split and place not in photos]
    if has_header and _are_flags(body, others):
        names = [_cell(sample[0], place) for place in range(width)]
        chosen = [(place, names[place]) for place in others]
        return [
            Row(
                _cell(row, photo),
                tuple(name for place, name in chosen if _cell(row, place).casefold() in _YES),
                _cell(row, split),
            )
            for row in body
        ]
    label = _label_column(header, others, body)
    if label is None:
        names = [_cell(sample[0], place) if header else str(place + 1) for place in others]
        return Unclear(tuple(names))
    return [
        Row(_cell(row, photo), tuple(filter(None, [_cell(row, label)])), _cell(row, split))
        for row in body
    ]


def _label_column(
    header: Sequence[str], others: Sequence[int], body: Sequence[Sequence[str]]
) -> int | None:
    if len(others) == 1:
        return others[0]
    for word in _LABEL_WORDS:
        for place in others:
            if header and header[place] == word:
                return place
    # Numbers measure something, and what differs from row to row describes it.
    kinds = {place: {_cell(row, place) for row in body} - {""} for place in others}
    likely = [
        place
        for place, values in kinds.items()
        if 2 <= len(values) <= len(body) / 2 and not all(map(is_number, values))
    ]
    return likely[0] if len(likely) == 1 else _numbered(kinds, len(body))


def _numbered(kinds: Mapping[int, set[str]], num_rows: int) -> int | None:
    """The one column of whole numbers that come again, beside such that count the rows."""
    again = [place for place, values in kinds.items() if 2 <= len(values) <= num_rows / 2]
    counted = [place for place, values in kinds.items() if len(values) == num_rows]
    is_sure = len(again) == 1 and len(again) + len(counted) == len(kinds)
    return again[0] if is_sure and all(map(str.isdecimal, kinds[again[0]])) else None


def _are_parts(values: set[str]) -> bool:
    """Whether they all tell a part of the data and nothing else."""
    told = part_names.tell(values)
    return 0 < len(values) == len(told) <= _MOST_PARTS and all(
        one.part in part_names.SPLITS and not one.class_name for one in told.values()
    )


def _are_names(values: set[str], is_photo: Callable[[str], bool]) -> bool:
    """Whether half of them name photos, and not by a number alone."""
    found = sum(is_photo(value) and not is_number(value) for value in values)
    return 2 * found > len(values)


def _are_flags(body: Iterable[Sequence[str]], places: Sequence[int]) -> bool:
    """Whether two columns or more say yes or no of a class each."""
    return len(places) > 1 and all(
        _cell(row, place).casefold() in _FLAGS for row in body for place in places
    )


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""


def _word(text: str) -> str:
    """A column's name as a word: `Class Name` and `class_name` are `classname`."""
    return re.sub(r"[\s_-]+", "", text).casefold()


def is_number(text: str) -> bool:
    """Whether a cell holds a number, as spreadsheets write it."""
    return re.fullmatch(r"[+-]?[\d.,]+(e[+-]?\d+)?", text) is not None
