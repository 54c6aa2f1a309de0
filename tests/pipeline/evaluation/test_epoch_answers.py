"""What was said after each epoch, in a file that grows with the run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import WorkspaceError
from pipeline.evaluation import epoch_answers
from pipeline.evaluation.epoch_answers import EPOCH_ANSWERS, EpochAnswers


def logits_of(epoch: int, classes: int = 3, photos: int = 5) -> np.ndarray:
    outputs = 1 if classes == 2 else classes
    return np.random.default_rng(epoch).normal(0, 3, (photos, outputs)).astype(np.float32)


def read(folder: Path, points: int, photos: int = 5) -> EpochAnswers:
    found = epoch_answers.read(folder, photos, points)
    assert found is not None
    return found


@pytest.mark.parametrize("classes", [2, 3])
def test_what_was_said_comes_back(tmp_path: Path, classes: int) -> None:
    for epoch in (1, 2, 3):
        epoch_answers.keep(tmp_path, epoch, logits_of(epoch, classes))
    found = read(tmp_path, 3)
    assert found.called.shape == found.shares.shape == (3, 5)
    for epoch in (1, 2, 3):
        logits = logits_of(epoch, classes).astype(np.float64)
        both = np.hstack([0 * logits, logits]) if classes == 2 else logits
        shares = np.exp(both) / np.exp(both).sum(axis=1, keepdims=True)
        np.testing.assert_array_equal(found.called[epoch - 1], shares.argmax(axis=1))
        np.testing.assert_allclose(found.shares[epoch - 1], shares.max(axis=1), atol=1e-3)


def test_a_row_that_the_curve_does_not_speak_of_yet_is_left_out(tmp_path: Path) -> None:
    for epoch in (1, 2, 3):
        epoch_answers.keep(tmp_path, epoch, logits_of(epoch))
    assert read(tmp_path, 2).called.shape == (2, 5)
    assert epoch_answers.read(tmp_path, 5, 4) is None


def test_a_run_that_goes_on_writes_over_what_it_does_again(tmp_path: Path) -> None:
    for epoch in (1, 2, 3):
        epoch_answers.keep(tmp_path, epoch, logits_of(epoch))
    with (tmp_path / EPOCH_ANSWERS).open("ab") as file:
        file.write(b"half a row")  # it was killed while it wrote the fourth
    epoch_answers.keep(tmp_path, 3, logits_of(30))
    epoch_answers.keep(tmp_path, 4, logits_of(4))
    found = read(tmp_path, 4)
    np.testing.assert_array_equal(found.called[2], logits_of(30).argmax(axis=1))
    np.testing.assert_array_equal(found.called[3], logits_of(4).argmax(axis=1))


def test_what_is_damaged_is_left_out(tmp_path: Path) -> None:
    for epoch in (1, 2, 3):
        epoch_answers.keep(tmp_path, epoch, logits_of(epoch))
    data = bytearray((tmp_path / EPOCH_ANSWERS).read_bytes())
    data[-6] ^= 1  # of the third row
    (tmp_path / EPOCH_ANSWERS).write_bytes(data)
    assert read(tmp_path, 2).called.shape == (2, 5)
    assert epoch_answers.read(tmp_path, 5, 3) is None


def test_what_an_earlier_version_kept_is_read(tmp_path: Path) -> None:
    epoch_answers.keep(tmp_path, 1, logits_of(1))
    now = read(tmp_path, 1)
    kept = (tmp_path / EPOCH_ANSWERS).read_bytes()
    (tmp_path / EPOCH_ANSWERS).unlink()
    (tmp_path / "epoch_answers.bin").write_bytes(kept[:-4])
    np.testing.assert_array_equal(read(tmp_path, 1).shares, now.shares)


def test_what_an_earlier_version_began_is_not_made_up(tmp_path: Path) -> None:
    assert epoch_answers.read(tmp_path, 5, 3) is None
    epoch_answers.keep(tmp_path, 4, logits_of(4))
    assert epoch_answers.read(tmp_path, 5, 4) is None
    assert epoch_answers.read(tmp_path, 0, 4) is None


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / EPOCH_ANSWERS).mkdir()
    with pytest.raises(OSError):
        epoch_answers.keep(tmp_path, 1, logits_of(1))
    with pytest.raises((OSError, WorkspaceError)):
        epoch_answers.keep(tmp_path / "nowhere", 1, logits_of(1))
