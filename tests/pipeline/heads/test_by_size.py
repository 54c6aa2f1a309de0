from __future__ import annotations

import numpy as np
import pytest

from pipeline.errors import Stopped
from pipeline.heads import by_size
from pipeline.heads.by_size import judge_by_size
from pipeline.progress import silent


def photos(count: int, seed: int = 0, apart: float = 0.35):
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    centres = random.normal(0, apart, (2, 40))
    return (centres[labels] + random.normal(0, 0.7, (count, 40))).astype(np.float32), labels


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_size, "DRAWS", 2)


def test_more_photos_make_better_heads() -> None:
    features, labels = photos(200)
    found = judge_by_size(features, labels, np.arange(200), 2, 0, silent)
    assert found.sizes.tolist() == pytest.approx([16, 40, 80, 160], abs=1)
    assert found.right.shape == (4, 2, 200)
    scores = found.right.mean(axis=(1, 2))
    assert scores[0] + 0.03 < scores[-1] > 0.9


def test_lookalikes_are_never_on_both_sides() -> None:
    """Scenes of five, each with one random label: whoever knows one of a scene knows all."""
    random = np.random.default_rng(1)
    scenes = np.repeat(random.normal(0, 1, (40, 60)), 5, axis=0)
    features = (scenes + random.normal(0, 0.05, scenes.shape)).astype(np.float32)
    labels = np.repeat(random.permutation(np.arange(40) % 2), 5)
    together = judge_by_size(features, labels, np.arange(200) // 5, 2, 0, silent)
    torn = judge_by_size(features, labels, np.arange(200), 2, 0, silent)
    assert together.right[-1].mean() < 0.7
    assert torn.right[-1].mean() > 0.95


def test_sizes_with_too_few_of_a_class_are_left_out() -> None:
    features, labels = photos(40)
    labels[:] = 0
    labels[:8] = 1
    found = judge_by_size(features, labels, np.arange(40), 2, 0, silent)
    assert len(found.sizes) == 2  # half of eight, and all


def test_of_a_large_set_some_are_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_size, "MOST_PHOTOS", 60)
    features, labels = photos(300)
    found = judge_by_size(features, labels, np.arange(300), 2, 0, silent)
    assert len(found.photos) == 60 == len(np.unique(found.photos))
    assert labels[found.photos].mean() == 0.5


def test_it_can_be_stopped_and_tells_how_far_it_is() -> None:
    features, labels = photos(60)
    told: list[float] = []

    def report(stage: object, done: float = 0, total: float | None = None, unit: str = "") -> None:
        told.append(done / (total or 1))
        if len(told) == 5:
            raise Stopped

    with pytest.raises(Stopped):
        judge_by_size(features, labels, np.arange(60), 2, 0, report)
    assert told == sorted(told) and told[0] == 0 < told[-1] < 1
