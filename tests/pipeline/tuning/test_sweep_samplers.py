"""Samplers remember nothing and say the same again; TPE finds what pays."""

from __future__ import annotations

import math

import pytest

from pipeline.settings.train_config import TrainConfig
from pipeline.tuning.sweep_plan import GRID, RANDOM, SAMPLERS, TPE, Plan, Settings
from pipeline.tuning.sweep_samplers import Tried, next_settings
from pipeline.tuning.sweep_space import read_space

SPACES = (read_space("learning_rate=1e-6..1e-1"), read_space("dropout=0..0.8"))


def plan(sampler: str, runs: int = 12, *spaces: str, seed: int = 0) -> Plan:
    chosen = tuple(map(read_space, spaces)) or SPACES
    return Plan(TrainConfig(fine_tune_epochs=0, seed=seed), chosen, sampler, runs)


def hill(settings: Settings) -> float:
    """Best at a rate of 0.001 and a dropout of 0.2."""
    away = abs(math.log10(settings["learning_rate"]) + 3) / 5 + abs(settings["dropout"] - 0.2)
    return 1 - away


def swept(plan: Plan, tried: list[Tried] | None = None) -> list[Tried]:
    found = list(tried or [])
    while (settings := next_settings(plan, found)) is not None:
        found.append(Tried(settings, hill(settings) if "learning_rate" in settings else 0.5))
    return found


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_sweep_that_was_cut_off_goes_on_as_if_nothing_had_been(sampler: str) -> None:
    whole = swept(plan(sampler))
    assert len(whole) == (9 if sampler == GRID else 12)
    assert swept(plan(sampler), whole[:5]) == whole
    assert len({tuple(one.settings.items()) for one in whole}) == len(whole), "nothing twice"
    for one in whole:
        assert 1e-6 <= one.settings["learning_rate"] <= 1e-1
        assert 0 <= one.settings["dropout"] <= 0.8


@pytest.mark.parametrize("sampler", [TPE, RANDOM])
def test_the_seed_decides(sampler: str) -> None:
    assert swept(plan(sampler)) != swept(plan(sampler, seed=1))


def test_tpe_looks_closer_where_it_pays() -> None:
    def away(sampler: str, seed: int) -> float:
        late = swept(plan(sampler, 30, seed=seed))[15:]
        return sum(hill(one.settings) for one in late) / len(late)

    assert all(away(TPE, seed) > away(RANDOM, seed) + 0.1 for seed in range(3))


def test_a_run_that_came_to_nothing_keeps_others_away() -> None:
    lost = [Tried({"learning_rate": rate, "dropout": 0.2}, None) for rate in (0.05, 0.07, 0.09)]
    good = [Tried({"learning_rate": rate, "dropout": 0.2}, 0.9) for rate in (1e-4, 2e-4, 3e-4)]
    asked = next_settings(plan(TPE), [*lost, *good])
    assert asked is not None and asked["learning_rate"] < 0.01


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_where_all_is_tried_a_sweep_is_over(sampler: str) -> None:
    small = plan(sampler, 20, "head=stepped,solved", "class_weight=none,balanced")
    assert len(swept(small)) == 4
    # A solved head takes no rate: each of its rates is the same training.
    once = swept(plan(sampler, 20, "head=stepped,solved", "batch_size=8,16,32"))
    assert len(once) == 4


def test_every_kind_of_setting_is_drawn_by_tpe() -> None:
    spaces = ("epochs=2..20", "horizontal_flip=on,off", "batch_size=8..32", "rotation=0..0.3")
    for one in swept(plan(TPE, 15, *spaces)):
        assert type(one.settings["epochs"]) is int and 2 <= one.settings["epochs"] <= 20
        assert type(one.settings["horizontal_flip"]) is bool
        assert one.settings["batch_size"] in (8, 16, 32)
        assert 0 <= one.settings["rotation"] <= 0.3
