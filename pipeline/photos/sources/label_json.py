"""Lists in JSON: exports in the forms of COCO and Create ML, objects, or names with labels."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from pipeline.photos.sources import label_tables
from pipeline.photos.sources.label_columns import Row
from pipeline.photos.sources.label_tables import Table

JSON_BYTES: Final = 32 * 2**20


class _Image(Struct):
    id: int | str
    file_name: str


class _Annotation(Struct):
    image_id: int | str
    category_id: int | str


class _Category(Struct):
    id: int | str
    name: str


class _Coco(Struct):
    images: list[_Image]
    annotations: list[_Annotation]
    categories: list[_Category]


class _Label(Struct):
    label: str


class _Labelled(Struct):
    """A photo in the form of Apple's Create ML."""

    image: str
    annotations: list[_Label]


def read(data: bytes) -> list[Row] | Table | None:
    """What a list says; as a table where the meaning of its columns is open, or None for no list.

    Args:
        data: The file, of at most `JSON_BYTES`.
    """
    text = label_tables.decoded(data)
    if text is None:
        return None
    for rows in (_coco_rows, _create_ml_rows):
        try:
            return rows(text)
        except (msgspec.DecodeError, RecursionError):
            continue
    try:
        told: Any = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None
    if isinstance(told, list):
        return label_tables.from_objects(told)
    if not isinstance(told, dict):
        return None
    return _rows_by_class(told) or label_tables.from_pairs(told)


def _rows_by_class(told: dict[str, Any]) -> list[Row] | None:
    """Photos in a list for each class: `{"cat": ["1.jpg"]}`."""
    lists = list(told.values())
    if not all(
        isinstance(one, list) and all(isinstance(name, str) for name in one) for one in lists
    ):
        return None
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for label, names in told.items():
        for name in names:
            found[name][label] = None
    return [Row(name, tuple(labels)) for name, labels in found.items()]


def _create_ml_rows(text: str) -> list[Row]:
    photos = msgspec.json.decode(text, type=Annotated[list[_Labelled], Meta(min_length=1)])
    return [Row(one.image, tuple({told.label: None for told in one.annotations})) for one in photos]


def _coco_rows(text: str) -> list[Row]:
    coco = msgspec.json.decode(text, type=_Coco)
    names = {one.id: one.name for one in coco.categories}
    found: dict[int | str, dict[str, None]] = defaultdict(dict)
    for one in coco.annotations:
        found[one.image_id][names.get(one.category_id, "")] = None
    return [
        Row(image.file_name, tuple(filter(None, found.get(image.id, ())))) for image in coco.images
    ]
