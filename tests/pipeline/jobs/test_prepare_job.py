"""What is prepared for tuning is made once, in nobody's way, and found by a training."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from pipeline.errors import CacheFull, DownloadError, PhotoSetError, Stopped
from pipeline.features import frozen_pass
from pipeline.files.cache import Cache
from pipeline.files.row_file import GONE, keys_in
from pipeline.jobs import dispatch, prepare_job
from pipeline.jobs.job import Job
from pipeline.jobs.queue import Jobs
from pipeline.progress import Stage, Step
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.tuning.live_curve import live_curve
from pipeline.tuning.material import Material, needed
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.tables import JobRecord
from tests.pipeline.files.conftest import left_behind
from tests.pipeline.tuning.places import CONFIG, PLAIN, Place, a_place
from tests.workspaces import finished


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)
    monkeypatch.setattr("os.nice", lambda _by: 0)  # this process has other tests to run
    return a_place(tmp_path)


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many photos the frozen network looks at, each time that it does."""
    numbers: list[int] = []
    look = frozen_pass.FrozenPass.look
    monkeypatch.setattr(
        frozen_pass.FrozenPass,
        "look",
        lambda self, indices, show: numbers.append(len(indices)) or look(self, indices, show),
    )
    return numbers


class Told:
    """Stands for the worker's reporter: notes what it hears, and may be pressed Stop at."""

    def __init__(self, stop_after: int = 10**9, after: Any = None) -> None:
        self.heard: list[tuple[Stage, float, float | None]] = []
        self._stop_after, self._after = stop_after, after

    def __call__(
        self, stage: Stage, done: float = 0, total: float | None = None, unit: str = ""
    ) -> None:
        self.heard.append((stage, done, total))
        if self._after is not None:
            self._after(self)
        if len(self.heard) > self._stop_after:
            raise Stopped("Stopped.")


def record_of(workspace: Workspace, job: Job | None) -> JobRecord:
    assert job is not None
    with workspace.database.reading() as session:
        return session.scalars(select(JobRecord).where(JobRecord.id == job.id)).one()


def end(workspace: Workspace, job: Job | None, state: str = "done") -> None:
    assert job is not None
    with workspace.database.writing() as session:
        session.scalars(select(JobRecord).where(JobRecord.id == job.id)).one().state = state


def work(place: Place, job: Job | None, told: Told | None = None) -> Told:
    """What a worker does, in this process."""
    told = told or Told()
    record = record_of(place.workspace, job)
    prepare_job.prepare(place.workspace, record, told)  # type: ignore[arg-type]
    end(place.workspace, job)
    return told


def test_what_tuning_needs_is_made_once(place: Place) -> None:
    jobs = Jobs(place.workspace)
    job = jobs.prepare(place.row.id, CONFIG)
    assert job is not None
    assert job.kind == "prepare"
    assert jobs.prepare(place.row.id, replace(CONFIG, dropout=0.5)) == job
    told = work(place, job)
    material = Material(place.workspace, place.row.id, CONFIG)
    for split, view in needed(CONFIG):
        assert len(material.pooled(split, view)) == len(material.indices[split])
    assert jobs.prepare(place.row.id, CONFIG) is None
    # It tells of the whole, and never goes back.
    looks = [
        (done, total) for stage, done, total in told.heard if stage.step is Step.LOOKING_TO_TUNE
    ]
    assert [done for done, _ in looks] == sorted(done for done, _ in looks)
    assert looks[-1] == (job.request["photos"], job.request["photos"])


def test_other_settings_ask_for_what_is_missing_alone(place: Place, looked: list[int]) -> None:
    jobs = Jobs(place.workspace)
    work(place, jobs.prepare(place.row.id, CONFIG))
    looked.clear()
    training = len(Material(place.workspace, place.row.id, CONFIG).indices["training"])
    work(place, jobs.prepare(place.row.id, replace(CONFIG, views=3)))
    work(place, jobs.prepare(place.row.id, PLAIN))
    assert jobs.prepare(place.row.id, replace(CONFIG, head=SOLVED)) is None
    assert looked == [training, training]


def test_the_test_photos_are_left_alone(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    pooled = prepare_job.Frozen.pooled
    monkeypatch.setattr(
        prepare_job.Frozen,
        "pooled",
        lambda self, split, view: asked.append(split) or pooled(self, split, view),
    )
    work(place, Jobs(place.workspace).prepare(place.row.id, CONFIG))
    assert sorted(set(asked)) == ["training", "validation"]


def test_a_training_finds_what_was_prepared(place: Place, looked: list[int]) -> None:
    work(place, Jobs(place.workspace).prepare(place.row.id, PLAIN))
    looked.clear()
    place.train(PLAIN)
    photo_set = Material(place.workspace, place.row.id, PLAIN)
    assert sum(looked) <= place.row.accepted - sum(map(len, photo_set.indices.values()))


@pytest.mark.slow
def test_fine_tuning_finds_its_part_of_the_same_look(place: Place, looked: list[int]) -> None:
    jobs, tuned = Jobs(place.workspace), replace(CONFIG, fine_tune_epochs=2)
    job = jobs.prepare(place.row.id, tuned)
    assert jobs.prepare(place.row.id, replace(tuned, fine_tune_at=120)) == job
    work(place, job)
    assert len(looked) == len(needed(tuned))
    assert [*place.workspace.cache_folder.glob("sums-cut-*")]
    looked.clear()
    heard, _ = place.train(tuned)  # ends with the first batch of fine-tuning
    assert len(heard.epochs) == tuned.epochs
    assert looked == []


def test_it_gives_way_to_a_training_and_goes_on_afterwards(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare_job, "_LOOK_EVERY_S", 0.0)
    jobs = Jobs(place.workspace)
    preparation = jobs.prepare(place.row.id, CONFIG)
    training: list[Job] = []

    def somebody_trains(told: Told) -> None:
        stage, done, _ = told.heard[-1]
        if stage.step is Step.LOOKING_TO_TUNE and done > 20 and not training:
            training.append(jobs.submit_train(place.row.id, CONFIG))

    record = record_of(place.workspace, preparation)
    told: Any = Told(after=somebody_trains)
    assert prepare_job.prepare(place.workspace, record, told) == {"state": "queued"}
    # The validation photos; the view at work was let go.
    assert len([*place.workspace.cache_folder.glob("*pooled*")]) == 1
    end(place.workspace, training[0])
    work(place, preparation)
    assert jobs.prepare(place.row.id, CONFIG) is None


def test_stop_leaves_whole_views(place: Place) -> None:
    jobs = Jobs(place.workspace)
    job = jobs.prepare(place.row.id, CONFIG)
    with pytest.raises(Stopped):
        work(place, job, Told(stop_after=8))
    end(place.workspace, job, "stopped")
    assert not [*place.workspace.cache_folder.glob("*.part*")]
    # What somebody stopped does not begin again by itself.
    stopped = jobs.prepare(place.row.id, CONFIG)
    assert stopped is not None
    assert (stopped.id, stopped.state) == (job.id if job else "", "stopped")
    again = jobs.prepare(place.row.id, CONFIG, again=True)
    assert again is not None
    assert again.state == "queued"
    work(place, again)
    assert jobs.prepare(place.row.id, CONFIG) is None


def test_what_does_not_fit_into_the_cache_is_said_and_not_begun_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo_set = PhotoSets(place.workspace).open(place.row.id)
    view = 4 * 1280 * len(photo_set.indices("training"))
    room = prepare_job.Frozen.bytes_needed(CONFIG, photo_set, cut=0) + view // 2
    monkeypatch.setenv("PAWTUNE_CACHE_GIB", f"{room / 2**30:.12f}")
    jobs = Jobs(place.workspace)
    job = jobs.prepare(place.row.id, CONFIG)
    with pytest.raises(CacheFull, match=r"fit into the cache\. Choose fewer views"):
        work(place, job)
    end(place.workspace, job, "failed")
    failed = jobs.prepare(place.row.id, CONFIG)
    assert job is not None
    assert failed is not None
    assert (failed.id, failed.state) == (job.id, "failed")
    work(place, jobs.prepare(place.row.id, replace(CONFIG, views=1)))
    assert jobs.prepare(place.row.id, replace(CONFIG, views=1)) is None


def test_weights_that_cannot_be_had_are_said_by_the_job(place: Place) -> None:
    job = Jobs(place.workspace).prepare(place.row.id, replace(CONFIG, weights="imagenet"))
    with pytest.raises(DownloadError, match="ImageNet weights"):
        work(place, job)


def test_the_numbers_are_those_of_a_training(place: Place) -> None:
    config: TrainConfig = replace(CONFIG, augment=AUGMENT_PRESETS["strong"], views=1)
    work(place, Jobs(place.workspace).prepare(place.row.id, config))
    prepared = np.array(Material(place.workspace, place.row.id, config).pooled("training", 0))
    kept = [*place.workspace.cache_folder.glob("*pooled*")]
    assert kept
    for path in kept:
        path.unlink()
    place.train(config)
    trained = Material(place.workspace, place.row.id, config).pooled("training", 0)
    np.testing.assert_array_equal(trained, prepared)


@pytest.mark.slow
def test_a_worker_that_gave_way_is_started_again(tmp_path: Path) -> None:
    place = a_place(tmp_path)
    jobs = Jobs(place.workspace)
    preparation, training = (
        jobs.prepare(place.row.id, CONFIG),
        jobs.submit_train(place.row.id, CONFIG),
    )
    assert preparation is not None
    assert finished(place.workspace, training.id).state == "done"
    assert finished(place.workspace, preparation.id).state == "done"
    assert jobs.prepare(place.row.id, CONFIG) is None


@pytest.mark.slow
def test_a_worker_prepares_what_curves_need(tmp_path: Path) -> None:
    place = a_place(tmp_path)
    jobs = Jobs(place.workspace)
    job = jobs.prepare(place.row.id, CONFIG)
    assert job is not None
    ended = finished(place.workspace, job.id)
    assert (ended.state, ended.error, ended.fraction) == ("done", None, 1.0)
    assert jobs.prepare(place.row.id, CONFIG) is None
    curve = live_curve(Material(place.workspace, place.row.id, CONFIG), CONFIG)
    heard, _ = place.train(CONFIG)
    assert [epoch.val_loss for epoch in curve.epochs] == [epoch.val_loss for epoch in heard.epochs]


@pytest.mark.parametrize("step", [Step.PREPARING_PHOTOS, Step.LOOKING_TO_TUNE])
def test_a_set_that_is_deleted_while_it_is_prepared_leaves_nothing(
    place: Place, step: Step
) -> None:
    """Its photos are zeros from then on, and another set may hold the same ones later."""
    photo_sets = PhotoSets(place.workspace)

    def delete(told: Told) -> None:
        heard = [stage.step for stage, *_ in told.heard]
        if heard[-1] is step and heard.count(step) == 2:  # it has begun
            photo_sets.delete(place.row.id)

    job = Jobs(place.workspace).prepare(place.row.id, PLAIN)
    with pytest.raises(PhotoSetError):  # where it does not hear a Stop before
        work(place, job, Told(after=delete))
    assert photo_sets.list() == ()
    cache = Cache(place.workspace.cache_folder)
    kept = {key for entry in cache.entries() for key in keys_in(cache.folder / entry.key)}
    assert kept <= {GONE}, "what was mapped may stay, as zeros"
    assert left_behind(cache) == []
