"""The list in a backup: rows as plain JSON, and what every file has to be."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from pipeline.photos.set_file import safe_name
from pipeline.workspace.backup import row_json
from pipeline.workspace.run import UNFINISHED
from pipeline.workspace.tables import (
    AlbumRecord,
    Base,
    BaselineRecord,
    EpochRecord,
    HiddenRecord,
    PhotoSetRecord,
    RunRecord,
    VersionRecord,
)

LIST_NAME: Final = "backup.json"
LIST_BYTES: Final = 512 * 2**20  # at most
MOST_FILES: Final = 200_000
ALBUMS: Final = "albums"
PHOTO_SETS: Final = "photo_sets"
RUNS: Final = "runs"
_FORMAT: Final = "PawTune backup"
_VERSION: Final = 1
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_IDS: Final[Mapping[type[Base], re.Pattern[str]]] = {
    AlbumRecord: re.compile(r"[A-Za-z0-9-]{1,40}"),
    PhotoSetRecord: re.compile(r"[0-9a-f]{16}"),
    RunRecord: re.compile(r"[a-z]{1,8}-[0-9a-f]{1,30}"),
}
_PLAIN: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_MOST_BYTES: Final = 2**44  # of one file


@dataclass(frozen=True, slots=True)
class BackedUpFile:
    """One file of a photo set or a run.

    Attributes:
        path: Where it lies in the workspace.
        bytes: Its length.
        sha256: Of its content.
        owner: Id of the photo set or run.
        recorded: Whether the workspace vouches for it, in the table of files.
        member: Entry of the zip with this content; equal files are in it once.
    """

    path: str
    bytes: int
    sha256: str
    owner: str
    recorded: bool
    member: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that was not backed up or not restored.

    Attributes:
        kind: `ALBUMS`, `PHOTO_SETS` or `RUNS`.
        id: Of it.
        name: As its owner calls it.
        reason: One plain sentence or two.
    """

    kind: str
    id: str
    name: str
    reason: str


@dataclass(slots=True)
class BackupList:
    """What `backup.json` says; rows in the order of their numbers."""

    albums: list[AlbumRecord] = field(default_factory=list)
    versions: list[VersionRecord] = field(default_factory=list)
    photo_sets: list[PhotoSetRecord] = field(default_factory=list)
    runs: list[RunRecord] = field(default_factory=list)
    epochs: list[EpochRecord] = field(default_factory=list)
    files: list[BackedUpFile] = field(default_factory=list)
    hidden_runs: list[HiddenRecord] = field(default_factory=list)
    baselines: list[BaselineRecord] = field(default_factory=list)

    def sizes(self) -> dict[str, int]:
        """How many albums, photo sets and runs there are."""
        return {ALBUMS: len(self.albums), PHOTO_SETS: len(self.photo_sets), RUNS: len(self.runs)}


_TABLES: Final[Mapping[str, type[Base]]] = {
    "albums": AlbumRecord,
    "versions": VersionRecord,
    "photo_sets": PhotoSetRecord,
    "runs": RunRecord,
    "epochs": EpochRecord,
    "hidden_runs": HiddenRecord,
    "baselines": BaselineRecord,
}
_CAME_LATER: Final = {"baselines"}  # a backup from before has no such list


def to_bytes(listed: BackupList) -> bytes:
    """Write the list."""
    content: dict[str, Any] = {"format": _FORMAT, "version": _VERSION}
    for name in _TABLES:
        content[name] = [row_json.to_json(record) for record in getattr(listed, name)]
    content["files"] = [dataclasses.asdict(file) for file in listed.files]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def from_bytes(data: bytes) -> BackupList:
    """Read what `to_bytes` wrote.

    Raises:
        ValueError: If it is no such list, or a single value of it is wrong.
    """
    try:
        told: Any = json.loads(data, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("Nested too deeply.") from error
    if not isinstance(told, dict):
        raise ValueError("Other entries than expected.")
    for name in _CAME_LATER:
        told.setdefault(name, [])
    if told.keys() != {"format", "version", "files", *_TABLES}:
        raise ValueError("Other entries than expected.")
    if told["format"] != _FORMAT or told["version"] != _VERSION:
        raise ValueError("Another format.")
    if not all(isinstance(told[name], list) for name in ("files", *_TABLES)):
        raise ValueError("Not a list.")
    records: dict[str, Any] = {
        name: [row_json.from_json(kind, values) for values in told[name]]
        for name, kind in _TABLES.items()
    }
    listed = BackupList(**records, files=[_file(values) for values in told["files"]])
    _check(listed)
    return listed


def is_allowed(path: str) -> bool:
    """Whether a backup may hold a file of this path: one of a photo set or of a run."""
    folder, _, rest = path.partition("/")
    owner, *names = rest.split("/")
    if not all(_PLAIN.fullmatch(name) and safe_name(name) == name for name in names):
        return False
    if folder == "photo_sets":
        return _IDS[PhotoSetRecord].fullmatch(owner) is not None and len(names) == 1
    return (
        folder == "runs" and _IDS[RunRecord].fullmatch(owner) is not None and len(names) in (1, 2)
    )


def is_sound(record: Base) -> bool:
    """Whether a row could be restored: the database it comes from may be damaged."""
    try:
        row_json.from_json(type(record), row_json.to_json(record))
    except ValueError:
        return False
    if isinstance(record, AlbumRecord | PhotoSetRecord | RunRecord):
        return _IDS[type(record)].fullmatch(record.id) is not None
    return True


def leave_out(listed: BackupList, bad: Mapping[str, str]) -> tuple[BackupList, list[LeftOut]]:
    """Take out what is not whole, and what cannot be there without it.

    Args:
        listed: Everything.
        bad: Why an album, photo set or run is taken out, by its id.

    Returns:
        The rest, and what is not in it.
    """
    versions = [
        one for one in listed.versions if one.photo_set_id not in bad and one.album_id not in bad
    ]
    shown = {version.album_id for version in versions if not version.undone}
    versions = [version for version in versions if version.album_id in shown]
    runs = [run for run in listed.runs if run.id not in bad and run.photo_set_id not in bad]
    used = {version.photo_set_id for version in versions} | {run.photo_set_id for run in runs}
    run_ids = {run.id for run in runs}
    rest = BackupList(
        albums=[album for album in listed.albums if album.id in shown],
        versions=versions,
        photo_sets=[one for one in listed.photo_sets if one.id in used],
        runs=runs,
        epochs=[epoch for epoch in listed.epochs if epoch.run_id in run_ids],
        files=[file for file in listed.files if file.owner in used | run_ids],
        hidden_runs=listed.hidden_runs,
        baselines=[one for one in listed.baselines if one.run_id in run_ids],
    )
    left_out = [
        *_missing(ALBUMS, listed.albums, rest.albums, bad, "None of its versions is whole."),
        *_missing(
            PHOTO_SETS,
            listed.photo_sets,
            rest.photo_sets,
            bad,
            "Nothing else in the backup needs it.",
        ),
        *_missing(
            RUNS, listed.runs, rest.runs, bad, "The photos that it learned from are left out."
        ),
    ]
    return rest, left_out


def _missing(
    kind: str,
    everything: Sequence[AlbumRecord] | Sequence[PhotoSetRecord] | Sequence[RunRecord],
    rest: Sequence[AlbumRecord] | Sequence[PhotoSetRecord] | Sequence[RunRecord],
    bad: Mapping[str, str],
    otherwise: str,
) -> Iterable[LeftOut]:
    kept = {record.id for record in rest}
    for record in everything:
        if record.id not in kept:
            yield LeftOut(kind, record.id, record.name, bad.get(record.id, otherwise))


def _file(values: Any) -> BackedUpFile:
    names = {entry.name for entry in dataclasses.fields(BackedUpFile)}
    if not isinstance(values, dict) or values.keys() != names:
        raise ValueError("Other entries than expected.")
    texts = [values[name] for name in ("path", "sha256", "owner", "member")]
    if not all(isinstance(text, str) for text in texts) or not is_allowed(values["path"]):
        raise ValueError("No path of a file that could be in a backup.")
    if values["path"].split("/")[1] != values["owner"] or not _SHA256.fullmatch(values["sha256"]):
        raise ValueError("Not its owner, or no checksum.")
    if type(values["bytes"]) is not int or not 0 <= values["bytes"] <= _MOST_BYTES:
        raise ValueError("No length of a file.")
    if not isinstance(values["recorded"], bool):
        raise ValueError("Neither yes nor no.")
    return BackedUpFile(**values)


def _check(listed: BackupList) -> None:
    """See that ids are ids, that nothing is there twice, and that all belongs together."""
    albums = _ids(_IDS[AlbumRecord], [album.id for album in listed.albums])
    photo_sets = _ids(_IDS[PhotoSetRecord], [photo_set.id for photo_set in listed.photo_sets])
    runs = _ids(_IDS[RunRecord], [run.id for run in listed.runs])
    _ids(None, [file.path.casefold() for file in listed.files])
    _ids(None, [f"{epoch.run_id} {epoch.epoch}" for epoch in listed.epochs])
    _ids(None, [hidden.run_id for hidden in listed.hidden_runs])
    _ids(None, [baseline.visitor for baseline in listed.baselines])
    together = (
        {version.album_id for version in listed.versions} <= albums
        and {version.photo_set_id for version in listed.versions} <= photo_sets
        and {run.photo_set_id for run in listed.runs} <= photo_sets
        and {epoch.run_id for epoch in listed.epochs} <= runs
        and {baseline.run_id for baseline in listed.baselines} <= runs
        and {file.owner for file in listed.files} <= photo_sets | runs
    )
    if not together or any(run.state in UNFINISHED for run in listed.runs):
        raise ValueError("Rows that do not belong together.")


def _ids(pattern: re.Pattern[str] | None, found: Sequence[str]) -> set[str]:
    if len(set(found)) < len(found):
        raise ValueError("Something is there twice.")
    if pattern is not None and not all(pattern.fullmatch(one) for one in found):
        raise ValueError("No id.")
    return set(found)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON.")
