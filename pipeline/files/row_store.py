"""Rows that go by a key, kept in a cache: each is made once, whoever asks, in whatever list.

What is missing of a list is made into one more file. So that there are never many, it takes
along the rows of files that are no larger than itself, which then go.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import CacheFull, PhotoSetError
from pipeline.files import row_file
from pipeline.files.cache import Cache, Wanted
from pipeline.files.cache_folder import forget_rows
from pipeline.files.disk_errors import plain_disk_errors
from pipeline.files.locks import Lease
from pipeline.files.npy import Append
from pipeline.files.row_file import GONE, RowFile, Table
from pipeline.files.rows import Rows
from pipeline.progress import Report, silent

_SMALL: Final = 256  # rows; to copy more would cost more than one more file does
_DELETED: Final = "These photos were deleted while they were being prepared."

Make = Callable[[Mapping[Table, Append], NDArray[np.int64]], None]


@dataclass(frozen=True, slots=True)
class _Found:
    """What is there of a list.

    Attributes:
        files: The files that hold some of it.
        leases: On each of them.
        places: Where each key lies: which file, which row.
        missing: The keys that are nowhere, each once, in order.
    """

    files: list[RowFile]
    leases: list[Lease]
    places: dict[bytes, tuple[int, int]]
    missing: list[bytes]

    def rows(self, table: Table, keys: Sequence[bytes]) -> Rows[Any]:
        """All of them; the leases end with the last use."""
        used = zip(self.files, self.leases, strict=True)
        parts: list[NDArray[Any]] = [file.open(lease) for file, lease in used]
        places = np.array([self.places[key] for key in keys], np.int64).reshape(-1, 2)
        nothing = np.empty((0, *table.row), table.dtype)
        return Rows(parts or [nothing], places[:, 0], places[:, 1])

    def release(self) -> None:
        """Let all of it go."""
        for lease in self.leases:
            lease.release()


@dataclass(frozen=True, slots=True)
class _New:
    """A file that is about to be made.

    Attributes:
        file: What it will be.
        missing: The keys of its first rows, which are made.
        others: Files whose rows it takes along: where each lies, and which rows.
        outdated: Names of files that would have had its name, but have lost rows.
    """

    file: RowFile
    missing: list[bytes]
    others: list[tuple[RowFile, Path, list[int]]]
    outdated: list[str]

    @classmethod
    def of(cls, table: Table, found: _Found, missing: list[bytes], folder: Path) -> Self:
        """With what is worth taking along of what was found."""
        count, keys, others = len(missing), dict.fromkeys(missing), []
        found_now = zip(found.files, (lease.path for lease in found.leases), strict=True)
        for file, path in sorted(found_now, key=lambda one: one[0].count):
            if file.count > min(count, _SMALL):
                break
            held = file.keys(path)
            places = [at for at, key in enumerate(held) if key != GONE and key not in keys]
            keys |= dict.fromkeys(held[at] for at in places)
            others.append((file, path, places))
            count += file.count
        new = cls(RowFile.of(table, [*keys]), missing, others, [])
        # That may be in use, even by us; Windows would not let it be replaced.
        while (path := folder / new.file.name).exists() and not new.is_made(path):
            new.outdated.append(path.name)
            new = replace(new, file=RowFile.of(table, [*keys], path.name.encode()))
        return new

    def is_made(self, path: Path) -> bool:
        """Whether what was missing lies at `path`."""
        return {*self.file.keys(path)} >= {*self.missing}

    def copy(self, append: Append) -> list[bytes]:
        """Take the others' rows along; gives their keys, `GONE` where they went meanwhile."""
        keys = []
        for file, path, places in self.others:
            append(file.read(path)[places])
            now = file.keys(path)  # after the rows: see `row_file.erase`
            keys += [now[at] for at in places]
        return keys


class RowStore:
    """The rows in a cache.

    Args:
        cache: Where they lie.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def kept(self, table: Table, keys: Sequence[bytes]) -> Rows[Any] | None:
        """The rows of these keys, where all of them are there; else None.

        Raises:
            WorkspaceError: If the cache's folder cannot be written to.
        """
        found = self._find(table, keys, silent)
        if not found.missing:
            return found.rows(table, keys)
        found.release()
        return None

    def rows(
        self,
        tables: Sequence[Table],
        keys: Sequence[bytes],
        user: str,
        make: Make,
        report: Report = silent,
    ) -> Rows[Any]:
        """The rows of these keys; those that are missing are made first.

        Args:
            tables: The table, and others whose rows come of the same work: they get those that
                are made, where they lack all of them.
            keys: 32 bytes each; any may come twice.
            user: Id of the photo set that they are for.
            make: Makes missing rows: takes what takes them, by table, and where they stand in
                `keys`.
            report: Hears of a wait for somebody else; may raise `Stopped`.

        Returns:
            The rows of the first table, in the order of `keys`.

        Raises:
            CacheFull: If there is no room for them.
            WorkspaceError: If the cache's folder cannot be written to.
            PhotoSetError: If somebody has them forgotten meanwhile.
            Stopped: From `report` or `make`.
        """
        with contextlib.ExitStack() as made:
            while (found := self._find(tables[0], keys, report)).missing:
                with contextlib.ExitStack() as at_work:
                    at_work.callback(found.release)
                    added, moved = self._make(tables, found, keys, user, make, report)
                for lease in added:
                    made.enter_context(lease)
                if moved:
                    self._cache.drop(moved)
        for lease in found.leases:
            row_file.write_user(lease.path, user)
        return found.rows(tables[0], keys)

    def forget(self, which: Callable[[], Collection[bytes]]) -> None:
        """Overwrite the rows of some keys in all tables, whoever uses or makes their files.

        Args:
            which: Gives the keys; nobody looks for rows until they are gone.

        Raises:
            WorkspaceError: If the cache's folder cannot be written to.
        """
        with self._cache.looking() as standing:
            gone = frozenset(which())
            for file in (*standing.idle, *standing.busy):
                if row_file.is_row_file(file.path):
                    forget_rows(file.path, gone, in_use=file in standing.busy)
            for key in standing.making:  # of what may be zeros by now, or is copied
                if row_file.is_row_file(Path(key)):
                    self._cache.note_forgotten(key, gone)

    def _find(self, table: Table, keys: Sequence[bytes], report: Report) -> _Found:
        """What is there of a list, and still what was written: the rest is made anew."""
        while True:
            found = self._look(table, keys, report)
            damaged = False
            for file, lease in zip(found.files, found.leases, strict=True):
                with plain_disk_errors(lease.path.parent, CacheFull):
                    if gone := file.damaged(lease.path):
                        row_file.strike(lease.path, gone)
                        damaged = True
            if not damaged:
                return found
            found.release()

    def _look(self, table: Table, keys: Sequence[bytes], report: Report) -> _Found:
        """Use as few files as hold what is there of a list."""
        found = _Found([], [], {}, [])
        wanted = dict.fromkeys(keys)

        def choose(paths: Sequence[Path]) -> list[Path]:
            there = [(file, path) for path in paths if (file := RowFile.named(table, path.name))]
            chosen: list[Path] = []
            for file, path in sorted(there, key=lambda one: (-one[0].count, one[0].mark)):
                held = {key: row for row, key in enumerate(file.keys(path)) if key in wanted}
                if held:
                    found.places.update({key: (len(chosen), row) for key, row in held.items()})
                    found.files.append(file)
                    chosen.append(path)
                for key in held:
                    del wanted[key]
            return chosen

        if wanted:
            found.leases.extend(self._cache.lease(table.prefix, choose, report))
        found.missing.extend(wanted)
        return found

    def _make(
        self,
        tables: Sequence[Table],
        found: _Found,
        keys: Sequence[bytes],
        user: str,
        make: Make,
        report: Report,
    ) -> tuple[list[Lease], set[str]]:
        """Make what is missing; gives leases on new files, and names of files that may go."""
        missing = found.missing
        with contextlib.ExitStack() as used:
            folder = self._cache.folder
            new = [_New.of(tables[0], found, missing, folder)]
            for table in tables[1:]:
                other = self._find(table, keys, report)
                used.callback(other.release)
                if {*other.missing} >= {*missing}:
                    new.append(_New.of(table, other, missing, folder))
            by_name = {one.file.name: one for one in new}
            where = {key: place for place, key in reversed([*enumerate(keys)])}
            places = np.array([where[key] for key in missing], np.int64)

            copied: dict[str, list[bytes]] = {}

            def write(paths: Mapping[str, Path]) -> None:
                if copied:  # it was made, and is not whole
                    raise PhotoSetError(_DELETED)
                with contextlib.ExitStack() as writing:
                    begun = {
                        name: writing.enter_context(by_name[name].file.writing(path))
                        for name, path in paths.items()
                    }
                    make(
                        {by_name[name].file.table: append for name, (append, _) in begun.items()},
                        places,
                    )
                    for name, (append, finish) in begun.items():
                        copied[name] = by_name[name].copy(append)
                        finish(missing + copied[name], user)

            wanted = [
                Wanted(name, one.file.num_bytes, one.is_made) for name, one in by_name.items()
            ]
            leases = self._cache.files(wanted, write, report)
        taken_along = {path.name for one in new for _, path, _ in one.others}
        return leases, taken_along.union(*(one.outdated for one in new))
