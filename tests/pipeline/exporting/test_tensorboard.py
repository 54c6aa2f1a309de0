"""Event files: what TensorBoard reads, byte for byte, and no trouble for what keeps runs."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from pipeline.evaluation.learning_curve import Epoch
from pipeline.exporting import tensorboard
from pipeline.files.atomic import STAGING_MARK
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING
from pipeline.workspace.backup.members import is_allowed

BEGAN = datetime(2026, 11, 22, 12, tzinfo=UTC)
EPOCHS = tuple(
    Epoch(
        FEATURE_EXTRACTION if number < 200 else FINE_TUNING,
        number,
        1 / number,
        1 - 0.5 / number,
        2 / number,
        1 - 0.6 / number,
        1.5,
    )
    for number in (1, 2, 127, 128, 300)
)
EMPTY = bytes.fromhex(
    "1800000000000000a37f4b220900000050b6c0da411a0d627261696e2e4576656e743a32850ea92d"
)


def files(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def test_two_files_that_a_backup_takes(tmp_path: Path) -> None:
    tensorboard.write_events(tmp_path, EPOCHS, BEGAN)
    name = f"events.out.tfevents.{int(BEGAN.timestamp())}.pawtune"
    assert files(tmp_path) == [f"train/{name}", f"validation/{name}"]
    assert all(is_allowed(f"runs/run-0123abcdef/{one}") for one in files(tmp_path))


def test_writing_again_replaces_them(tmp_path: Path) -> None:
    tensorboard.write_events(tmp_path, EPOCHS[:1], BEGAN)
    short = (tmp_path / files(tmp_path)[0]).stat().st_size
    tensorboard.write_events(tmp_path, EPOCHS, BEGAN)
    assert len(files(tmp_path)) == 2
    assert (tmp_path / files(tmp_path)[0]).stat().st_size > 2 * short
    assert not list(tmp_path.rglob(f"{STAGING_MARK}*"))


def test_what_cannot_be_written_leaves_the_earlier_ones(tmp_path: Path) -> None:
    tensorboard.write_events(tmp_path, EPOCHS, BEGAN)
    before = {name: (tmp_path / name).read_bytes() for name in files(tmp_path)}
    broken = replace(EPOCHS[1], loss="low")  # type: ignore[arg-type]
    with pytest.raises((TypeError, ValueError)):
        tensorboard.write_events(tmp_path, [EPOCHS[0], broken], BEGAN)
    assert {name: (tmp_path / name).read_bytes() for name in files(tmp_path)} == before


def test_a_run_without_epochs_has_empty_curves(tmp_path: Path) -> None:
    tensorboard.write_events(tmp_path, (), BEGAN)
    assert {(tmp_path / name).read_bytes() for name in files(tmp_path)} == {EMPTY}


def test_the_bytes_are_those_of_the_runs_before(tmp_path: Path) -> None:
    """As PawTune wrote them when it still encoded them itself; no name of the machine, no clock."""
    tensorboard.write_events(tmp_path, EPOCHS[:1], BEGAN)
    training, validation = ((tmp_path / name).read_bytes() for name in files(tmp_path))
    assert training == EMPTY + bytes.fromhex(
        "200000000000000029eda9500900006050b6c0da4110012a130a110a0a65706f63685f6c6f7373150000803f"
        "f22dda932400000000000000422b804d0900006050b6c0da4110012a170a150a0e65706f63685f6163637572"
        "616379150000003f0df6b916"
    )
    assert validation.startswith(EMPTY)


def test_no_file_or_thread_stays_open(tmp_path: Path) -> None:
    before = threading.enumerate()
    tensorboard.write_events(tmp_path, EPOCHS, BEGAN)
    assert threading.enumerate() == before
    still_open = [file.path for file in psutil.Process().open_files()]
    assert not [path for path in still_open if path.startswith(str(tmp_path))]


@pytest.mark.slow
def test_tensorflow_reads_them(tmp_path: Path) -> None:
    from pipeline.learning.lean_tensorflow import tf

    tensorboard.write_events(tmp_path, EPOCHS, BEGAN)
    for folder, prefix in (("train", ""), ("validation", "val_")):
        (path,) = (tmp_path / folder).iterdir()
        events = list(tf.compat.v1.train.summary_iterator(str(path)))
        assert events[0].file_version == "brain.Event:2"
        assert events[0].wall_time == BEGAN.timestamp()
        told = [
            (event.step, value.tag, value.simple_value)
            for event in events[1:]
            for value in event.summary.value
        ]
        assert told == [
            (epoch.epoch, f"epoch_{measure}", pytest.approx(getattr(epoch, f"{prefix}{measure}")))
            for epoch in EPOCHS
            for measure in ("loss", "accuracy")
        ]
        times = [event.wall_time - BEGAN.timestamp() for event in events[1::2]]
        assert times == pytest.approx([1.5, 3.0, 4.5, 6.0, 7.5])
