"""Labels that stand in lists beside the photos, and which photo each of them belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Final, TypeVar

from pipeline.errors import Why
from pipeline.photos import class_names
from pipeline.photos.sources import box_files, label_json, label_tables
from pipeline.photos.sources.label_columns import Names, Row, Unclear, is_number, names, rows
from pipeline.photos.sources.label_tables import Table
from pipeline.photos.sources.layout import Parts, Place, looks_like_photo
from pipeline.photos.sources.part_names import Part, tell, tell_all, words_of
from pipeline.photos.sources.photo_index import PhotoIndex
from pipeline.photos.sources.readings import Layout, Reading
from pipeline.wording import label_text

_T = TypeVar("_T")
Read = Callable[[int, int], bytes | None]  # a file's place and the most bytes; None for no file

_MOST_LISTS: Final = 24  # more are no lists but notes beside each photo
_MOST_BYTES: Final = 64 * 2**20  # of all of them
_FEW_PHOTOS: Final = 10  # of them each may be of a class of its own
_SPLITS: Final = {Part.TRAINING: "training", Part.VALIDATION: "validation", Part.TEST: "test"}
_TABLES: Final = frozenset({".csv", ".tsv", ".tab"})
_TEXTS: Final = frozenset({".txt", ".lst"})
_NOT_READ: Final = {
    **dict.fromkeys((".xlsx", ".xls", ".ods", ".numbers"), label_text.SPREADSHEET),
    **dict.fromkeys((".yaml", ".yml"), label_text.FOR_PROGRAMS),
}
_ANSWERS: Final = frozenset({"submission", "submissions", "submit"})
_LINES: Final = frozenset({".jsonl", ".ndjson"})
_SEVERAL: Final = Why(
    "Its list gives it several labels, and a photo has one.",
    "Leave one of them in the list, then import again.",
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """What lists say of the photos.

    Attributes:
        places: Class and split of each photo of which one says something.
        lists: Places of the files that were read as lists, among all files.
        whys: Why other files beside the photos are no labels, by their places.
        notes: What the owner should know, one sentence each.
    """

    places: Mapping[Parts, Place] = field(default_factory=lambda: MappingProxyType({}))
    lists: frozenset[int] = frozenset()
    whys: Mapping[int, Why] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()

    def notes_on(self, layout: Layout) -> tuple[str, ...]:
        """What the owner should know of the lists once the files are understood."""
        is_used = layout.understood.reading is Reading.LIST
        return self.notes if is_used or not self.notes else (*self.notes, label_text.SET_ASIDE)

    def others(self, items: Sequence[_T]) -> list[_T]:
        """What is left of one item per file without those of the lists."""
        return [item for place, item in enumerate(items) if place not in self.lists]


@dataclass(slots=True)
class _List:
    """A list that was read: which photo each of its rows is about, if any."""

    place: int
    rows: Sequence[Row]
    photos: Sequence[Parts | None]


def read(files: Sequence[Parts], read_file: Read) -> Labelled:
    """Read the lists among some files.

    Args:
        files: Where all files lie, photos and others.
        read_file: Gives the content of one of them, where it is not too long.
    """
    photos = [parts for parts in files if looks_like_photo(parts)]
    if not photos or len(photos) == len(files):
        return Labelled()
    index = PhotoIndex(photos)
    whys = dict(box_files.whys(files, read_file)) | _told_by_name(files)
    lists: list[_List] = []
    numbered: dict[int, Mapping[str, str]] = {}
    within_budget = _Budget(read_file)
    for place in _candidates(files, whys):
        beside = _folder_of(files[place], photos)
        found = _rows(files[place][-1], place, within_budget, partial(index.names, beside=beside))
        if isinstance(found, Unclear):
            whys[place] = label_text.unclear_columns(found.columns)
        elif isinstance(found, Names):
            numbered[place] = found.names
        elif found:
            matched = [index.find(row.photo, beside) for row in found]
            lists.append(_List(place, found, matched))
    lists, named = _without_names(lists)
    taken = [one for one in lists if _tells_classes(one, whys)]
    if not taken:
        return Labelled(whys=whys)
    labels = {label for one in taken for row in one.rows for label in row.labels}
    fitting = {place for place, told in numbered.items() if not named and labels <= told.keys()}
    for place in list(fitting)[:1]:
        named = numbered[place]
    places = _places(taken, named)
    labelled = sum(bool(place.class_name) for place in places.values())
    several = sum(place.why is not None for place in places.values())
    notes = label_text.lists_read(
        ["/".join(files[one.place]) for one in taken],
        labelled,
        sum(photo is None for one in taken for photo in one.photos),
        len(set(photos)) - labelled - several,
        several,
    )
    return Labelled(places, frozenset(one.place for one in lists) | fitting, whys, notes)


def _told_by_name(files: Sequence[Parts]) -> dict[int, Why]:
    """Files that belong to a set and are not read."""
    suffixes = [PurePosixPath(parts[-1].casefold()).suffix for parts in files]
    found = {place: _NOT_READ[one] for place, one in enumerate(suffixes) if one in _NOT_READ}
    for place, parts in enumerate(files):
        words = words_of(PurePosixPath(parts[-1]).stem)
        if suffixes[place] in _TABLES and not _ANSWERS.isdisjoint(words):
            found[place] = label_text.ANSWERS
    return found


def _folder_of(file: Parts, photos: Iterable[Parts]) -> Parts:
    """Where the photos of a list lie: `train.csv` is about `train`, any other what is beside it."""
    *around, name = file
    depth = len(around)
    parts = tell_all([PurePosixPath(name).stem]).values()
    folders = {
        one[: depth + 1] for one in photos if len(one) > depth + 1 and one[:depth] == file[:-1]
    }
    same = {part.part for part in parts}
    found = [one for one in folders if {told.part for told in tell_all(one[-1:]).values()} & same]
    return found[0] if len(found) == 1 else file[:-1]


class _Budget:
    """Reads files until they are too many bytes together."""

    def __init__(self, read_file: Read) -> None:
        self._read_file = read_file
        self._left_bytes = _MOST_BYTES

    def __call__(self, place: int, most_bytes: int) -> bytes | None:
        data = self._read_file(place, min(most_bytes, self._left_bytes))
        self._left_bytes -= len(data or b"")
        return data


def _candidates(files: Sequence[Parts], known: Mapping[int, Why]) -> list[int]:
    """Files that may be lists, the outermost first; none of those that belong to one photo."""
    photos = {parts[-1].casefold() for parts in files if looks_like_photo(parts)}
    stems = {PurePosixPath(name).stem for name in photos}
    found = []
    for place, parts in enumerate(files):
        name = PurePosixPath(parts[-1].casefold())
        is_list = name.suffix in _TABLES | _LINES | _TEXTS | {".json"}
        if is_list and place not in known and name.stem not in photos | stems:
            found.append(place)
    return sorted(found, key=lambda place: (len(files[place]), place))[:_MOST_LISTS]


def _rows(
    name: str, place: int, read_file: Read, is_photo: Callable[[str], bool]
) -> list[Row] | Unclear | Names | None:
    suffix = PurePosixPath(name.casefold()).suffix
    is_json = suffix == ".json"
    data = read_file(place, label_json.JSON_BYTES if is_json else label_tables.TABLE_BYTES)
    if data is None:
        return None
    if is_json:
        told = label_json.read(data)
        if isinstance(told, list):
            return told if any(is_photo(row.photo) for row in told) else None
        tables: Iterable[Table | None] = (told,)
    elif suffix in _LINES:
        tables = (label_tables.from_json_lines(data),)
    else:
        # Names may have spaces in them, so that a space separates only where nothing else does.
        spaced = label_tables.DELIMITERS + " " * (suffix in _TEXTS)
        tables = label_tables.from_csv(data, spaced)
    known = [table for table in tables if table is not None]
    for read_table in (partial(rows, is_photo=is_photo), names):
        for table in known:
            if (found := read_table(table)) is not None:
                return found
    return None


def _without_names(lists: Sequence[_List]) -> tuple[list[_List], Mapping[str, str]]:
    """Lists of photos, and the names of classes where another list numbers them."""
    for one in lists:
        told = {row.photo: row.labels[0] for row in one.rows if len(row.labels) == 1}
        others = [other for other in lists if other is not one]
        labels = {label for other in others for row in other.rows for label in row.labels}
        if others and labels and labels <= told.keys() and len(told) == len(one.rows):
            return others, told
    return list(lists), {}


def _tells_classes(one: _List, whys: dict[int, Why]) -> bool:
    """Whether its labels are classes; else says why not."""
    found = [row for row, photo in zip(one.rows, one.photos, strict=True) if photo is not None]
    kinds = {class_names.key(label) for row in found for label in row.labels}
    if not kinds:
        whys[one.place] = label_text.NO_LABELS
    elif len(kinds) == 1 and len(found) > 1 and is_number(next(iter(kinds))):
        whys[one.place] = label_text.SAME_NUMBER
    elif len(found) > _FEW_PHOTOS and len(kinds) > len(found) / 2:
        whys[one.place] = label_text.NO_CLASSES
    return one.place not in whys


def _places(lists: Iterable[_List], names: Mapping[str, str]) -> dict[Parts, Place]:
    labels: dict[Parts, dict[str, str]] = defaultdict(dict)
    splits: dict[Parts, set[str]] = defaultdict(set)
    for photo, row in _about_photos(lists):
        for label in row.labels:
            name = names.get(label, label)
            labels[photo].setdefault(class_names.key(name), name)
        splits[photo].add(row.split)
    parts = tell({split for found in splits.values() for split in found if split})
    places = {}
    for photo, found in splits.items():
        told = {_SPLITS.get(parts[one].part) for one in found if one in parts}
        split = told.pop() if len(told) == 1 else None
        shown = list(labels[photo].values())
        places[photo] = Place(why=_SEVERAL) if len(shown) > 1 else Place("".join(shown[:1]), split)
    return places


def _about_photos(lists: Iterable[_List]) -> Iterator[tuple[Parts, Row]]:
    for one in lists:
        for photo, row in zip(one.photos, one.rows, strict=True):
            if photo is not None:
                yield photo, row
