"""A visitor who never rests: random work by the app's own doors, and a list of what was done.

    python -m tests.soak.visitor HOME NAME SEED PHOTOS LIST

It stands in for the web process: what that does itself (edits, undo, deleting) is done here, and
what workers do is asked for and looked after here. It is killed again and again; each line of LIST
is on the disk before the next work begins, so that what was promised can be looked for afterwards.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from pipeline.errors import PawTuneError
from pipeline.jobs.job import Job
from pipeline.jobs.queue import Jobs
from pipeline.photos.photo_edits import MovePhotos
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.runs import Runs
from pipeline.workspace.states import JobState
from pipeline.workspace.versions import Versions
from tests.soak.flips import config
from tests.workspaces import jpeg

_LOOK_S: Final = 0.05
_MOST: Final = 4  # sets, and runs, that a visitor has before some are deleted
_PATIENCE: Final = 400  # looks at one job


class Soaked:
    """What a visitor does.

    Args:
        workspace: Where.
        name: Of the visitor; what is made is called after it, with a number.
        chance: What comes next.
        photos: A folder with class folders, to import.
        told: The list.
    """

    def __init__(
        self, workspace: Workspace, name: str, chance: random.Random, photos: Path, told: Path
    ) -> None:
        self._workspace, self._name, self._chance = workspace, name, chance
        self._photos, self._told = photos, told
        self._jobs, self._pause = Jobs(workspace), threading.Event()
        self._works: Sequence[Callable[[], None]] = (
            self._import, self._train, self._train, self._export, self._edit, self._edit,
            self._undo, self._delete, self._back_up, self._save,
        )  # fmt: skip

    def work(self) -> None:
        """One piece of work by chance; what is refused is refused in a sentence."""
        work = self._chance.choice(self._works)
        try:
            work()
        except PawTuneError as error:
            self._note("refused", work=work.__name__, why=str(error))
            self._pause.wait(_LOOK_S)  # nobody presses faster

    def _import(self) -> None:
        if len(self._sets()) >= _MOST:
            return
        number = self._chance.randrange(10**9)
        name = f"{self._name}-{os.getpid()}-{number}"
        with _folder() as folder:  # one photo is its own: equal sets are kept once
            shutil.copytree(self._photos, folder / "photos")
            own = next(folder.rglob("*.jpg")).with_name("own.jpg")
            own.write_bytes(jpeg((90, 90, 90), seed=number))
            job = self._follow(self._jobs.submit_import(str(folder / "photos"), name))
        if job.state == JobState.DONE:
            self._note("imported", name=name)

    def _train(self) -> None:
        sets = self._sets()
        if sets and len(self._runs()) < _MOST:
            job = self._follow(self._jobs.submit_train(self._chance.choice(sets).id, config()))
            if job.state == JobState.DONE:
                self._note("trained", run=job.run_id)

    def _export(self) -> None:
        if runs := [run for run in self._runs() if run.can_answer]:
            self._follow(self._jobs.submit_export(self._chance.choice(runs).id, "bundle"))

    def _edit(self) -> None:
        if sets := self._sets():
            row = self._chance.choice(sets)
            place = self._chance.randrange(row.accepted)
            now = PhotoSets(self._workspace).open(row.id).photos[place].class_index
            made = Versions(self._workspace).edit(
                row.id, MovePhotos((place,), sorted(row.classes)[1 - now])
            )
            self._note("edited", photo_set=made.id)

    def _undo(self) -> None:
        if sets := self._sets():
            Versions(self._workspace).undo(self._chance.choice(sets).id)

    def _delete(self) -> None:
        if self._chance.random() < 0.5 and (runs := self._runs()):
            run = self._chance.choice(runs)
            self._note("deleting", run=run.id)
            Runs(self._workspace).delete(run.id)
        elif sets := self._sets():
            row = self._chance.choice(sets)
            self._note("deleting", name=row.name)
            PhotoSets(self._workspace).delete(row.id)

    def _back_up(self) -> None:
        with _folder() as folder:
            self._follow(self._jobs.submit_backup(folder / "all.zip"))

    def _save(self) -> None:
        if sets := self._sets():
            self._follow(self._jobs.submit_save(self._chance.choice(sets).id))

    def _sets(self) -> list[PhotoSetRow]:
        mine = PhotoSets(self._workspace).list()
        return [row for row in mine if row.name.startswith(self._name)]

    def _runs(self) -> list[Any]:
        return [run for run in Runs(self._workspace).list() if run.name.startswith(self._name)]

    def _follow(self, job: Job) -> Job:
        """Look after a job until it ends; sometimes nobody wants it any more."""
        stops_at = self._chance.randrange(_PATIENCE) if self._chance.random() < 0.1 else _PATIENCE
        for look in range(_PATIENCE):
            self._jobs.settle()
            now = self._jobs.get(job.id)
            if now.finished:
                return now
            if look == stops_at:
                self._jobs.stop(job.id)
            self._pause.wait(_LOOK_S)
        return self._jobs.get(job.id)

    def _note(self, what: str, **more: str | None) -> None:
        with self._told.open("a") as stream:
            stream.write(json.dumps({"what": what, **more}) + "\n")
            stream.flush()
            os.fsync(stream.fileno())


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder for a moment; a kill leaves it to who runs the soak, in whose `TMPDIR` it lies."""
    folder = Path(tempfile.mkdtemp())
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _opened(home: Path) -> Workspace:
    """The workspace, as soon as its disk has room: until then a page says what is in the way."""
    while True:
        try:
            return open_workspace(home)
        except PawTuneError:
            threading.Event().wait(_LOOK_S)


def main() -> None:
    """Work until the end."""
    home, name, seed, photos, told = sys.argv[1:]
    one = Soaked(_opened(Path(home)), name, random.Random(int(seed)), Path(photos), Path(told))
    while True:
        one.work()


if __name__ == "__main__":
    main()
