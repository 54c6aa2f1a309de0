"""Rows of the database as plain JSON, and back, with every value looked at."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from sqlalchemy import JSON, Boolean, ColumnElement, Float, Integer, String, inspect

from pipeline.errors import RunError
from pipeline.network import weight_change
from pipeline.photos.splits import SPLITS
from pipeline.settings.train_config import PHASES
from pipeline.workspace.run import UNFINISHED
from pipeline.workspace.run_notes import NOTE_LETTERS, clean_tags
from pipeline.workspace.tables import Base

Row = TypeVar("Row", bound=Base)
_NUMBER: Final = "number"  # says the order, and every database counts for itself
_END_OF_TIME: Final = 253_402_300_800.0  # the year 10,000
_LARGEST: Final = 2**53
_STATES: Final = ("done", "stopped", "failed", "interrupted")
_SCORES: Final = {"loss", "accuracy"}
_TEST: Final = {"loss", "accuracy", "low", "high", "photos"}


def to_json(record: Base) -> dict[str, Any]:
    """The columns of a row by their names, but for its number."""
    names = [attribute.key for attribute in inspect(type(record)).column_attrs]
    return {name: getattr(record, name) for name in names if name != _NUMBER}


def from_json(kind: type[Row], values: Any) -> Row:
    """A new row of a table; columns that came later may be missing.

    Raises:
        ValueError: If a value is missing, unknown, or nothing that PawTune would have written.
    """
    columns = {
        attribute.key: attribute.columns[0]
        for attribute in inspect(kind).column_attrs
        if attribute.key != _NUMBER
    }
    if not isinstance(values, Mapping) or not values.keys() <= columns.keys():
        raise ValueError("Other columns than expected.")
    for name, column in columns.items():
        if name in values:
            _check(name, values[name], column)
        elif not column.nullable:
            raise ValueError(f"{name} is missing.")
    if "splits" in values:
        _check_names(values["splits"], values["classes"])
    return kind(**values)


def _check(name: str, value: Any, column: ColumnElement[Any]) -> None:
    if value is None and column.nullable:
        return
    kind = column.type
    if isinstance(kind, String):
        fits = _is_text(value) and (kind.length is None or len(value) <= kind.length)
    elif isinstance(kind, Boolean):
        fits = isinstance(value, bool)
    elif isinstance(kind, Integer):
        fits = _is_whole(value)
    elif isinstance(kind, Float):
        fits = _is_number(value) and (name != "created_at" or 0 <= value < _END_OF_TIME)
    else:
        assert isinstance(kind, JSON)
        fits = _is_plain(value)
    if not fits or (name in _SHAPES and not _SHAPES[name](value)):
        raise ValueError(f"{name} cannot be so.")


def _check_names(splits: Mapping[str, Mapping[str, int]], classes: list[str]) -> None:
    if not all(counts.keys() <= set(classes) for counts in splits.values()):
        raise ValueError("splits counts photos of classes that there are not.")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and "\0" not in value and _is_plain(value)


def _is_whole(value: Any) -> bool:
    return type(value) is int and abs(value) <= _LARGEST  # True is an int, but no number


def _is_number(value: Any) -> bool:
    return _is_whole(value) or (type(value) is float and math.isfinite(value))


def _is_plain(value: Any) -> bool:
    """Whether no number is infinite and no text holds half a letter, however deep."""
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, TypeError, RecursionError):
        return False
    return True


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _rejected(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, dict)
        and one.keys() == {"name", "reason"}
        and all(isinstance(text, str) for text in one.values())
        for one in value
    )


def _numbers(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_number(number) for number in value.values())


def _scores(names: set[str]) -> Callable[[Any], bool]:
    return lambda value: value is None or (_numbers(value) and value.keys() >= names)


def _splits(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == set(SPLITS)
        and all(isinstance(counts, dict) for counts in value.values())
        and all(_is_whole(n) and n >= 0 for counts in value.values() for n in counts.values())
    )


def _of_phases(value: Any) -> bool:
    return _numbers(value) and value.keys() <= set(PHASES)


def _parameters(value: Any) -> bool:
    return value is None or (
        isinstance(value, dict)
        and value.keys() == {"total", "trainable"}
        and _is_whole(value["total"])
        and _of_phases(value["trainable"])
    )


def _moved(value: Any) -> bool:
    try:
        weight_change.from_json(value)
    except ValueError:
        return False
    return True


def _tags(value: Any) -> bool:
    try:
        return value is None or (_texts(value) and clean_tags(value) == tuple(value))
    except RunError:
        return False


def _versions(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


_SHAPES: Final[Mapping[str, Callable[[Any], bool]]] = {
    "rejected": _rejected,
    "notes": _texts,
    "classes": _texts,
    "splits": _splits,
    "state": lambda value: value in (*_STATES, *UNFINISHED),
    "config": lambda value: isinstance(value, dict),
    "phase": lambda value: value in PHASES,
    "parameters": _parameters,
    "initial": _scores(_SCORES),
    "test": _scores(_TEST),
    "phase_seconds": _of_phases,
    "stage_seconds": lambda value: value is None or _numbers(value),
    "moved": _moved,
    "versions": _versions,
    "note": lambda value: value is None or len(value) <= NOTE_LETTERS,
    "tags": _tags,
}
