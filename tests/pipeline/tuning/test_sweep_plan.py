"""What a sweep is asked to try, checked before anything is trained."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import pytest

from pipeline.errors import SettingError
from pipeline.settings.hyperparameters import AUGMENT, BUILT_IN, BUILT_IN_ALPHA, SOLVED, STEPPED
from pipeline.settings.setting import Setting
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.settings.without_effect import without_effect
from pipeline.tuning import sweep_plan
from pipeline.tuning.sweep_plan import GRID, Plan, identity
from pipeline.tuning.sweep_space import SWEPT, Space, read_space

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
    with pytest.raises(SettingError, match="closed-form solver"):
        Plan(solved, (RATES,))
    with pytest.raises(SettingError, match="closed-form solver"):
        Plan(solved, (read_space("rotation=0..0.3"),))
    plan = Plan(solved, (RATES, read_space("head=stepped,solved")))
    one, other = ({"head": SOLVED, "learning_rate": rate} for rate in (1e-4, 1e-3))
    assert plan.identity(one) == plan.identity(other), "it is the same training"
    assert identity(plan.config(one)) == identity(solved)


def whole_space(setting: Setting) -> Space:
    """All that may be chosen."""
    if setting.choices or isinstance(setting.default, bool):
        return Space(setting.name, setting.choices or (True, False))
    assert setting.low is not None and setting.high is not None
    low = setting.low or 1e-6 if setting.log else setting.low
    return Space(setting.name, (), low, setting.high)


ALL = tuple(map(whole_space, SWEPT.values()))


def test_many_settings_at_once_are_no_more_work_than_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """The form asks at every redraw; all corners of all settings were 100 million."""
    tried: list[Any] = []

    def counted(chosen: Any) -> dict[str, str]:
        tried.append(chosen)
        return without_effect(chosen)

    monkeypatch.setattr(sweep_plan, "without_effect", counted)
    Plan(TrainConfig(), ALL)
    assert len(ALL) > 20
    assert len(tried) <= 32


@pytest.mark.parametrize("head", [STEPPED, SOLVED])
@pytest.mark.parametrize("fine_tune_epochs", [0, 5])
@pytest.mark.parametrize("augment", ["none", "mild"])
def test_what_counts_is_found_as_if_all_corners_were_tried(
    head: str, fine_tune_epochs: int, augment: str
) -> None:
    base = TrainConfig(
        head=head, fine_tune_epochs=fine_tune_epochs, augment=AUGMENT_PRESETS[augment]
    )
    any_plan = Plan(base, ALL)
    for some in itertools.combinations(ALL, 2):
        names = [space.name for space in some]
        ends = [space.values or (space.low, space.high) for space in some]
        idle = [
            without_effect(any_plan.config(dict(zip(names, corner, strict=True))).to_json())
            for corner in itertools.product(*ends)
        ]
        parts = ["augment" if name in AUGMENT else name for name in names]
        if any(all(part in found for found in idle) for part in parts):
            with pytest.raises(SettingError, match="nothing to find"):
                Plan(base, some)
        else:
            Plan(base, some)


def test_every_value_must_go_with_the_rest() -> None:
    built_in = dataclasses.replace(HEAD_ALONE, weights=BUILT_IN, alpha=BUILT_IN_ALPHA)
    with pytest.raises(SettingError, match=r"width 0\.5 alone"):
        Plan(built_in, (RATES, Space("alpha", (0.35, 0.5))))
    Plan(built_in, (Space("weights", (BUILT_IN, "imagenet")), Space("alpha", (0.35, 0.5))))


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
