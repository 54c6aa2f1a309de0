"""The workspace, opened once, and its stores as whoever is looking sees them.

Pages make no stores of their own: here each gets its visitor, and nowhere else. Caches are
shared by everybody, so what has an id comes out of one only after `expect_photo_set` or
`expect_run`.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui import visitor
from pipeline.files.cache import Cache
from pipeline.jobs import dispatch, expiry, import_job
from pipeline.jobs.after_import import AfterImport
from pipeline.jobs.first_training import FirstTraining
from pipeline.jobs.import_job import OneFile
from pipeline.jobs.job import Job
from pipeline.jobs.questions import Questions
from pipeline.jobs.queue import Jobs
from pipeline.jobs.sweep_queue import SweepQueue
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import Imported
from pipeline.photos.photo_set import PhotoSet
from pipeline.settings import mode
from pipeline.settings.environment import workspace_home
from pipeline.workspace import quotas, startup
from pipeline.workspace.home import Workspace
from pipeline.workspace.machine_speed import Timings
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run_notes import Remarks
from pipeline.workspace.runs import Runs
from pipeline.workspace.seals import Seals
from pipeline.workspace.studies import KnownFeatures, Studies, Study
from pipeline.workspace.sweeps import Sweeps
from pipeline.workspace.versions import Versions

P = ParamSpec("P")
R = TypeVar("R")


def workspace() -> Workspace:
    """The workspace that `PAWTUNE_HOME` names.

    Raises:
        PawTuneError: If its folder cannot be written.
    """
    return _started(str(workspace_home()))[0]


def notices() -> tuple[str, ...]:
    """What had to be mended in the workspace at this start of the app; usually nothing."""
    if mode.is_demo():
        return ()  # the server's owner reads them in its log; visitors can do nothing about it
    return _started(str(workspace_home()))[1]


@st.cache_resource(max_entries=4, show_spinner=False)
def _started(home: str) -> tuple[Workspace, tuple[str, ...]]:
    visitor.expect_protection()
    opened, mended = startup.start(Path(home))
    expiry.sweep(opened)
    Jobs(opened).settle()  # what died while no server ran
    # Streamlit looks for garbage after every run of a page or fragment, among all that lives.
    # What was there at the start (modules above all) stays: looking through it again and again
    # was most of what a browser that watches a training costs the server.
    gc.collect()
    gc.freeze()
    return opened, mended


def jobs() -> Jobs:
    """The queue of work, as this visitor sees it."""
    return Jobs(workspace(), visitor.visitor())


def after_import() -> AfterImport:
    """The same queue, for photos that are brought to be trained on."""
    return AfterImport(workspace(), visitor.visitor())


def first_training() -> FirstTraining:
    """The same queue, for the first training."""
    return FirstTraining(workspace(), visitor.visitor())


def sweep_queue() -> SweepQueue:
    """The same queue, for sweeps."""
    return SweepQueue(workspace(), visitor.visitor())


def sweeps() -> Sweeps:
    """The sweeps of this visitor."""
    return Sweeps(workspace(), visitor.visitor())


def questions() -> Questions:
    """Imports that wait for this visitor's answer."""
    return Questions(workspace(), visitor.visitor())


def runs() -> Runs:
    """The runs, read afresh; for lists see `run_list`."""
    return Runs(workspace(), visitor.visitor())


def runs_of(cookies: Mapping[str, str]) -> Runs:
    """The runs that whoever has these cookies may see, for requests that no page makes."""
    return Runs(workspace(), visitor.of_cookies(cookies))


def remarks() -> Remarks:
    """What this visitor says about the runs: baseline, notes, tags."""
    return Remarks(workspace(), visitor.visitor())


def seals() -> Seals:
    """The sealed tests of this visitor's photo sets."""
    return Seals(workspace(), visitor.visitor())


def photo_sets() -> PhotoSets:
    """The photo sets, read afresh; for lists see `photo_set_list`."""
    return PhotoSets(workspace(), visitor.visitor())


def versions() -> Versions:
    """Changes to the photo sets of this visitor."""
    return Versions(workspace(), visitor.visitor())


def expect_room_for_upload(num_bytes: int, photos: int = 0) -> None:
    """Refuse an upload that is more than this visitor may bring; never on one's own computer.

    Raises:
        QuotaError: If it is; says what to do.
    """
    quotas.expect_room_for_upload(workspace(), visitor.visitor(), num_bytes, photos)


def import_few(
    decoder: Decoder, files: Sequence[OneFile], into: str | None, set_name: str
) -> tuple[PhotoSetRow, Imported]:
    """Import some files at once, for this visitor; see `import_job.import_few`."""
    return import_job.import_few(workspace(), visitor.visitor(), decoder, files, into, set_name)


def study(photo_set_id: str) -> Study | None:
    """What heads say of a photo set; None where it was not studied.

    Raises:
        PhotoSetError: If there is no such set.
    """
    expect_photo_set(photo_set_id)
    return Studies(workspace()).get(photo_set_id)


def study_stamp(photo_set_id: str) -> int | None:
    """Another number after each study or map of a photo set; None where it was not studied.

    Raises:
        PhotoSetError: If there is no such set.
    """
    expect_photo_set(photo_set_id)
    return Studies(workspace()).stamp(photo_set_id)


def known_features(photo_set_id: str) -> KnownFeatures | None:
    """What the frozen network made of a set's photos; None where nobody knows.

    Raises:
        PhotoSetError: If there is no such set.
    """
    expect_photo_set(photo_set_id)
    return Studies(workspace()).features(photo_set_id)


def photo_map(photo_set: PhotoSet) -> NDArray[np.float32] | None:
    """`(N, 4)`: where photos of a set lie, see `map_job.draw_map`; None where no map was drawn."""
    expect_photo_set(photo_set.id)
    return Studies(workspace()).map(photo_set)


def timings() -> Timings:
    """What was measured for time estimates."""
    return Timings(workspace())


def cache() -> Cache:
    """What can be made again: prepared photos, results of frozen layers.

    Raises:
        SettingError: If `PAWTUNE_CACHE_GIB` is no number.
    """
    return Cache(workspace().cache_folder)


def made_file(job: Job) -> Path | None:
    """The file that a job has made, as long as it is there; it goes after a day."""
    path = workspace().exports_folder / str(job.result.get("file"))
    return path if "file" in job.result and path.is_file() else None


def settled_jobs() -> tuple[Job, ...]:
    """What waits or works, after what died was recorded and what may start was started."""
    queue = jobs()
    queue.settle()
    return queue.active()


def keep_warm() -> None:
    """Let a process wait for the next training, now that somebody may start one soon."""
    dispatch.keep_warm(workspace())


def cached_for(
    expect: Callable[[str], None], max_entries: int
) -> Callable[[Callable[Concatenate[str, P], R]], Callable[Concatenate[str, P], R]]:
    """Keep what a function makes of a photo set or a run, whose id is its first argument.

    Args:
        expect: Asked before the cache is; refuses a visitor who may not see what has this id.
        max_entries: How many results are kept.
    """

    def decorate(make: Callable[Concatenate[str, P], R]) -> Callable[Concatenate[str, P], R]:
        kept = st.cache_data(max_entries=max_entries, show_spinner=False)(make)

        @wraps(make)
        def allowed(of: str, /, *args: P.args, **kwargs: P.kwargs) -> R:
            expect(of)
            return kept(of, *args, **kwargs)

        return allowed

    return decorate


def expect_photo_set(photo_set_id: str) -> None:
    """Check that this visitor may see a set, before anything of it comes from a cache.

    Raises:
        PhotoSetError: If there is no such set.
    """
    if visitor.visitor() is not None:
        photo_sets().expect(photo_set_id)


def expect_run(run_id: str) -> None:
    """Check that this visitor may see a run, before anything of it comes from a cache.

    Raises:
        RunError: If there is no such run.
    """
    if visitor.visitor() is not None:
        runs().expect(run_id)


def expect_open_test(run_id: str) -> None:
    """Check that a run's answers about its test photos may be seen; a seal may be new.

    Raises:
        RunError: If there is no such run for this visitor, or its test is sealed.
    """
    runs().expect_open_test(run_id)
