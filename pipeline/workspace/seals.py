"""A final test: the test photos of a set are sealed, and opened once, for one run.

A score that one has chosen by flatters. Photos whose answers nobody has seen until the choice was
made do not. `seal_rows` decides what may be seen meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pipeline.errors import PhotoSetError, RunError
from pipeline.workspace import seal_rows
from pipeline.workspace.home import Workspace, as_time
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from pipeline.workspace.tables import PhotoSetRecord, RunRecord, SealRecord


@dataclass(frozen=True, slots=True)
class Seal:
    """What is known of a sealed test.

    Attributes:
        created_at: When it was sealed.
        runs_before: How many runs were judged on its photos before that.
        runs: How many were trained since, until it was opened.
        run_id: The run that it was opened for; None as long as it is sealed.
        test: That run's result, as in `Run.test`.
        opened_at: When it was opened.
    """

    created_at: datetime
    runs_before: int
    runs: int
    run_id: str | None
    test: Mapping[str, float] | None
    opened_at: datetime | None


class Seals:
    """The sealed tests of one workspace; see `PhotoSets` for the arguments."""

    def __init__(self, workspace: Workspace, visitor: str | None = None) -> None:
        self._workspace = workspace
        self._photo_sets = PhotoSets(workspace, visitor)
        self._runs = Runs(workspace, visitor)

    def of(self, photo_set_id: str) -> Seal | None:
        """The seal on the album of a photo set; None where there is none.

        Raises:
            PhotoSetError: If there is no such set.
        """
        with self._workspace.database.reading() as session:
            album, _ = self._photo_sets.find(session, photo_set_id)
            found = session.get(SealRecord, album.id)
            return None if found is None else _seal(found)

    def is_shut(self, photo_set_id: str) -> bool:
        """Whether the test photos of a set are sealed, and the seal was not opened yet.

        Raises:
            PhotoSetError: If there is no such set.
        """
        seal = self.of(photo_set_id)
        return seal is not None and seal.run_id is None

    def seal(self, photo_set_id: str) -> Seal:
        """Hide what runs say about the test photos of a set, in all its versions, for good.

        Raises:
            PhotoSetError: If there is no such set, it is everybody's, it has no test photos, or
                it is sealed already.
        """
        with self._workspace.database.writing() as session:
            album, version = self._photo_sets.find_own(session, photo_set_id)
            if session.get(SealRecord, album.id) is not None:
                raise PhotoSetError(f"The test photos of {album.name} are sealed already.")
            splits = session.get_one(PhotoSetRecord, version.photo_set_id).splits
            if not sum(splits.get("test", {}).values()):
                raise PhotoSetError(f"{album.name} has no test photos to seal. Add some first.")
            judged = seal_rows.judged(session, album.id)
            made = SealRecord(album_id=album.id, runs_before=len(judged), runs=0)
            session.add(made)
            session.flush()
            found = _seal(made)
        for record in judged:  # what was exported tells the score
            for export in self._workspace.exports_folder.glob(f"{record.id}-*"):
                export.unlink(missing_ok=True)
        return found

    def open(self, run_id: str) -> Run:
        """Show the score of one run on its sealed test photos; no other run's will ever be.

        Raises:
            RunError: If there is no such run, it is somebody else's or not tested yet, its score
                was seen before the test was sealed, or the seal is not there or open.
            PhotoSetError: If its photos are gone.
        """
        with self._workspace.database.writing() as session:
            record = self._runs.find_own(session, run_id)
            album, _ = self._photo_sets.find_own(session, record.photo_set_id)
            seal = session.get(SealRecord, album.id)
            if seal is None:
                raise RunError(f"The test photos of {album.name} are not sealed.")
            _expect_openable(record, seal)
            seal.run_id, seal.test, seal.opened_at = record.id, record.test, time.time()
        return self._runs.get(run_id)


def can_be_opened(run: Run, seal: Seal) -> bool:
    """Whether a finished run is one that the seal can be opened for."""
    return run.can_answer and seal.run_id is None and run.created_at >= seal.created_at


def _expect_openable(record: RunRecord, seal: SealRecord) -> None:
    if seal.run_id is not None:
        raise RunError(
            "The final test was opened once already, and a second look would be a choice. For "
            "another final test, import photos that no run has seen as a set of their own."
        )
    if record.test is None or not record.can_answer:
        raise RunError(f"{record.name} has no network to be tested. Choose a finished run.")
    if record.created_at < seal.created_at:
        raise RunError(
            f"The score of {record.name} was seen before the test was sealed. Train it again, and "
            "open the test for the new run."
        )


def _seal(record: SealRecord) -> Seal:
    opened = record.opened_at
    return Seal(
        created_at=as_time(record.created_at),
        runs_before=record.runs_before,
        runs=record.runs,
        run_id=record.run_id,
        test=record.test,
        opened_at=None if opened is None else as_time(opened),
    )
