from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.heads.logistic_regression import Problem
from pipeline.heads.stepped import score
from pipeline.heads.strength import MOST_TRIED, STRENGTHS, Trial, best_strength


def trial(seed: int, asked: int) -> Trial:
    random = np.random.default_rng(seed)
    labels = np.arange(80 + asked) % 2
    features = random.normal(0, 0.7, (len(labels), 60)) + 0.2 * labels[:, np.newaxis]
    problem = Problem(features[:80], labels[:80], 2)
    return Trial(problem, features[80:], labels[80:])


def loss(one: Trial, strength: float) -> float:
    """Of all photos asked about, at that strength's optimum."""
    until = {"maxiter": 300}
    vector = one.problem.optimum(strength, np.zeros(one.problem.size), until, lambda _: None)
    return score(one.problem.head(vector), one.features, one.labels)[0] * len(one.labels)


@pytest.mark.parametrize("sizes", [(40,), (40, 40, 40), (10, 90)])
def test_the_strength_serves_all_trials_together_best(sizes: tuple[int, ...]) -> None:
    trials = [trial(seed, asked) for seed, asked in enumerate(sizes)]
    found = best_strength(trials, lambda _: None)
    losses = [sum(loss(one, strength) for one in trials) for strength in STRENGTHS]
    assert sum(loss(one, found.value) for one in trials) <= min(losses) + 0.003 * sum(sizes)
    assert max(losses) > 1.1 * min(losses)  # the choice mattered
    for one, logits in zip(trials, found.logits, strict=True):
        assert logits.shape == (len(one.labels), 1)


def test_photos_count_by_their_weight_across_trials() -> None:
    """One trial whose photos weigh three, beside one whose photos weigh one."""
    one, other = trial(0, 40), trial(1, 40)
    weighed = [
        replace(one, weights=np.full(40, 3.0)),
        replace(other, weights=np.ones(40)),
    ]
    repeated = [one, one, one, other]
    found, expected = (best_strength(each, lambda _: None) for each in (weighed, repeated))
    assert found.value == expected.value
    assert found.value != best_strength([other], lambda _: None).value


def test_it_tells_how_many_were_tried() -> None:
    told: list[int] = []
    best_strength([trial(0, 20)], told.append)
    assert told == sorted(told)
    assert 4 <= told[-1] <= MOST_TRIED
