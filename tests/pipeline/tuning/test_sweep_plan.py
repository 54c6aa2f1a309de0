"""What a sweep is asked to try, checked before anything is trained."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from pipeline.errors import SettingError
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import TrainConfig
from pipeline.tuning.sweep_plan import GRID, Plan, identity
from pipeline.tuning.sweep_space import Space, read_space

HEAD_ALONE = TrainConfig(fine_tune_epochs=0)
RATES = read_space("learning_rate=1e-5..1e-2")
DROPOUT = read_space("dropout=0..0.5")


def test_a_plan_is_kept_as_it_is() -> None:
    plan = Plan(HEAD_ALONE, (RATES, DROPOUT, read_space("rotation=0,0.1")), GRID, 30, 2.5)
    assert Plan.from_json(plan.to_json()) == plan


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"spaces": ()}, "needs something to try"),
        ({"spaces": (RATES, read_space("learning_rate=1e-4,1e-3"))}, "Received twice"),
        ({"sampler": "tarot"}, "one of tpe, random, grid"),
        ({"runs": 1}, "2 to 200 settings"),
        ({"runs": 201}, "2 to 200 settings"),
        ({"minutes": 0}, "more than 0"),
        ({"minutes": float("nan")}, "more than 0"),
        ({"spaces": (read_space("fine_tune_at=80..154"),)}, "Without fine-tuning"),
        ({"spaces": (RATES, DROPOUT, read_space("batch_size=4..128")), "sampler": GRID}, "cells"),
    ],
)
def test_what_makes_no_plan(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingError, match=words):
        Plan(**{"base": HEAD_ALONE, "spaces": (RATES,), **changes})


def test_a_setting_may_count_beside_some_of_the_others_alone() -> None:
    solved = dataclasses.replace(HEAD_ALONE, head=SOLVED)
    with pytest.raises(SettingError, match="solved head"):
        Plan(solved, (RATES,))
    with pytest.raises(SettingError, match="solved head"):
        Plan(solved, (read_space("rotation=0..0.3"),))
    plan = Plan(solved, (RATES, read_space("head=stepped,solved")))
    one, other = ({"head": SOLVED, "learning_rate": rate} for rate in (1e-4, 1e-3))
    assert plan.identity(one) == plan.identity(other), "it is the same training"
    assert identity(plan.config(one)) == identity(solved)


def test_settings_of_the_augmentation_go_where_they_belong() -> None:
    config = Plan(HEAD_ALONE, (read_space("rotation=0..0.3"),)).config({"rotation": 0.1})
    assert config.augment == dataclasses.replace(HEAD_ALONE.augment, rotation=0.1)


def test_the_width_follows_from_the_weights() -> None:
    plan = Plan(HEAD_ALONE, (Space("weights", ("imagenet", "built-in")),))
    assert plan.config({"weights": "built-in"}).alpha == 0.5


def test_a_grid_has_as_many_cells_as_fit() -> None:
    cells = Plan(HEAD_ALONE, (RATES, DROPOUT), GRID, 20).grid()
    assert len(cells) == 16
    assert {cell["learning_rate"] for cell in cells} == {1e-5, 1e-4, 1e-3, 1e-2}
    assert {cell["dropout"] for cell in cells} == {0, 0.15, 0.35, 0.5}
    lists = Plan(HEAD_ALONE, (read_space("head=stepped,solved"), RATES), GRID, 20)
    assert len(lists.grid()) == 20
