"""Checkpoints: the last, the best, and the one before fine-tuning."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import RunError
from pipeline.evaluation import epoch_answers
from pipeline.evaluation.epoch_answers import EPOCH_ANSWERS
from pipeline.evaluation.learning_curve import EpochScores
from pipeline.learning.checkpoints import BEST, Checkpoint, Checkpoints, Standing
from pipeline.network.names import LAST_FILE
from pipeline.network.tensors import write_tensors
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING


def checkpoint(phase: str, epoch: int, value: float) -> Checkpoint:
    scores = (EpochScores(value, 0.5, value, 0.5, 1.0, value),) * epoch
    tensors = {"head/kernel": np.full((4, 1), value, np.float32)}
    optimizer = {"optimizer/0": np.ones(3, np.float32)}
    logits = np.full((2, 1), value, np.float32)
    return Checkpoint(Standing(phase, epoch, scores), tensors, logits, optimizer)


def test_the_switch_is_kept_apart_from_what_follows(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path)
    assert checkpoints.load_before() is None
    checkpoints.keep(checkpoint(FEATURE_EXTRACTION, 1, 0.2))
    checkpoints.keep(checkpoint(FEATURE_EXTRACTION, 2, 0.3))  # the last one, not the best
    checkpoints.keep_before()
    checkpoints.keep(checkpoint(FINE_TUNING, 3, 0.1))
    kept = Checkpoints(tmp_path).load_before()
    assert kept is not None
    assert kept.standing.epoch == 2
    assert kept.tensors["head/kernel"][0, 0] == np.float32(0.3)
    assert kept.logits[0, 0] == np.float32(0.3)
    assert not kept.optimizer
    names = {LAST_FILE, BEST, "before.safetensors", EPOCH_ANSWERS}
    assert {path.name for path in tmp_path.iterdir()} == names
    answers = epoch_answers.read(tmp_path, photos=2, points=3)
    assert answers is not None and answers.called.tolist() == [[1, 1]] * 3


pytestmark = pytest.mark.slow


def test_the_best_epoch_is_the_one_that_tells_classes_apart_best(
    tmp_path: Path,
) -> None:
    from pipeline.evaluation.learning_curve import EpochScores
    from pipeline.learning.checkpoints import Checkpoint, Checkpoints, Standing

    def checkpoint(epoch: int, val_loss: float, refined_loss: float) -> Checkpoint:
        scores = EpochScores(0.1, 0.9, val_loss, 0.9, 1.0, refined_loss)
        standing = Standing(FINE_TUNING, epoch, (scores,) * epoch)
        return Checkpoint(standing, {}, np.zeros((1, 1), np.float32), {})

    checkpoints = Checkpoints(tmp_path)
    assert checkpoints.keep(checkpoint(1, 0.2, 0.2))
    assert checkpoints.keep(checkpoint(2, 0.3, 0.1)), "too sure of itself, and still better"
    assert not checkpoints.keep(checkpoint(3, 0.1, 0.15))
    assert checkpoints.load_best().standing.epoch == 2


def test_a_checkpoint_from_before_refined_losses_goes_on(tmp_path: Path) -> None:
    from pipeline.learning.checkpoints import Checkpoints

    write_tensors(
        tmp_path / "last.safetensors",
        {"validation/logits": np.zeros((1, 1), np.float32)},
        {"phase": '["fine_tuning", 1, [[0.1, 0.9, 0.25, 0.8, 1.0]]]'},
    )
    assert Checkpoints(tmp_path).load_last().standing.refined_loss == 0.25


@pytest.mark.parametrize("name", [LAST_FILE, BEST])
def test_a_flipped_bit_anywhere_is_found(tmp_path: Path, name: str) -> None:
    checkpoints = Checkpoints(tmp_path)
    checkpoints.keep(checkpoint(FEATURE_EXTRACTION, 1, 0.2))
    whole, kept = (tmp_path / name).read_bytes(), Checkpoints(tmp_path)._read(name)
    found = 0
    for place in range(len(whole)):
        data = bytearray(whole)
        data[place] ^= 1 << place % 8
        (tmp_path / name).write_bytes(data)
        try:
            read = Checkpoints(tmp_path)._read(name)
        except RunError as error:
            assert "damaged" in str(error)
            found += 1
        else:  # a space that nobody reads, or the name of the checksum
            assert repr(read) == repr(kept)
    assert found > 0.8 * len(whole)
