"""The rows of a backup's database: every value looked at, and what cannot be left out alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta
from sqlalchemy import JSON, Column, String, Table, select, type_coerce
from sqlalchemy.orm import Session

from pipeline.errors import RunError
from pipeline.evaluation.learning_curve import Cut
from pipeline.network import weight_change
from pipeline.photos.splits import SPLITS
from pipeline.settings.train_config import PHASES
from pipeline.workspace import run_results
from pipeline.workspace.backup.members import IDS, PHOTO_SETS, RUNS, is_allowed, owner_of
from pipeline.workspace.run_notes import NOTE_LETTERS, clean_tags
from pipeline.workspace.states import UNFINISHED, RunState
from pipeline.workspace.tables import Base

Row = dict[str, Any]
Rows = dict[str, list[Row]]  # by the table's name

ALBUMS: Final = "albums"
NOT_KEPT: Final = ("jobs", "timings")  # of one machine and its moment
# Parents before their children, so that rows can be written in this order.
TABLES: Final = [table for table in Base.metadata.sorted_tables if table.name not in NOT_KEPT]
_DAMAGED: Final = "What the database knows of it is damaged."
_AT_WORK: Final = "It was still running when the backup was made. Back up again when it has ended."

# Whose row it is: what is left out when one of its rows is damaged.
_OWNER: Final = {
    ALBUMS: "id",
    "versions": "album_id",
    PHOTO_SETS: "id",
    RUNS: "id",
    "epochs": "run_id",
    "baselines": "run_id",
    "files": "owner",
    "seals": "album_id",
    "hidden_runs": "run_id",
    "sweeps": "id",
}
_LARGEST: Final = 2**53  # up to here, a number is the same in every database and browser
_END_OF_TIME: Final = 253_402_300_800.0  # the year 10,000


def _any_of(*patterns: str) -> Meta:
    return Meta(pattern=rf"\A({'|'.join(patterns)})\Z")


def _exactly(title: str, /, **fields: Any) -> Any:
    return msgspec.defstruct(title, list(fields.items()), forbid_unknown_fields=True)


_Id = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9-]{1,40}\Z")]
_Text = Annotated[str, Meta(pattern=r"\A[^\0]*\Z")]
_Whole = Annotated[int, Meta(ge=-_LARGEST, le=_LARGEST)]
_Count = Annotated[int, Meta(ge=0, le=_LARGEST)]
_Number = Annotated[float, Meta(ge=-1e300, le=1e300)]  # holds for no infinity and no NaN


class _Rejected(msgspec.Struct, forbid_unknown_fields=True):
    name: _Text
    reason: _Text
    advice: _Text | msgspec.UnsetType = msgspec.UNSET  # earlier versions had none


# What every version counts of a test, see `evaluation.run_score`; later ones count more.
_SCORE: Final = frozenset({"loss", "accuracy", "low", "high", "photos"})
_KEPT_STATES: Final = tuple(state for state in RunState if state is not RunState.DAMAGED)
_Phase = Annotated[str, _any_of(*PHASES)]
_KINDS: Final = {str: _Text, int: _Whole, float: _Number, bool: bool}
# What a column holds where its type in the database does not say it all.
_SHAPES: Final[Mapping[str, Any]] = {
    **{f"{kind}.id": Annotated[str, _any_of(pattern)] for kind, pattern in IDS.items()},
    "number": Annotated[int, Meta(ge=1, le=2**40)],
    "album_id": _Id,
    "sha256": Annotated[str, _any_of("[0-9a-f]{64}")],
    "bytes": Annotated[int, Meta(ge=0, le=2**44)],
    "rejected": list[_Rejected],
    "notes": list[_Text],
    "classes": list[_Text],
    "splits": _exactly("Splits", **dict.fromkeys(SPLITS, dict[str, _Count])),
    "state": Annotated[str, _any_of(*_KEPT_STATES)],
    "config": dict[str, Any],  # `TrainConfig.from_json` looks at it
    "phase": _Phase,
    "parameters": _exactly("Parameters", total=_Whole, trainable=dict[_Phase, _Number]),
    "initial": _exactly("Scores", loss=_Number, accuracy=_Number),
    "test": dict[_Text, _Number],
    "cross_validation": dict[_Text, _Number],
    "phase_seconds": dict[_Phase, _Number],
    "stage_seconds": dict[_Text, _Number],
    "moved": list[dict[str, Any]],  # `moved.from_json` looks at it
    "versions": dict[_Text, _Text],
    "early_end": _exactly("EarlyEnd", why=Annotated[str, _any_of(*Cut)], phase=_Phase),
    "results": Annotated[str, _any_of(run_results.NAME)],
    "started_from": _exactly(
        "StartedFrom",
        run=_Id,
        name=_Text,
        sha256=Annotated[str, _any_of("[0-9a-f]{64}")],
        keeps_head=bool,
        has_seen=bool,
    ),
    "sweep": msgspec.defstruct(
        "Place",
        [
            ("id", _Id),
            ("number", _Count),
            ("settings", dict[_Text, Any]),
            ("in_turns", dict[_Text, Any] | None, None),
        ],
        forbid_unknown_fields=True,
    ),
    "sweeps.id": _Id,
    "plan": dict[_Text, Any],  # `tuning.Plan.from_json` looks at it
    "outcome": dict[_Text, Any],
    "note": Annotated[_Text, Meta(max_length=NOTE_LETTERS)],
    "tags": list[_Text],
    "created_at": Annotated[float, Meta(ge=0, lt=_END_OF_TIME)],
}


def _kind(column: Column[Any]) -> Any:
    """What a column may hold."""
    own = f"{column.table.name}.{column.name}"
    kind = _SHAPES.get(own) or _SHAPES.get(column.name) or _KINDS[column.type.python_type]
    if isinstance(column.type, String) and column.type.length is not None:
        kind = Annotated[kind, Meta(max_length=column.type.length)]
    return kind | None if column.nullable else kind


_RECORDS: Final = {
    table.name: _exactly(table.name, **{column.name: _kind(column) for column in table.columns})
    for table in TABLES
}


def read(session: Session) -> tuple[Rows, dict[str, str]]:
    """All rows of a database that may be damaged, or made to do harm.

    Returns:
        The rows; and why an album, photo set or run is to be left out, by its id. The rows of
        those alone may hold anything.

    Raises:
        ValueError: If it cannot even be told whose a row is.
    """
    rows: Rows = {table.name: [] for table in TABLES}
    bad: dict[str, str] = {}
    for table in TABLES:
        # As text, so that one value that is no JSON does not hide all other rows.
        columns = [
            type_coerce(column, String).label(column.name)
            if isinstance(column.type, JSON)
            else column
            for column in table.columns
        ]
        for found in session.execute(select(*columns)).mappings():
            row = dict(found)
            owner = msgspec.convert(row[_OWNER[table.name]], _Id)
            try:
                _check(table, row)
            except (ValueError, RecursionError, RunError):
                bad[owner] = _DAMAGED
            rows[table.name].append(row)
    for run in rows[RUNS]:
        if run["state"] in UNFINISHED:
            bad.setdefault(run["id"], _AT_WORK)
    return rows, bad


def _check(table: Table, row: Row) -> None:
    """Look at every value of a row, and put what is JSON in its place.

    Raises:
        ValueError: If PawTune would not have written it; also `RecursionError` and `RunError`.
    """
    for column in table.columns:
        if isinstance(column.type, JSON) and row[column.name] is not None:
            row[column.name] = msgspec.json.decode(str(row[column.name]))
    msgspec.convert(row, _RECORDS[table.name])
    fits = True
    if table.name == PHOTO_SETS:
        fits = all(counts.keys() <= set(row["classes"]) for counts in row["splits"].values())
    elif table.name == RUNS:
        weight_change.from_json(row["moved"])
        fits = clean_tags(row["tags"] or ()) == tuple(row["tags"] or ())
        scores = [row[name] for name in ("test", "cross_validation")]
        fits &= all(one is None or one.keys() >= _SCORE for one in scores)
    elif table.name == "files":
        fits = is_allowed(row["path"]) and owner_of(row["path"]) == row["owner"]
    if not fits:
        raise ValueError("Values that do not belong together.")


def leave_out(rows: Rows, bad: Mapping[str, str]) -> tuple[Rows, list[dict[str, str]]]:
    """Take out what is not whole, and what cannot be there without it.

    Args:
        rows: Everything.
        bad: Why an album, photo set or run is taken out, by its id.

    Returns:
        The rest; and what is not in it: `kind`, `id`, `name` and `reason`.
    """
    versions = [
        one
        for one in rows["versions"]
        if one["photo_set_id"] not in bad and one["album_id"] not in bad
    ]
    albums = {version["album_id"] for version in versions if not version["undone"]}
    versions = [version for version in versions if version["album_id"] in albums]
    trained = [run for run in rows[RUNS] if not {run["id"], run["photo_set_id"]} & bad.keys()]
    runs = {run["id"] for run in trained}
    photo_sets = {one["photo_set_id"] for one in (*versions, *trained)}
    sweeps = {
        one["id"]
        for one in rows["sweeps"]
        if one["id"] not in bad and one["photo_set_id"] in photo_sets
    }
    kept = {
        ALBUMS: albums,
        PHOTO_SETS: photo_sets,
        RUNS: runs,
        "epochs": runs,
        "baselines": runs,
        "files": photo_sets | runs,
        "seals": albums,
        "sweeps": sweeps,
    }
    rest = {
        name: [row for row in found if name not in kept or row[_OWNER[name]] in kept[name]]
        for name, found in rows.items()
    } | {"versions": versions}
    otherwise = {
        ALBUMS: "None of its versions is whole.",
        PHOTO_SETS: "Nothing else in the backup needs it.",
        RUNS: "The photos that it learned from are left out.",
    }
    left_out = [
        {
            "kind": kind,
            "id": row["id"],
            "name": str(row["name"]),
            "reason": bad.get(row["id"], reason),
        }
        for kind, reason in otherwise.items()
        for row in rows[kind]
        if row["id"] not in kept[kind]
    ]
    return rest, left_out


def sizes(rows: Rows) -> dict[str, int]:
    """How many albums, photo sets and runs there are."""
    return {kind: len(rows[kind]) for kind in (ALBUMS, PHOTO_SETS, RUNS)}
