"""Files of a backup, unpacked beside their places and looked at before anything uses them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path

from pipeline.classify.bundle import read_bundle
from pipeline.errors import PawTuneError
from pipeline.files.atomic import sync_folder
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.sources.members import BrokenMember, Members, name_of
from pipeline.progress import Report
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.backup.listing import PHOTO_SETS, RUNS, ListedFile, Listing
from pipeline.workspace.backup.rows import Row, Rows
from pipeline.workspace.runs import BUNDLE, PREDICTIONS


class BrokenFile(Exception):  # noqa: N818 - it describes the file
    """A file is not what the list says; the text is a plain sentence."""


class Unpacker:
    """Unpacks and checks.

    Args:
        members: The open backup.
        listed: What is in it.
        report: Told how many bytes are done.
    """

    def __init__(self, members: Members, listed: Listing, report: Report) -> None:
        self._members, self._report = members, report
        self._by_name = {name_of(member): member for member in members.files}
        self._files: dict[str, list[ListedFile]] = defaultdict(list)  # by their owner
        self._entries: dict[str, str] = {}  # with each content, by its SHA-256
        for file in listed.files:
            self._files[file.owner].append(file)
            self._entries.setdefault(file.sha256, file.path)
        self._packs: dict[str, Path] = {}  # that are unpacked, by their SHA-256
        self._done_bytes, self._total_bytes = 0, sum(file.bytes for file in listed.files)

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
        vouched: dict[str, dict[str, str]] = defaultdict(dict)
        for row in rows["files"]:
            vouched[row["owner"]][row["path"]] = row["sha256"]
        bad: dict[str, str] = {}
        for kind, check in ((PHOTO_SETS, self._check_photo_set), (RUNS, self._check_run)):
            staging, final = places[kind]
            for row in rows[kind]:
                owner = row["id"]
                if owner in without:
                    continue
                try:
                    self._expect_complete(owner, vouched[owner], final / owner)
                    self._unpack(kind, owner, staging / owner)
                    check(staging / owner, row)
                except BrokenFile as problem:
                    bad[owner] = str(problem)
                    shutil.rmtree(staging / owner, ignore_errors=True)  # its room may be needed
        return bad

    def write(self, file: ListedFile, path: Path, entry: str | None = None) -> None:
        """Unpack one file, and see that it is the one that the list means.

        Raises:
            BrokenFile: If it is not.
            Stopped: From the report.
        """
        member = self._by_name.get(entry or file.path)
        if member is None:
            raise BrokenFile(f"Its file {path.name} is missing from the backup.")
        damaged = BrokenFile(f"Its file {path.name} is damaged in the backup.")
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

    def _expect_complete(self, owner: str, vouched: Mapping[str, str], final: Path) -> None:
        if final.exists():
            raise BrokenFile(
                f"The folder {final} is in its way, and nothing is written over. Move it out "
                "of PawTune's folder, then restore again."
            )
        listed = {file.path: file.sha256 for file in self._files[owner]}
        for path, sha256 in vouched.items():
            if listed.get(path) != sha256:
                name = path.rpartition("/")[2]
                raise BrokenFile(f"Its file {name} is missing from the backup, or is another one.")

    def _unpack(self, kind: str, owner: str, folder: Path) -> None:
        folder.mkdir()
        for file in self._files[owner]:
            path = folder.joinpath(*file.path.split("/")[2:])
            path.parent.mkdir(exist_ok=True)
            # Packs never change, so sets that share one share its room; a run's files may.
            if kind == PHOTO_SETS and _link(self._packs.get(file.sha256), path):
                self._done_bytes += file.bytes
            else:
                self.write(file, path, self._entries[file.sha256])
                self._packs[file.sha256] = path
        for made in (folder, *(entry for entry in folder.rglob("*") if entry.is_dir())):
            sync_folder(made)

    def _check_photo_set(self, folder: Path, row: Row) -> None:
        try:
            photo_set = PhotoSet.open(folder)
        except PawTuneError as error:
            raise BrokenFile(f"It cannot be opened. {error}") from error
        files = self._files[photo_set.id]
        listed = {file.path.rpartition("/")[2]: file.sha256 for file in files}
        if any(listed.get(pack) != sha256 for pack, sha256 in photo_set.packs.sha256.items()):
            raise BrokenFile("Its photos are not those that its own list names.")
        # What the photos say goes before what the backup says of them.
        row["classes"], row["splits"] = list(photo_set.classes), photo_set.counts()
        row["bytes"] = sum(file.bytes for file in files)

    def _check_run(self, folder: Path, row: Row) -> None:
        try:
            TrainConfig.from_json(row["config"])
            if row["can_answer"]:
                read_bundle(folder / BUNDLE)
        except (PawTuneError, TypeError, ValueError) as error:
            raise BrokenFile(f"It cannot be used. {error}") from error
        if row["can_answer"] and not (folder / PREDICTIONS).is_file():
            raise BrokenFile("What it says about its test photos is missing from the backup.")


def _link(known: Path | None, path: Path) -> bool:
    """Make `path` another name of a file that is there, where the disk can."""
    with contextlib.suppress(OSError):
        if known is not None:
            os.link(known, path)
            return True
    return False
