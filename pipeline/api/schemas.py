"""The JSON schemas of what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Schema = Mapping[str, Any]

_TEXT: Final[Schema] = {"type": "string"}
_FLAG: Final[Schema] = {"type": "boolean"}
_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
_SHARE: Final[Schema] = {"type": "number", "minimum": 0, "maximum": 1.000001}
_OBJECT: Final[Schema] = {"type": "object"}
_MAYBE_OBJECT: Final[Schema] = {"type": ["object", "null"]}
_MAYBE_NUMBER: Final[Schema] = {"type": ["number", "null"]}
_MAYBE_TEXT: Final[Schema] = {"type": ["string", "null"]}
_TEXTS: Final[Schema] = {"type": "array", "items": _TEXT}


def _all_of(
    properties: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None
) -> Schema:
    """An object with all of these properties and, besides, perhaps some others."""
    return {
        "type": "object",
        "properties": {**properties, **(optional or {})},
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(name: str, of: Schema) -> Schema:
    return _all_of({name: {"type": "array", "items": of}})


_ANSWER: Final = _all_of(
    {
        "path": {**_TEXT, "description": "The file's name, as it came."},
        "class": {**_TEXT, "description": "The likeliest class."},
        "probability": {**_SHARE, "description": "How likely that is."},
        "probabilities": {
            "type": "object",
            "additionalProperties": _SHARE,
            "description": "How likely each class is.",
        },
        "neither": {**_FLAG, "description": "Whether it is like nothing that was learned."},
        "strangeness": {
            **_MAYBE_NUMBER,
            "description": "How unlike what was learned; above 1 it is none of the classes.",
        },
    }
)
_NO_ANSWER: Final = _all_of(
    {"path": _TEXT, "error": {**_TEXT, "description": "Why it cannot be used."}}
)
_COUNTS: Final[Schema] = {
    "run": {**_TEXT, "description": "The run that answered."},
    "photos": {"type": "array", "items": {"oneOf": [_ANSWER, _NO_ANSWER]}},
    "received": _COUNT,
    "accepted": _COUNT,
    "rejected": _COUNT,
}
CLASSIFIED: Final = _all_of(_COUNTS)
ERROR: Final = _all_of({"error": {**_TEXT, "description": "One plain sentence."}}, _COUNTS)

_RUN: Final[Mapping[str, Schema]] = {
    "run": _TEXT,
    "name": _TEXT,
    "state": _TEXT,
    "photo_set": _TEXT,
    "classes": _TEXTS,
    "can_answer": _FLAG,
    "config": _OBJECT,
    "test": _MAYBE_OBJECT,
    "cross_validation": _MAYBE_OBJECT,
    "sealed": _FLAG,
    "seconds": _MAYBE_NUMBER,
    "error": _MAYBE_TEXT,
    "note": _TEXT,
    "tags": _TEXTS,
    "baseline": _FLAG,
    "started_from": _MAYBE_OBJECT,
}
RUNS: Final = _list("runs", _all_of({**_RUN, "epochs": _COUNT}))
RUN: Final = _all_of(
    {
        **_RUN,
        "epochs": _COUNT,
        "parameters": _MAYBE_OBJECT,
        "initial": _MAYBE_OBJECT,
        "phases": {"type": "array", "items": _OBJECT},
        "best_epoch": {"type": ["integer", "null"]},
        "stages": _OBJECT,
        "versions": _OBJECT,
        "weights_sha256": _MAYBE_TEXT,
    }
)
PHOTO_SETS: Final = _list(
    "photo_sets",
    _all_of(
        {
            "photo_set": _TEXT,
            "name": _TEXT,
            "classes": _TEXTS,
            "received": _COUNT,
            "accepted": _COUNT,
            "rejected": {"type": "array", "items": _OBJECT},
            "splits": {"type": "object", "additionalProperties": _COUNT},
            "notes": _TEXTS,
        },
        {"missing": _TEXTS},
    ),
)
