"""The last tries of a session."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pages.ui.train import tries
from pipeline.settings.train_config import TrainConfig
from tests.pages.train.conftest import a_curve

PLAIN = TrainConfig()


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session of nobody's."""
    monkeypatch.setattr("streamlit.session_state", {})


def stand(seed: int, photo_set_id: str = "pets") -> tries.Try:
    config = replace(PLAIN, seed=seed, learning_rate=0.0001 * (1 + seed))
    return tries.present(photo_set_id, config, a_curve(config))


def test_only_the_last_ones_stay() -> None:
    for seed in range(9):
        now = stand(seed)
    assert [one.config.seed for one in tries.ghosts(now)] == [3, 4, 5, 6, 7]
    assert tries.numbered(now.number) == now
    assert tries.numbered(1) is None


@pytest.mark.parametrize(
    "fine_tuning", [{"fine_tune_epochs": 0}, {"fine_tune_at": 30}, {"fine_tune_learning_rate": 0.1}]
)
def test_settings_of_fine_tuning_make_no_other_try(fine_tuning: dict[str, float]) -> None:
    first = stand(1)
    config = replace(first.config, **fine_tuning)
    slower = a_curve(config)
    slower = replace(slower, epochs=tuple(replace(one, seconds=9.0) for one in slower.epochs))
    again = tries.present("pets", config, slower)
    assert again.number == first.number
    assert tries.ghosts(again) == []
    kept = tries.numbered(first.number)
    assert kept is not None
    assert kept.config == config, "what stands there now is what Keep keeps"


def test_each_set_has_its_own() -> None:
    pet = stand(1)
    plant = stand(1, "plants")
    assert tries.ghosts(plant) == []
    assert tries.ghosts(stand(2)) == [pet]
    assert pet.best == pet.epochs[8]


def test_what_photos_are_called_is_kept_of_the_present_try_alone() -> None:
    assert stand(1).answers is not None
    (before,) = tries.ghosts(stand(2))
    assert before.answers is None
