"""Heads from kept features: where they may be used, and what other seeds make of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from pipeline.evaluation.learning_curve import Cut
from pipeline.heads.epochs import Astray
from pipeline.jobs import head_trial
from pipeline.jobs.head_trial import Materials, seed_spread, try_head
from pipeline.progress import silent
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import AUGMENT_PRESETS
from pipeline.tuning.in_turns import judge_in_turns
from pipeline.tuning.material import Material
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.sweeping import BASE, alone

pytestmark = pytest.mark.thorough
CONFIG = dataclasses.replace(BASE, class_weight="none", learning_rate=3e-3)


@pytest.fixture
def material(workspace: Workspace, photos: PhotoSetRow) -> Material:
    """Features that a training has left."""
    alone(workspace, photos, CONFIG)
    found = Materials(workspace, photos.id, lambda: None).get(CONFIG)
    assert found is not None
    return found


def test_features_are_used_where_all_are_there(
    workspace: Workspace, photos: PhotoSetRow, material: Material
) -> None:
    materials = Materials(workspace, photos.id, lambda: None)
    assert materials.get(dataclasses.replace(CONFIG, dropout=0.5, learning_rate=0.1)) is not None
    assert materials.get(dataclasses.replace(CONFIG, fine_tune_epochs=1)) is None, "more learns"
    turned = dataclasses.replace(CONFIG, augment=AUGMENT_PRESETS["tutorial"])
    assert materials.get(turned) is None, "nobody has looked at these views"
    assert materials.get(dataclasses.replace(CONFIG, weights="none")) is None
    versions, weights = materials.facts(CONFIG, silent)
    assert "PawTune" in versions or versions
    assert weights is not None and len(weights) == 64
    assert materials.facts(CONFIG, silent) is materials.facts(CONFIG, silent), "asked once"


@pytest.mark.parametrize("head", ["stepped", SOLVED])
def test_it_learns_what_a_training_learns(
    workspace: Workspace, photos: PhotoSetRow, material: Material, head: str
) -> None:
    config = dataclasses.replace(CONFIG, head=head)
    run = alone(workspace, photos, config)
    found = try_head(material, config, lambda _: True)
    assert [(one.loss, one.val_loss, one.val_accuracy) for one in found.points] == [
        (one.loss, one.val_loss, one.val_accuracy) for one in run.epochs
    ]
    assert found.best.standing.epoch == run.best_epoch
    assert run.initial == {"loss": found.initial[0], "accuracy": found.initial[1]}
    assert found.cut is None


def test_one_without_prospect_ends_where_it_was_told(material: Material) -> None:
    told: list[float] = []
    found = try_head(material, CONFIG, lambda scores: told.append(scores.loss) or len(told) < 2)
    assert (len(found.points), found.cut) == (2, Cut.BEHIND)
    last = dataclasses.replace(CONFIG, epochs=1)
    assert try_head(material, last, lambda _: False).cut is None, "it was at its end anyway"


@pytest.mark.parametrize("whole", [0, 1])
def test_one_that_goes_astray_keeps_what_was_good(
    material: Material, monkeypatch: pytest.MonkeyPatch, whole: int
) -> None:
    learn = head_trial.learn

    def astray(*asked: object, **more: object) -> Iterator[object]:
        learned = learn(*asked, **more)  # type: ignore[arg-type]
        for _ in range(whole):
            yield next(learned)
        raise Astray

    monkeypatch.setattr(head_trial, "learn", astray)
    if not whole:
        with pytest.raises(Astray):
            try_head(material, CONFIG, lambda _: True)
        return
    found = try_head(material, CONFIG, lambda _: True)
    assert (found.cut, len(found.points)) == (Cut.DIVERGED, 1)


def test_other_seeds_are_other_trainings_and_the_same_one_is_the_same(material: Material) -> None:
    base = try_head(material, CONFIG, lambda _: True)
    turns = judge_in_turns(material, CONFIG, base.best.standing.epoch, base.best.logits)
    assert turns is not None, "the set is small"
    slow = dataclasses.replace(CONFIG, learning_rate=1e-3, epochs=1)
    assert seed_spread(material, CONFIG, [CONFIG.seed]) == [turns.accuracy]
    assert len(set(seed_spread(material, slow, range(8)))) > 1
