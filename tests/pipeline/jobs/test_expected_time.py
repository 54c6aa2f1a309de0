"""How long trainings that wait should take, and so whoever is behind them."""

from __future__ import annotations

import pytest

from pipeline.jobs.first_training import FirstTraining
from pipeline.jobs.queue import Jobs
from pipeline.network.training_time import training_seconds
from pipeline.photos.sources.opened import DRAWN_PETS
from pipeline.photos.splits import SPLITS
from pipeline.settings.presets import FIRST
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.machine_speed import Timings
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.tables import AlbumRecord
from tests.measured import MEASURED


def expected(row: PhotoSetRow, config: TrainConfig) -> float:
    training, validation, test = (row.split_sizes[split] for split in SPLITS)
    return training_seconds(config, training, validation, test, MEASURED)


def test_behind_others_one_waits_for_all_of_them(workspace: Workspace, photos: PhotoSetRow) -> None:
    Timings(workspace).keep(TrainConfig(), MEASURED)
    configs = [TrainConfig(), TrainConfig(epochs=3), TrainConfig(seed=1)]
    jobs = [Jobs(workspace).submit_train(photos.id, config) for config in configs]
    first, second = (expected(photos, config) for config in configs[:2])
    assert first > second > 0
    assert [(job.position, job.seconds_left) for job in jobs] == [
        (0, None),
        (1, pytest.approx(first)),
        (2, pytest.approx(first + second)),
    ]


def test_while_nothing_was_timed_nobody_knows(workspace: Workspace, photos: PhotoSetRow) -> None:
    jobs = [Jobs(workspace).submit_train(photos.id, TrainConfig()) for _ in range(2)]
    assert (jobs[1].position, jobs[1].seconds_left) == (1, None)


def test_one_of_unknown_length_makes_all_of_it_unknown(
    workspace: Workspace, photos: PhotoSetRow
) -> None:
    Jobs(workspace).submit_timing(TrainConfig())
    Timings(workspace).keep(TrainConfig(), MEASURED)
    jobs = [Jobs(workspace).submit_train(photos.id, TrainConfig()) for _ in range(2)]
    assert (jobs[1].position, jobs[1].seconds_left) == (2, None)


def test_behind_a_first_training_one_waits_as_long_as_it_takes(
    workspace: Workspace, photos: PhotoSetRow
) -> None:
    with workspace.database.writing() as session:
        session.get_one(AlbumRecord, photos.album_id).source = DRAWN_PETS
    Timings(workspace).keep(FIRST, MEASURED)
    FirstTraining(workspace).submit(DRAWN_PETS)
    later = Jobs(workspace).submit_train(photos.id, TrainConfig())
    assert later.seconds_left == pytest.approx(expected(photos, FIRST))
