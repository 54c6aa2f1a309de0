"""The runs of the workspace: look at them, rename, delete, take their curves away."""

from __future__ import annotations

import shutil
from dataclasses import astuple
from pathlib import Path
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pipeline.errors import RunError
from pipeline.evaluation.learning_curve import Epoch
from pipeline.evaluation.predictions import Predictions, read_predictions
from pipeline.files.spreadsheet import as_csv
from pipeline.settings.environment import EXAMPLE_ID
from pipeline.workspace import example, run_answers, seal_rows, unrecorded, visitors
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.run_row import read
from pipeline.workspace.states import ACTIVE, UNFINISHED
from pipeline.workspace.tables import (
    EpochRecord,
    FileRecord,
    HiddenRecord,
    JobRecord,
    RunRecord,
)

BUNDLE: Final = "bundle"
BEFORE: Final = "before_fine_tuning"  # folder: a bundle of what fine-tuning started from
PREDICTIONS: Final = "predictions.npz"  # about the test photos
VALIDATION_PREDICTIONS: Final = "validation_predictions.npz"
CROSS_VALIDATION: Final = "cross_validation.npz"  # about all photos of a small set
EVALUATIONS: Final = "evaluations"  # folder: answers about all photos of a set, by its id
LOG: Final = "log.txt"


class Runs:
    """The runs of one workspace, as one visitor sees them.

    Args:
        workspace: Where they are kept.
        visitor: Whose they are, where several people share a server; None sees all.
    """

    def __init__(self, workspace: Workspace, visitor: str | None = None) -> None:
        self._workspace = workspace
        self._visitor = visitor

    def list(self) -> tuple[Run, ...]:
        """All runs, newest first; the example, unless it is hidden, is the last."""
        with self._workspace.database.reading() as session:
            order = select(RunRecord).where(visitors.seen_by(self._visitor, RunRecord))
            records = session.scalars(order.order_by(RunRecord.number.desc()))
            found = [self._row(session, record) for record in records]
            if session.get(HiddenRecord, EXAMPLE_ID) is None:
                found += [example.read()] if example.is_there() else []
            return tuple(found)

    def get(self, run_id: str) -> Run:
        """One run.

        Raises:
            RunError: If there is none of this id.
        """
        if run_id == EXAMPLE_ID and example.is_there():
            return example.read()
        with self._workspace.database.reading() as session:
            return self._row(session, self.find(session, run_id))

    def expect(self, run_id: str) -> None:
        """Check that there is such a run, quicker than `get`.

        Raises:
            RunError: If there is none of this id.
        """
        if run_id == EXAMPLE_ID and example.is_there():
            return
        with self._workspace.database.reading() as session:
            self.find(session, run_id)

    def expect_open_test(self, run_id: str) -> None:
        """Check that what the run says about its test photos may be seen, quicker than `get`.

        Raises:
            RunError: If there is none of this id, or its test is sealed.
        """
        if run_id == EXAMPLE_ID and example.is_there():
            return
        with self._workspace.database.reading() as session:
            record = self.find(session, run_id)
            if seal_rows.hides(session, record.photo_set_id, record):
                raise run_answers.sealed(record.name)

    def example_is_hidden(self) -> bool:
        """Whether somebody does not want to see the example."""
        with self._workspace.database.reading() as session:
            return session.get(HiddenRecord, EXAMPLE_ID) is not None

    def hide_example(self, hidden: bool) -> None:
        """Leave the example out of the list, or bring it back.

        Raises:
            RunError: If it is not this visitor's to hide.
        """
        if self._visitor is not None:
            raise RunError("The example belongs to everybody here and stays where it is.")
        with self._workspace.database.writing() as session:
            session.execute(delete(HiddenRecord).where(HiddenRecord.run_id == EXAMPLE_ID))
            if hidden:
                session.add(HiddenRecord(run_id=EXAMPLE_ID))

    def rename(self, run_id: str, name: str) -> None:
        """Give the run another name.

        Raises:
            RunError: If the name is empty, there is no such run, or it is everybody's.
        """
        _refuse_example(run_id)
        if not name.strip():
            raise RunError("A run needs a name. Type one and save again.")
        with self._workspace.database.writing() as session:
            self.find_own(session, run_id).name = name.strip()

    def delete(self, run_id: str) -> None:
        """Delete the run and its files.

        Raises:
            RunError: If there is no such run, it is still running, work needs it, or it is
                everybody's.
        """
        _refuse_example(run_id)
        with self._workspace.database.writing() as session:
            record = self.find_own(session, run_id)
            if record.state in UNFINISHED:
                raise RunError(f"{record.name} is still running. Stop it first, then delete it.")
            work = (JobRecord.state.in_(ACTIVE), JobRecord.request["run"].as_string() == run_id)
            if title := session.scalars(select(JobRecord.title).where(*work)).first():
                raise RunError(
                    f"{record.name} is in use: {title}. Wait until that is done, or stop it first."
                )
            session.execute(delete(EpochRecord).where(EpochRecord.run_id == run_id))
            session.execute(delete(FileRecord).where(FileRecord.owner == run_id))
            session.delete(record)
            unrecorded.about_to_go(self._workspace.runs_folder / run_id)
        shutil.rmtree(self._workspace.runs_folder / run_id, ignore_errors=True)
        for export in self._workspace.exports_folder.glob(f"{run_id}-*"):
            export.unlink(missing_ok=True)

    def results_folder(self, run_id: str) -> Path:
        """Where a run's results lie, as `Run.results`, quicker than `get`; other ones elsewhere.

        Raises:
            RunError: If there is none of this id.
        """
        if run_id == EXAMPLE_ID and example.is_there():
            return example.read().folder
        with self._workspace.database.reading() as session:
            name = self.find(session, run_id).results
        return self._workspace.runs_folder / run_id / (name or "")

    def bundle_folder(self, run_id: str) -> Path:
        """Where the run's bundle lies.

        Raises:
            RunError: If the run has none, because it did not get far enough.
        """
        run = self.get(run_id)
        if not run.can_answer:
            raise RunError(
                f"{run.name} cannot answer: it ended before a model was kept. Choose another run."
            )
        return run.results / BUNDLE

    def predictions(self, run_id: str) -> Predictions:
        """What the run says about its test photos.

        Raises:
            RunError: If they are missing or damaged, or its test is sealed.
        """
        run = self.get(run_id)
        if run.is_sealed:
            raise run_answers.sealed(run.name)
        return run_answers.kept(run, PREDICTIONS)

    def validation_predictions(self, run_id: str) -> Predictions:
        """What the run says about its validation photos.

        Raises:
            RunError: If they are missing, as in runs of earlier versions, or damaged.
        """
        return run_answers.kept(self.get(run_id), VALIDATION_PREDICTIONS)

    def cross_validated(self, run_id: str) -> Predictions | None:
        """What heads say of all photos of a small set, each of photos that it had not seen.

        None where a set is large, where the answers are missing or damaged, and where
        the test is sealed and its photos are among all, as in runs from before the seal.
        """
        run = self.get(run_id)
        if run.is_sealed and run.cross_validation is None:
            return None
        return read_predictions(run.results / CROSS_VALIDATION)

    def evaluation(self, run_id: str, photo_set_id: str) -> Predictions | None:
        """What the run says about all photos of a set; None as long as nobody asked.

        Raises:
            PhotoSetError: If it is not known which photos are sealed, because a set is gone.
        """
        found = read_predictions(self.evaluation_path(run_id, photo_set_id))
        if found is None or run_id == EXAMPLE_ID:
            return found
        with self._workspace.database.reading() as session:
            record = self.find(session, run_id)
            asked = {photo_set_id, record.photo_set_id}
            visitor = self._visitor
            sealed = [one for one in asked if seal_rows.hides(session, one, record, visitor)]
        folder = self._workspace.photo_sets_folder
        return run_answers.without_sealed(
            found, folder / photo_set_id, [folder / one for one in sealed]
        )

    def evaluation_path(self, run_id: str, photo_set_id: str) -> Path:
        """Where `evaluation` is kept."""
        return self.get(run_id).results / EVALUATIONS / f"{photo_set_id}.npz"

    def log(self, run_id: str) -> str:
        """What the worker wrote while it trained."""
        path = self.get(run_id).folder / LOG
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def curves_csv(self, run_id: str) -> str:
        """The run's curves as comma-separated values, one line per epoch."""
        return as_csv(Epoch.__slots__, map(astuple, self.get(run_id).epochs))

    def predictions_csv(self, run_id: str) -> str:
        """The run's answers about its test photos as comma-separated values, one line each.

        Raises:
            RunError: If they are missing or damaged, or its test is sealed.
        """
        return self._csv(run_id, self.predictions(run_id))

    def cross_validated_csv(self, run_id: str) -> str:
        """The same of all photos of a small set; empty where nobody asked about them."""
        found = self.cross_validated(run_id)
        return "" if found is None else self._csv(run_id, found)

    def _csv(self, run_id: str, found: Predictions) -> str:
        run = self.get(run_id)
        names = run_answers.photo_names(self._workspace.photo_sets_folder / run.photo_set_id)
        return found.csv(run.classes, names)

    def find(self, session: Session, run_id: str) -> RunRecord:
        """The record of a run, in the caller's transaction.

        Raises:
            RunError: If this visitor has none of this id.
        """
        record = find(session, run_id)
        if not visitors.sees(self._visitor, record):
            raise _unknown(run_id)
        return record

    def find_own(self, session: Session, run_id: str) -> RunRecord:
        """The same, for those who are about to change it.

        Raises:
            RunError: If this visitor has none of this id, or it is everybody's.
        """
        record = self.find(session, run_id)
        if not visitors.owns(self._visitor, record):
            raise RunError(
                f"{record.name} belongs to everybody here and stays as it is. Train on the same "
                "photos, and you have a run of your own to change."
            )
        return record

    def _row(self, session: Session, record: RunRecord) -> Run:
        return read(session, record, self._visitor, self._workspace.runs_folder)


def _refuse_example(run_id: str) -> None:
    if run_id == EXAMPLE_ID:
        raise RunError("The example cannot be renamed or deleted. Hide it instead.")


def find(session: Session, run_id: str) -> RunRecord:
    """The record of a run, inside a transaction.

    Raises:
        RunError: If there is none of this id.
    """
    record = session.scalars(select(RunRecord).where(RunRecord.id == run_id)).one_or_none()
    if record is None:
        raise _unknown(run_id)
    return record


def _unknown(run_id: str) -> RunError:
    return RunError(
        "There is no such run; it may have been deleted. Choose one on the Runs page. "
        f"Received: {run_id!r}."
    )
