"""Measurements of this computer that are kept."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.machine_speed import Timings
from pipeline.workspace.tables import TimingRecord
from tests.measured import MEASURED


def test_the_nearest_measurement_is_taken(own_home: Path) -> None:
    timings = Timings(Workspace(own_home))
    assert timings.get(TrainConfig()) is None
    for side in (96, 224):
        config = TrainConfig(image_size_px=side)
        timings.keep(config, {**MEASURED, "image_size_px": side})
    timings.keep(TrainConfig(alpha=0.35), {**MEASURED, "alpha": 0.35})

    def found(**changes: object) -> tuple[float, int]:
        measured = timings.get(TrainConfig(**changes))
        assert measured is not None
        return measured["alpha"], measured["image_size_px"]

    assert found(image_size_px=224) == (1.0, 224)
    assert found(image_size_px=192) == (1.0, 224)
    assert found(image_size_px=96, batch_size=8) == (1.0, 96)
    assert found(alpha=0.35) == (0.35, 160)
    assert found(alpha=0.5) == (0.35, 160)


def test_a_new_measurement_replaces_the_old_one(own_home: Path) -> None:
    timings = Timings(Workspace(own_home))
    timings.keep(TrainConfig(), MEASURED)
    timings.keep(TrainConfig(batch_size=8), {**MEASURED, "start_s": 9.0})
    measured = timings.get(TrainConfig())
    assert measured is not None
    assert measured["start_s"] == 9.0


def test_what_others_measured_is_passed_over(own_home: Path) -> None:
    workspace = Workspace(own_home)
    former = {"frozen_s": 0.006, "fine_tuning_s": 0.009, "build_s": 2.0, "batch_size": 32}
    with workspace.database.writing() as session:
        session.add(TimingRecord(key="mobilenet_v2-1.0-160-32", measured=former))
    assert Timings(workspace).get(TrainConfig()) is None
    Timings(workspace).keep(TrainConfig(), MEASURED)
    with workspace.database.writing() as session:  # another machine's
        record = session.scalars(
            select(TimingRecord).where(TimingRecord.key.startswith("lean"))
        ).one()
        record.key = record.key.replace(record.key.split("-")[1], "0" * 12)
    assert Timings(workspace).get(TrainConfig()) is None
