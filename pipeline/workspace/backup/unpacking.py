"""Files of a backup on their way to their places: beside them first, checked, then named."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.classify.bundle import read_bundle
from pipeline.errors import PawTuneError
from pipeline.files.atomic import STAGING_MARK, sha256_of, sync_folder
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.sources.members import BrokenMember, Members, name_of
from pipeline.progress import Report
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.backup.listing import PHOTO_SETS, RUNS, BackedUpFile, BackupList
from pipeline.workspace.home import Workspace
from pipeline.workspace.runs import BUNDLE, PREDICTIONS
from pipeline.workspace.tables import PhotoSetRecord, RunRecord

_Files = Sequence[BackedUpFile]


class _Broken(Exception):  # noqa: N818 - it describes the file
    """A file is not what the list says; the text is a plain sentence."""


class Unpacking:
    """Unpacks into folders beside the final ones; what is not kept in the end is gone.

    Args:
        workspace: Where the files go.
        members: The open backup.
        report: Told how many bytes are done.
    """

    def __init__(self, workspace: Workspace, members: Members, report: Report) -> None:
        self._members, self._report = members, report
        self._by_name = {name_of(member): member for member in members.files}
        mark = f"{STAGING_MARK}{uuid.uuid4().hex[:12]}-restore"
        self._final = {PHOTO_SETS: workspace.photo_sets_folder, RUNS: workspace.runs_folder}
        self._staging = {kind: folder / mark for kind, folder in self._final.items()}
        self._placed: list[Path] = []
        self._there: set[str] = set()
        self._links: dict[str, Path] = {}  # packs that are unpacked, by their SHA-256
        self._done_bytes, self._total_bytes = 0, 0

    def __enter__(self) -> Self:
        for folder in self._staging.values():
            folder.mkdir()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for folder in (*self._staging.values(), *self._placed):
            shutil.rmtree(folder, ignore_errors=True)

    def unpack(self, wanted: BackupList) -> dict[str, str]:
        """Unpack and check everything; why a photo set or run is not whole, by its id.

        Raises:
            Stopped: From the report.
        """
        files: Mapping[str, list[BackedUpFile]] = _by_owner(wanted.files)
        self._total_bytes = sum(file.bytes for file in wanted.files)
        bad: dict[str, str] = {}
        for photo_set in wanted.photo_sets:
            try:
                self._unpack(photo_set.id, PHOTO_SETS, files[photo_set.id])
                self._check_photo_set(photo_set, files[photo_set.id])
            except _Broken as problem:
                bad[photo_set.id] = str(problem)
        for run in wanted.runs:
            try:
                self._unpack(run.id, RUNS, files[run.id])
                self._check_run(run)
            except _Broken as problem:
                bad[run.id] = str(problem)
        return bad

    def place(self, rest: BackupList) -> None:
        """Give what was unpacked its final names; nothing that is there is touched."""
        for kind, ids in (
            (PHOTO_SETS, [photo_set.id for photo_set in rest.photo_sets]),
            (RUNS, [run.id for run in rest.runs]),
        ):
            for owner in ids:
                final = self._final[kind] / owner
                if not final.exists():  # else the very same photo set was made meanwhile
                    (self._staging[kind] / owner).rename(final)
                    self._placed.append(final)
            sync_folder(self._final[kind])

    def keep(self) -> None:
        """What was placed is recorded now, and stays."""
        self._placed.clear()

    def _folder(self, kind: str, owner: str) -> Path:
        final = self._final[kind] / owner
        return final if owner in self._there else self._staging[kind] / owner

    def _unpack(self, owner: str, kind: str, files: _Files) -> None:
        final, staged = self._final[kind] / owner, self._staging[kind] / owner
        if final.exists():  # a crash may have left it between its name and its row
            if not _is_same(final, files):
                raise _Broken(
                    f"The folder {final} is in its way, and nothing is written over. Move it out "
                    "of PawTune's folder, then restore again."
                )
            self._there.add(owner)
            return
        staged.mkdir()
        try:
            for file in files:
                self._put(file, staged.joinpath(*file.path.split("/")[2:]), kind)
        except _Broken:
            shutil.rmtree(staged, ignore_errors=True)  # its room may be needed
            raise
        for folder in (staged, *(entry for entry in staged.rglob("*") if entry.is_dir())):
            sync_folder(folder)

    def _put(self, file: BackedUpFile, path: Path, kind: str) -> None:
        """Write one file, or link to the same one where it will never change."""
        self._report("Restoring", self._done_bytes, self._total_bytes, "bytes")
        path.parent.mkdir(exist_ok=True)
        done_bytes = self._done_bytes + file.bytes
        linked = kind == PHOTO_SETS and _link(self._links.get(file.sha256), path)
        if not linked:
            self._write(file, path)
            self._links[file.sha256] = path
        self._done_bytes = done_bytes

    def _write(self, file: BackedUpFile, path: Path) -> None:
        member = self._by_name.get(file.member)
        if member is None:
            raise _Broken(f"Its file {path.name} is missing from the backup.")
        damaged = _Broken(f"Its file {path.name} is damaged in the backup.")
        if member.file_size != file.bytes or self._members.flaw(member, file.bytes):
            raise damaged
        digest = hashlib.sha256()
        try:
            with path.open("xb") as out:
                for piece in self._members.pieces(member):
                    self._report("Restoring", self._done_bytes, self._total_bytes, "bytes")
                    out.write(piece)
                    digest.update(piece)
                    self._done_bytes += len(piece)
                out.flush()
                os.fsync(out.fileno())
        except BrokenMember as error:
            raise damaged from error
        if digest.hexdigest() != file.sha256:
            raise damaged

    def _check_photo_set(self, record: PhotoSetRecord, files: _Files) -> None:
        try:
            photo_set = PhotoSet.open(self._folder(PHOTO_SETS, record.id))
        except PawTuneError as error:
            raise _Broken(f"It cannot be opened. {error}") from error
        listed = {file.path.split("/")[-1]: file.sha256 for file in files}
        if any(listed.get(pack) != sha256 for pack, sha256 in photo_set.packs.sha256.items()):
            raise _Broken("Its photos are not those that its own list names.")
        # What the photos say goes before what the backup says of them.
        record.classes, record.splits = list(photo_set.classes), photo_set.counts()
        record.bytes = sum(file.bytes for file in files)

    def _check_run(self, run: RunRecord) -> None:
        folder = self._folder(RUNS, run.id)
        try:
            TrainConfig.from_json(run.config)
            if run.can_answer:
                read_bundle(folder / BUNDLE)
        except (PawTuneError, TypeError, ValueError) as error:
            raise _Broken(f"It cannot be used. {error}") from error
        if run.can_answer and not (folder / PREDICTIONS).is_file():
            raise _Broken("What it says about its test photos is missing from the backup.")


def _by_owner(files: _Files) -> Mapping[str, list[BackedUpFile]]:
    found: dict[str, list[BackedUpFile]] = defaultdict(list)
    for file in files:
        found[file.owner].append(file)
    return found


def _link(known: Path | None, path: Path) -> bool:
    """Make `path` another name of a file that is there, where the disk can."""
    with contextlib.suppress(OSError):
        if known is not None:
            os.link(known, path)
            return True
    return False


def _is_same(folder: Path, files: _Files) -> bool:
    for file in files:
        path = folder.joinpath(*file.path.split("/")[2:])
        if not path.is_file() or path.stat().st_size != file.bytes:
            return False
        if sha256_of(path) != file.sha256:
            return False
    return True
