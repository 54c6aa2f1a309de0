"""What people say about their runs: which one is the baseline, a note, tags."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from pipeline.errors import RunError
from pipeline.settings.environment import EXAMPLE_ID
from pipeline.workspace.home import Workspace
from pipeline.workspace.runs import Runs
from pipeline.workspace.tables import BaselineRecord

NOTE_LETTERS: Final = 2000
TAG_LETTERS: Final = 30
MOST_TAGS: Final = 12  # of one run; more are no order any more


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


def clean_note(note: str) -> str:
    """A note as it is kept.

    Raises:
        RunError: If it is too long.
    """
    kept = _plain(note).strip()
    if len(kept) > NOTE_LETTERS:
        raise RunError(
            f"A note holds up to {NOTE_LETTERS:,} letters. Shorten it and save again. "
            f"Received: {len(kept):,} letters."
        )
    return kept


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as they are kept.

    Raises:
        RunError: If one is too long, or there are too many.
    """
    pieces = [piece for tag in tags for piece in _plain(tag).split(",")]
    found: dict[str, str] = {}
    for tag in (" ".join(piece.split()) for piece in pieces):
        if tag:
            found.setdefault(tag.casefold(), tag)
    kept = tuple(found.values())
    for tag in kept:
        if len(tag) > TAG_LETTERS:
            raise RunError(
                f"A tag is a word or two, up to {TAG_LETTERS} letters; longer things belong into "
                f"the note. Received: {tag!r}."
            )
    if len(kept) > MOST_TAGS:
        raise RunError(
            f"A run carries up to {MOST_TAGS} tags. Take some away and save again. "
            f"Received: {len(kept)}."
        )
    return kept


def _plain(text: str) -> str:
    """`text` without what no database and no backup takes: zeros and halves of letters."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")
