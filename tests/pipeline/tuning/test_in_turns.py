"""Settings of a small set, judged by photos that whoever speaks had not seen."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from pipeline.errors import NotReady
from pipeline.heads.head_data import HeadData
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import TrainConfig
from pipeline.tuning.in_turns import InTurns, judge_in_turns

SIZES = {"training": 200, "validation": 20}
CONFIG = TrainConfig(
    epochs=20, fine_tune_epochs=0, learning_rate=0.05, dropout=0.0, class_weight="none"
)


def material(told: float, small: bool = True, plain: bool = True) -> Any:
    """Photos of two classes whose features tell the class this much."""
    rng = np.random.default_rng(0)
    labels = {split: rng.integers(0, 2, size) for split, size in SIZES.items()}
    seen = {
        split: (rng.normal(size=(size, 400)) + told * labels[split][:, np.newaxis]).astype("f4")
        for split, size in SIZES.items()
    }

    def pooled(split: str, view: int | None) -> np.ndarray:
        if view is None and not plain and split == "training":
            raise NotReady("not yet")
        return seen[split]

    keys = rng.integers(0, 2**63, SIZES["training"]).astype(np.uint64)
    groups = {"training": np.arange(200), "validation": 200 + np.arange(20)} if small else None
    data = HeadData(2, labels, keys, groups, pooled)
    return SimpleNamespace(data=data, num_features=400, pooled=pooled, tick=lambda: None)


def logits(of: Any, right: bool) -> np.ndarray:
    """What a run's own head says of the validation photos: all right, or all wrong."""
    truth = of.data.labels["validation"]
    return np.where(truth == right, 9.0, -9.0).astype(np.float32)[:, np.newaxis]


@pytest.mark.parametrize("head", ["stepped", SOLVED])
def test_nobody_speaks_of_what_he_has_learned(head: str) -> None:
    """Features that tell nothing can be learned by heart, and are: each photo has 400 numbers."""
    noise = material(told=0.0)
    config = dataclasses.replace(CONFIG, head=head)
    found = judge_in_turns(noise, config, 20, logits(noise, right=True))
    assert found is not None and len(found.right) == 220
    assert 0.35 < found.right[:200].mean() < 0.65
    sure = judge_in_turns(material(told=1.0), config, 20, logits(noise, right=True))
    assert sure is not None and sure.accuracy > 0.75


def test_the_runs_own_head_speaks_of_the_validation_photos() -> None:
    of = material(told=1.0)
    good, bad = (judge_in_turns(of, CONFIG, 20, logits(of, right)) for right in (True, False))
    assert good is not None and bad is not None
    assert good.right[200:].all() and not bad.right[200:].any()
    assert (good.right[:200] == bad.right[:200]).all()
    assert good.loss < bad.loss


def test_where_it_is_not_done() -> None:
    large = material(told=1.0, small=False)
    assert judge_in_turns(large, CONFIG, 5, logits(large, right=True)) is None
    unseen = material(told=1.0, plain=False)
    assert judge_in_turns(unseen, CONFIG, 5, logits(unseen, right=True)) is None


def test_it_is_kept_as_it_is() -> None:
    right = np.random.default_rng(0).random(53) < 0.5
    kept = InTurns.from_json(InTurns(0.5, 0.7, right).to_json())
    assert (kept.accuracy, kept.loss) == (0.5, 0.7)
    assert (kept.right == right).all()
