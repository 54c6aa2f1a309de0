"""Files of a backup, unpacked beside their places and looked at before anything uses them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from pipeline.classify.bundle import read_bundle
from pipeline.errors import PawTuneError
from pipeline.files.atomic import sync_folder
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.sources.members import BrokenMember, Members
from pipeline.progress import Report, Stage, Step
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.backup.members import PHOTO_SETS, is_allowed, owner_of
from pipeline.workspace.backup.rows import Row, Rows
from pipeline.workspace.runs import BUNDLE, PREDICTIONS


class BrokenFile(Exception):  # noqa: N818 - it describes the file
    """A file is not what the list says; the text is a plain sentence."""


class Unpacker:
    """Unpacks and checks.

    Args:
        members: The open backup.
        report: Told how many bytes are done.
    """

    def __init__(self, members: Members, report: Report) -> None:
        self._members, self._report = members, report
        self._by_name = {members.name(member): member for member in members.files}
        self._known: dict[str, list[Row]] = defaultdict(list)  # files, by their owner
        self._entries: dict[str, str] = {}  # with each content, by its SHA-256
        self._packs: dict[tuple[str, int], Path] = {}  # unpacked, by SHA-256 and length
        self._loose: dict[str, set[str]] = defaultdict(set)  # logs, and what a run cut off left
        for path in filter(is_allowed, self._by_name):
            self._loose[owner_of(path)].add(path)
        self._done_bytes, self._total_bytes = 0, sum(file.file_size for file in members.files)

    def unpack(
        self, rows: Rows, places: Mapping[str, tuple[Path, Path]], without: Collection[str]
    ) -> dict[str, str]:
        """Unpack and check everything.

        Args:
            rows: What is in the backup.
            places: Where photo sets and runs are unpacked, and where they will be.
            without: Ids of those that are not.

        Returns:
            Why a photo set or run is not whole, by its id.

        Raises:
            Stopped: From the report.
        """
        for row in rows["files"]:
            if row["owner"] not in without:
                self._known[row["owner"]].append(row)
                if row["path"] in self._by_name:
                    self._entries[row["sha256"]] = row["path"]
        bad: dict[str, str] = {}
        for kind, (staging, final) in places.items():
            for row in rows[kind]:
                owner = row["id"]
                if owner in without:
                    continue
                try:
                    self._unpack(kind, row, staging / owner, final / owner)
                except BrokenFile as problem:
                    bad[owner] = str(problem)
                    shutil.rmtree(staging / owner, ignore_errors=True)  # its room may be needed
        return bad

    def write(self, entry: str, path: Path, known: Row | None = None) -> None:
        """Unpack one file.

        Args:
            entry: Its name in the zip.
            path: Where it goes.
            known: What the database says of it, if anything: `bytes` and `sha256`.

        Raises:
            BrokenFile: If it is damaged, or not what the database knows.
            Stopped: From the report.
        """
        member = self._by_name.get(entry)
        if member is None:
            raise BrokenFile(f"Its file {path.name} is missing from the backup.")
        damaged = BrokenFile(f"Its file {path.name} is damaged in the backup.")
        if self._members.flaw(member, known["bytes"] if known else member.file_size):
            raise damaged
        digest = hashlib.sha256()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as out:
                for piece in self._members.pieces(member):
                    self._report(
                        Stage(Step.RESTORING), self._done_bytes, self._total_bytes, "bytes"
                    )
                    out.write(piece)
                    digest.update(piece)
                    self._done_bytes += len(piece)
                out.flush()
                os.fsync(out.fileno())
        except (BrokenMember, FileExistsError) as error:  # or it is there twice
            raise damaged from error
        if known and (member.file_size, digest.hexdigest()) != (known["bytes"], known["sha256"]):
            raise damaged

    def _unpack(self, kind: str, row: Row, folder: Path, final: Path) -> None:
        """Unpack a photo set or run into a new folder, and look at it."""
        if final.exists():
            raise BrokenFile(
                f"The folder {final} is in its way, and nothing is written over. Move it out of "
                "PawTune's folder, then restore again."
            )
        folder.mkdir()
        known = self._known[row["id"]]
        for file in known:
            path = folder.parent / file["path"].partition("/")[2]
            content = (file["sha256"], file["bytes"])
            # Packs never change, so sets that share one share its room; a run's files may.
            if kind == PHOTO_SETS and _link(self._packs.get(content), path):
                continue
            own = file["path"] in self._by_name
            self.write(file["path"] if own else self._entries.get(file["sha256"], ""), path, file)
            self._packs[content] = path
        if kind == PHOTO_SETS:
            _check_photo_set(folder, row, known)
        else:
            for entry in self._loose[row["id"]] - {file["path"] for file in known}:
                self.write(entry, folder.parent / entry.partition("/")[2])
            _check_run(folder, row)
        for made in {entry.parent for entry in folder.rglob("*")}:
            sync_folder(made)


def _check_photo_set(folder: Path, row: Row, known: Sequence[Row]) -> None:
    try:
        photo_set = PhotoSet.open(folder)
    except PawTuneError as error:
        raise BrokenFile(f"It cannot be opened. {error}") from error
    sha256s = {file["path"].rpartition("/")[2]: file["sha256"] for file in known}
    if any(sha256s.get(pack) != sha256 for pack, sha256 in photo_set.packs.sha256.items()):
        raise BrokenFile("Its photos are not those that its own list names.")
    # What the photos say goes before what the backup says of them.
    row["classes"], row["splits"] = list(photo_set.classes), photo_set.counts()
    row["bytes"] = sum(file["bytes"] for file in known)


def _check_run(folder: Path, row: Row) -> None:
    try:
        TrainConfig.from_json(row["config"])
        results = folder / (row["results"] or "")
        if row["can_answer"]:
            read_bundle(results / BUNDLE)
    except (PawTuneError, TypeError, ValueError) as error:
        raise BrokenFile(f"It cannot be used. {error}") from error
    if row["can_answer"] and row["test"] and not (results / PREDICTIONS).is_file():
        raise BrokenFile("What it says about its test photos is missing from the backup.")


def _link(known: Path | None, path: Path) -> bool:
    """Make `path` another name of a file that is there, where the disk can."""
    with contextlib.suppress(OSError):
        if known is not None:
            os.link(known, path)
            return True
    return False
