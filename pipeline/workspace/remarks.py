"""What people say about their runs: which one is the baseline, a note, tags."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete
from sqlalchemy.orm import Session

from pipeline.errors import RunError
from pipeline.settings.environment import EXAMPLE_ID
from pipeline.workspace.database import BaselineRecord
from pipeline.workspace.home import Workspace
from pipeline.workspace.runs import Runs
from pipeline.workspace.tags_and_notes import clean_note, clean_tags


class Remarks:
    """What one visitor says about the runs of a workspace.

    Args:
        workspace: Where the runs are kept.
        visitor: Whose remarks they are, where several people share a server; None is its owner.
    """

    def __init__(self, workspace: Workspace, visitor: str | None = None) -> None:
        self._workspace = workspace
        self._visitor = visitor
        self._runs = Runs(workspace, visitor)

    def pin(self, run_id: str) -> None:
        """Make a run the baseline, instead of the one that was; everybody has one.

        A run of everybody's can be pinned, too: that changes nothing for the others.

        Raises:
            RunError: If there is no such run, or it has no test result.
        """
        if run_id == EXAMPLE_ID:
            raise RunError(
                "The example's photos are not part of PawTune, so no run can be held against it. "
                "Pin a run of your own."
            )
        with self._workspace.database.writing() as session:
            record = self._runs.find(session, run_id)
            if record.test is None:
                raise RunError(
                    f"{record.name} has no test result, so no run can be held against it. "
                    "Pin one that has finished."
                )
            self._unpin(session)
            session.add(BaselineRecord(visitor=self._visitor or "", run_id=run_id))

    def unpin(self) -> None:
        """Have no baseline any more."""
        with self._workspace.database.writing() as session:
            self._unpin(session)

    def write(self, run_id: str, note: str, tags: Iterable[str]) -> None:
        """Put a note and tags on a run, in place of those that were there.

        Args:
            run_id: Of the run.
            note: Any text of at most `tags_and_notes.NOTE_LETTERS`; empty for none.
            tags: A comma parts two tags; what is there twice counts once, in small letters or
                capitals.

        Raises:
            RunError: If it is too long or too much, there is no such run, or it is everybody's.
        """
        if run_id == EXAMPLE_ID:
            raise RunError("The example stays as it came. Write about a run of your own.")
        note, kept = clean_note(note), clean_tags(tags)
        with self._workspace.database.writing() as session:
            record = self._runs.find_own(session, run_id)
            record.note, record.tags = note or None, list(kept) or None

    def _unpin(self, session: Session) -> None:
        mine = BaselineRecord.visitor == (self._visitor or "")
        session.execute(delete(BaselineRecord).where(mine))
