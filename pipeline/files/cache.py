"""A bounded store of files that can be made again: decoded photos, results of frozen layers.

Shared by every run and every process of a workspace. What was not used for longest goes first;
what is in use stays.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import filelock

from pipeline.errors import CacheFull, WorkspaceError
from pipeline.files import row_file
from pipeline.files.atomic import staged_file
from pipeline.files.cache_folder import TICK_S, CacheFolder, Entry, Standing, remove
from pipeline.files.disk_errors import plain_disk_errors
from pipeline.files.locks import Claim, Lease
from pipeline.progress import Report, Stage, Step, silent
from pipeline.settings.environment import cache_limit_bytes

_OUTDATED: Final = re.compile(r"^(\w+-(photos|pooled|cut)-[0-9a-f]{32}\Z|rows-)")

Make = Callable[[Mapping[str, Path]], None]
Choose = Callable[[Sequence[Path]], Iterable[Path]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that somebody needs.

    Attributes:
        key: From `key_of`.
        bytes: Its exact length.
        is_whole: Whether a file of that length is what it should be.
    """

    key: str
    bytes: int
    is_whole: Callable[[Path], bool] = Path.is_file


def key_of(kind: str, owner: str, **facts: Any) -> str:
    """Name of the file with a certain content.

    Args:
        kind: One word for people: "photos".
        owner: Id of the photo set that it is made from.
        facts: Everything else that decides the content, as plain JSON.

    Returns:
        Such as "0123456789abcdef-photos-" and 32 hexadecimal digits of a SHA-256.
    """
    return f"{owner}-{kind}-{row_file.recipe_of(**facts, kind=kind, owner=owner)}"


class Cache:
    """The files of one folder, for any number of processes and threads."""

    def __init__(self, folder: Path, limit_bytes: int | None = None) -> None:
        """Look at a folder as a cache.

        Args:
            folder: Where the files lie; made when it is first needed.
            limit_bytes: How much they may take together; None takes `cache_limit_bytes()`.

        Raises:
            SettingError: If the limit in the environment is no number.
        """
        self._folder = CacheFolder(
            folder, cache_limit_bytes() if limit_bytes is None else limit_bytes
        )

    @property
    def folder(self) -> Path:
        """Where the files lie."""
        return self._folder.path

    @property
    def limit_bytes(self) -> int:
        """How much they may take together."""
        return self._folder.limit_bytes

    def file(
        self,
        key: str,
        make: Callable[[Path], None],
        expected_bytes: int,
        is_whole: Callable[[Path], bool] = Path.is_file,
        report: Report = silent,
    ) -> Lease:
        """One file; see `files`."""
        wanted = Wanted(key, expected_bytes, is_whole)
        return self.files([wanted], lambda paths: make(paths[key]), report)[0]

    def files(self, wanted: Sequence[Wanted], make: Make, report: Report = silent) -> list[Lease]:
        """Files by their keys; those that are missing or not whole are made first.

        What several want at once, one makes, and the others wait for it. If `make` fails,
        nothing is left of what it wrote.

        Args:
            wanted: The files.
            make: Writes those that are missing: gets the path to write to by key.
            report: Hears of a wait for somebody else; may raise `Stopped`.

        Returns:
            A lease for each, in the order of `wanted`.

        Raises:
            CacheFull: If there is no room for them and none can be made.
            WorkspaceError: If the folder cannot be written to.
            Stopped: From `report` or `make`.
        """
        leases: dict[str, Lease] = {}
        with plain_disk_errors(self.folder, CacheFull), contextlib.ExitStack() as if_it_fails:
            if_it_fails.callback(lambda: _release(leases.values()))
            while True:
                with self._folder.alone(report):
                    missing = self._lease_whole(wanted, leases, self._folder.making())
                    claims = self._claim(missing) if missing else None
                if not missing:
                    if_it_fails.pop_all()
                    return [leases[entry.key] for entry in wanted]
                if claims is None:
                    report(Stage(Step.WAITING_FOR_PHOTOS))
                    time.sleep(TICK_S)
                    continue
                try:
                    self._make(missing, make)
                finally:
                    # In one go, so that nobody takes the new files for unused.
                    with self._folder.alone(), contextlib.ExitStack() as in_the_end:
                        in_the_end.callback(_release, claims)
                        for entry in missing:
                            self._folder.forget_noted(entry.key)
                        self._lease_whole(missing, leases)

    def looking(self) -> contextlib.AbstractContextManager[Standing]:
        """How things stand, for whoever changes files; see `CacheFolder.looking`."""
        return self._folder.looking()

    def note_forgotten(self, key: str, gone: Collection[bytes] = ()) -> None:
        """See `CacheFolder.note_forgotten`; to be called while `looking`."""
        self._folder.note_forgotten(key, gone)

    def lease(self, prefix: str, choose: Choose, report: Report = silent) -> list[Lease]:
        """Some of the files that are there; nobody removes any before they are chosen.

        Args:
            prefix: What their names begin with.
            choose: Which of these are used.
            report: Hears of a wait for somebody else; may raise `Stopped`.

        Returns:
            A lease for each, in the order of choice.

        Raises:
            WorkspaceError: If the folder cannot be written to.
            Stopped: From `report`.
        """
        with plain_disk_errors(self.folder, CacheFull), self._folder.alone(report):
            making = self._folder.making()
            names = {file.path.name for file in self._folder.files()} - making.keys()
            there = [self.folder / name for name in names if name.startswith(prefix)]
            return [self._folder.lease(path.name) for path in choose(there)]

    def drop(self, keys: Collection[str]) -> None:
        """Remove files that are no longer needed, but for those in use.

        Raises:
            WorkspaceError: If the folder cannot be written to.
        """
        with self._folder.looking() as standing:
            for file in standing.idle:
                if file.path.name in keys:
                    remove(file.path)

    def room_for(self, num_bytes: int) -> bool:
        """Whether that much more would fit, if all went that nobody uses now."""
        with contextlib.suppress(WorkspaceError), self._folder.looking() as standing:
            return self._folder.room_for(num_bytes, standing)
        return False

    def entries(self) -> list[Entry]:
        """All files, the last used first."""
        busy: set[Path] = set()
        # On a disk that cannot be written to, nobody can use anything.
        with contextlib.suppress(WorkspaceError), self._folder.looking() as standing:
            busy = {file.path for file in standing.busy}
        found = sorted(self._folder.files(), key=lambda file: file.used_at, reverse=True)
        return [Entry.of(file, file.path in busy) for file in found]

    def clear(self, owner: str | None = None) -> int:
        """Remove what nobody uses now: everything, or what was or is made from one photo set.

        Returns:
            How many bytes that freed.

        Raises:
            WorkspaceError: If the folder cannot be written to.
        """
        with self._folder.looking() as standing:
            chosen = [
                file
                for file in standing.idle
                if owner is None or file.path.name.startswith(f"{owner}-")
            ]
            for key in standing.making if owner else ():
                if key.startswith(f"{owner}-"):
                    self.note_forgotten(key)
            return sum(file.bytes for file in chosen if remove(file.path))

    def sweep(self) -> None:
        """Remove what the dead left: half-made files, locks, and what exceeds the limit.

        So goes what PawTune kept by photo set in earlier versions, and does not find any more.

        Raises:
            WorkspaceError: If the folder cannot be written to.
        """
        with self._folder.looking() as standing:
            total = standing.fixed_bytes + standing.idle_bytes
            for file in standing.idle:
                outdated = _OUTDATED.search(file.path.name) is not None
                if (outdated or total > self.limit_bytes) and remove(file.path):
                    total -= file.bytes

    def _lease_whole(
        self, wanted: Sequence[Wanted], leases: dict[str, Lease], making: Collection[str] = ()
    ) -> list[Wanted]:
        """Lease what is there and whole, and no longer being made; gives back the rest."""
        missing = []
        for entry in wanted:
            if entry.key in leases:
                continue
            if entry.key not in making and _is_whole(self.folder / entry.key, entry):
                leases[entry.key] = self._folder.lease(entry.key)
            else:
                missing.append(entry)
        return missing

    def _claim(self, missing: Sequence[Wanted]) -> list[Claim] | None:
        """Take it upon us to make these, and make room; None if somebody makes one already."""
        claims: list[Claim] = []
        with contextlib.ExitStack() as if_it_fails:
            if_it_fails.callback(_release, claims)
            try:
                for entry in missing:
                    claims.append(self._folder.claim(entry.key, entry.bytes))
            except filelock.Timeout:
                return None
            for entry in missing:
                remove(self.folder / entry.key)  # it is there, but damaged
            standing = self._folder.standing(ours=[entry.key for entry in missing])
            self._folder.make_room(sum(entry.bytes for entry in missing), standing)
            if_it_fails.pop_all()
        return claims

    def _make(self, missing: Sequence[Wanted], make: Make) -> None:
        with contextlib.ExitStack() as staging:
            paths = {
                entry.key: staging.enter_context(staged_file(self.folder / entry.key))
                for entry in missing
            }
            make(paths)
            for entry in missing:
                if not _is_whole(paths[entry.key], entry):
                    raise ValueError(f"What was to be made is not whole. Received: {entry}.")


def _release(held: Iterable[Claim | Lease]) -> None:
    for claim in held:
        claim.release()


def _is_whole(path: Path, entry: Wanted) -> bool:
    try:
        return path.stat().st_size == entry.bytes and entry.is_whole(path)
    except OSError:
        return False
