"""Settings that are said to change nothing change no number, and the others do."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import SettingError
from pipeline.files.row_file import recipe_of
from pipeline.learning.initial_weights import RANDOM_START
from pipeline.learning.training import train
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import import_photos
from pipeline.photos.incoming import Incoming
from pipeline.photos.photo_set import PhotoSet
from pipeline.progress import silent
from pipeline.settings.hyperparameters import (
    BALANCED,
    BUILT_IN,
    NUM_LAYERS,
    SOLVED,
    STEPPED,
    TRAIN,
    UNWEIGHTED,
)
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.settings.without_effect import decided, without_effect
from tests.workspaces import jpeg

pytestmark = pytest.mark.thorough

# Alike enough that a head needs more than one step to tell them apart.
COLOURS = {"blue": (90, 100, 160), "red": (160, 100, 90)}
SMALL = TrainConfig(
    epochs=2,
    fine_tune_epochs=0,
    learning_rate=3e-3,
    batch_size=8,
    image_size_px=96,
    alpha=0.35,
    weights="none",
    augment=AUGMENT_PRESETS["mild"],
)
# Few values each: what was computed for a view once is there for all later trainings.
VALUES: Mapping[str, tuple[Any, ...]] = {
    "head": (STEPPED, SOLVED),
    "epochs": (1, 2),
    "fine_tune_epochs": (0, 2),
    "fine_tune_at": (100, NUM_LAYERS),
    "learning_rate": (1e-3, 1e-2),
    "fine_tune_learning_rate": (0.0, 1e-3),
    "batch_size": (4, 8),
    "dropout": (0.0, 0.5),
    "views": (0, 1, 2),
    "class_weight": (UNWEIGHTED, BALANCED),
    "weight_averaging": (False, True),
    "early_stopping": (False, True),
    "augment": (AUGMENT_PRESETS["none"], AUGMENT_PRESETS["mild"]),
}


class Deaf:
    """A listener to whom everything is the same."""

    def __getattr__(self, _name: str) -> Any:
        return lambda *_: None


@dataclass
class Bench:
    """Trains on a small set; the random start and the cache are the same for all trainings."""

    photo_set: PhotoSet
    home: Path
    trainings: int = 0

    def outcome(self, config: TrainConfig) -> tuple[dict[str, Any], set[str]]:
        """Every number that a training leaves, and the keys of the features that it asks for."""
        self.trainings += 1
        folder, start = self.home / str(self.trainings), self.home / RANDOM_START
        folder.mkdir()
        if start.exists():
            shutil.copy(start, folder / RANDOM_START)
        cache = self.home / "cache"
        keys: set[str] = set()

        def noted(**facts: Any) -> str:
            keys.add(key := recipe_of(**facts))
            return key

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("pipeline.features.features.recipe_of", noted)
            trained = train(config, self.photo_set, cache, folder, Deaf(), silent)  # type: ignore[arg-type]
        assert keys
        shutil.copy(folder / RANDOM_START, start)
        scores = [
            dataclasses.astuple(replace(epoch, seconds=0.0))
            for phase in trained.phases
            for epoch in phase.epochs
        ]
        numbers = {
            **trained.tensors,
            **trained.head.tensors(),
            "temperature": trained.temperature,
            "probabilities": trained.validation_probabilities,
            "scores": scores,
            "best": (trained.best_epoch or 0, trained.best_phase == "fine_tuning"),
        }
        shutil.rmtree(folder)
        return numbers, keys


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    home = tmp_path_factory.mktemp("bench")

    def photos() -> Iterator[Incoming]:
        for number, (name, colour) in enumerate(COLOURS.items()):
            for index in range(20 if number else 15):
                data = jpeg(colour, seed=100 * number + index)
                yield Incoming(f"{name}/{index}.jpg", name, None, lambda data=data: data)

    with Decoder(processes=1) as decoder:
        yield Bench(import_photos(photos(), home / "sets", decoder, silent).photo_set, home)


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.keys() == other.keys() and all(
        np.shape(one[name]) == np.shape(other[name])
        and np.allclose(one[name], other[name], rtol=1e-5, atol=1e-6)
        for name in one
    )


def configs(**fixed: Any) -> st.SearchStrategy[TrainConfig]:
    chosen = {name: st.sampled_from(values) for name, values in VALUES.items()}
    chosen |= {name: st.just(value) for name, value in fixed.items()}
    return st.builds(lambda **values: replace(SMALL, **values), **chosen)


HEAD_ONLY = configs(fine_tune_epochs=0) | configs(fine_tune_at=NUM_LAYERS)
QUICK = settings(
    max_examples=40,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # `own_home` is not used here
)


def check(bench: Bench, config: TrainConfig, data: st.DataObject) -> None:
    """Change all settings at once that are said to have no effect; nothing else may change."""
    idle = without_effect(config.to_json())
    other = replace(
        config,
        **{name: data.draw(st.sampled_from(VALUES[name]), label=name) for name in idle},
    )
    if other == config:
        return
    before, keys = bench.outcome(config)
    after, keys_then = bench.outcome(other)
    assert keys_then == keys, f"one of {sorted(idle)} is in a key"
    assert same(before, after), f"one of {sorted(idle)} counts after all"


@given(config=HEAD_ONLY, data=st.data())
@QUICK
def test_a_setting_without_effect_changes_no_number(
    bench: Bench, config: TrainConfig, data: st.DataObject
) -> None:
    check(bench, config, data)


@pytest.mark.slow
@given(config=configs(fine_tune_epochs=2, fine_tune_at=100), data=st.data())
@settings(QUICK, max_examples=6)
def test_nor_does_it_where_the_tail_learns(
    bench: Bench, config: TrainConfig, data: st.DataObject
) -> None:
    check(bench, config, data)


# Which layers are released, and their averages, count with TensorFlow only; nothing stops early
# in two epochs; and the others need another start.
NOT_HERE = {"fine_tune_at", "weight_averaging", "early_stopping"}
CASES = {
    "stepped": SMALL,
    "stepped, photos as they are": replace(SMALL, augment=AUGMENT_PRESETS["none"]),
    "solved": replace(SMALL, head=SOLVED),
    "solved, then the head again": replace(
        SMALL, head=SOLVED, fine_tune_epochs=2, fine_tune_at=NUM_LAYERS
    ),
    "solved, then the head again at its own rate": replace(
        SMALL,
        head=SOLVED,
        fine_tune_epochs=2,
        fine_tune_at=NUM_LAYERS,
        fine_tune_learning_rate=1e-3,
    ),
    "both": replace(SMALL, fine_tune_epochs=2, fine_tune_at=NUM_LAYERS),
}


@pytest.mark.parametrize("case", CASES)
def test_every_other_setting_changes_something(bench: Bench, case: str) -> None:
    config = CASES[case]
    before, _ = bench.outcome(config)
    for name in VALUES.keys() - without_effect(config.to_json()).keys() - NOT_HERE:
        now = getattr(config, name)
        others = [replace(config, **{name: value}) for value in VALUES[name] if value != now]
        assert any(not same(before, bench.outcome(other)[0]) for other in others), name


@pytest.mark.parametrize("head", [STEPPED, SOLVED])
def test_how_classes_count_is_in_no_key_of_features(bench: Bench, head: str) -> None:
    config = replace(SMALL, head=head, class_weight=UNWEIGHTED)
    before, keys = bench.outcome(config)
    after, keys_then = bench.outcome(replace(config, class_weight=BALANCED))
    assert keys_then == keys
    assert not same(before, after)


@given(config=configs())
def test_each_has_a_reason_in_a_sentence(config: TrainConfig) -> None:
    idle = without_effect(config.to_json())
    assert idle.keys() <= {*TRAIN, "augment"}
    assert all(why[0].isupper() and why.endswith(".") for why in idle.values())


def test_without_fine_tuning_no_weights_are_averaged() -> None:
    """The report knew that, and the Train page did not."""
    for head in (STEPPED, SOLVED):
        assert "weight_averaging" in without_effect(replace(SMALL, head=head).to_json())
    assert "weight_averaging" not in without_effect(TrainConfig().to_json())


def test_the_built_in_network_decides_its_width() -> None:
    config = TrainConfig.fitting(weights=BUILT_IN)
    assert decided(TrainConfig().to_json()) == {}
    assert list(decided(config.to_json())) == ["alpha"]
    for alpha in {*TRAIN["alpha"].choices} - {config.alpha}:
        with pytest.raises(SettingError, match="built-in network"):
            replace(config, alpha=alpha)
