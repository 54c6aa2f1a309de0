"""Event files: what TensorBoard reads, byte for byte, and no trouble for what keeps runs."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.evaluation.learning_curve import Epoch
from pipeline.exporting import tensorboard
from pipeline.files.atomic import STAGING_MARK
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING
from pipeline.workspace.backup.listing import is_allowed

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


def test_a_run_without_epochs_has_empty_curves(tmp_path: Path) -> None:
    tensorboard.write_events(tmp_path, (), BEGAN)
    assert len(records((tmp_path / files(tmp_path)[0]).read_bytes())) == 1


def test_the_checksum_is_crc_32c() -> None:
    assert tensorboard._crc32c(b"123456789") == 0xE3069283  # the standard's own check value
    assert tensorboard._crc32c(bytes(32)) == 0x8A9136AA  # RFC 3720, appendix B.4


def records(data: bytes) -> list[bytes]:
    found = []
    while data:
        (length,) = struct.unpack("<Q", data[:8])
        assert data[8:12] == tensorboard._masked(data[:8])
        body = data[12 : 12 + length]
        assert data[12 + length : 16 + length] == tensorboard._masked(body)
        found.append(body)
        data = data[16 + length :]
    return found


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
