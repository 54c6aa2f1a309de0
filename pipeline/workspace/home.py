"""The workspace: one folder that holds everything, and its database."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from pipeline.errors import WorkspaceError
from pipeline.files.atomic import STAGING_MARK, sha256_of
from pipeline.settings.environment import workspace_home
from pipeline.workspace import reserve
from pipeline.workspace.database import Database
from pipeline.workspace.tables import FileRecord


class Workspace:
    """Where everything is kept.

    Attributes:
        home: The folder itself.
        photo_sets_folder: One folder per photo set, named by its id.
        runs_folder: One folder per run: log, weights, bundle, predictions.
        cache_folder: What can be made again: decoded photos per image size.
        downloads_folder: Files fetched from the network, whole, and parts to go on with.
        explorer_folder: The stock network in the form that answers without TensorFlow.
        uploads_folder: Uploaded files on their way into a photo set.
        exports_folder: Files to be downloaded: saved photo sets; swept after a day.
        studies_folder: One folder per photo set that was studied, named by its id.
        jobs_folder: Logs of jobs that are not runs, locks of workers and the dispatcher.
        database: Its database.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.photo_sets_folder = self._folder("photo_sets")
        self.runs_folder = self._folder("runs")
        self.cache_folder = self._folder("cache")
        self.downloads_folder = self._folder("downloads")
        self.explorer_folder = self._folder("explorer")
        self.uploads_folder = self._folder("uploads")
        self.exports_folder = self._folder("exports")
        self.studies_folder = self._folder("studies")
        self.jobs_folder = self._folder("jobs")
        self.database = Database(home)

    def _folder(self, name: str) -> Path:
        folder = self.home / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def keep_files(
        self,
        session: Session,
        owner: str,
        folder: Path,
        but: Collection[str] = (),
        known: Mapping[str, str] | None = None,
    ) -> None:
        """Record every file below `folder` with its checksum, as `owner`'s.

        Args:
            session: The transaction to do it in.
            owner: Id of the photo set or run.
            folder: A folder inside the workspace.
            but: Names of files that still grow, and are left out.
            known: SHA-256 of files that was computed before, by the file's name.
        """
        for path in sorted(entry for entry in folder.rglob("*") if entry.is_file()):
            if path.name in but or path.name.startswith(STAGING_MARK):
                continue
            session.merge(
                FileRecord(
                    path=path.relative_to(self.home).as_posix(),
                    sha256=(known or {}).get(path.name) or sha256_of(path),
                    bytes=path.stat().st_size,
                    owner=owner,
                )
            )


def open_workspace(home: Path | None = None) -> Workspace:
    """Open the workspace at `home` (default: `PAWTUNE_HOME`), making it if needed.

    Raises:
        WorkspaceError: If the folder cannot be made or written.
    """
    home = home or workspace_home()
    try:
        try:
            return Workspace(home)
        except (OSError, WorkspaceError):
            if not reserve.give_up(home):
                raise
            return Workspace(home)
    except OSError as error:
        raise WorkspaceError(
            f"PawTune keeps its work in {home}, and cannot write there ({error.strerror}). "
            "Free some space, or set PAWTUNE_HOME to another folder."
        ) from error


def new_id(kind: str) -> str:
    """A fresh identity such as `run-3f9a1c04be`."""
    return f"{kind}-{secrets.token_hex(5)}"


def as_time(seconds: float) -> datetime:
    """Seconds since 1970 as an aware UTC time."""
    return datetime.fromtimestamp(seconds, UTC)
