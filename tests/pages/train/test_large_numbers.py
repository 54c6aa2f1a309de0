"""The large numbers of the bench: of how many photos, against what, and which point they are of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pages.ui.train import large_numbers, tries
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from tests.pages.conftest import Open
from tests.pages.train.conftest import a_curve, chart

PLAIN = TrainConfig()


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session of nobody's."""
    monkeypatch.setattr("streamlit.session_state", {})


def stand(rate: float) -> tries.Try:
    """87.9 % at a rate of 1e-4, 90.8 % at 3e-3."""
    config = replace(PLAIN, learning_rate=rate)
    curve = a_curve(config)
    return tries.present("pets", config, replace(curve, best_epoch=len(curve.epochs)))


def notes(now: tries.Try, photos: int) -> list[str]:
    return [one.note for one in large_numbers.of_try(now, photos)]


def test_few_photos_are_counted_and_no_step_is_claimed(
    live: None, open_page: Open, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    told = chart(app)["numbers"]
    assert [one["label"] for one in told] == ["Validation accuracy", "Validation loss"]
    app.session_state["train_learning_rate"] = 0.003
    again = chart(app.run())["numbers"]
    assert [told[0]["value"], again[0]["value"]] == ["4 of 4", "4 of 4"]
    for one in (told[0], again[0]):
        assert one["note"] == "single photos decide · saved: epoch 9"


def test_a_difference_is_told_only_where_it_is_more_than_chance(session: None) -> None:
    assert notes(stand(0.0001), 1000) == ["lowest loss: epoch 10"] * 2
    now = stand(0.003)
    assert notes(now, 5000)[0] == "+2.9 points against the last try · lowest loss: epoch 10"
    assert notes(now, 100)[0] == "88.1 % at the last try: may be chance · lowest loss: epoch 10"
    assert notes(now, 19)[0] == "single photos decide · lowest loss: epoch 10"


def test_a_point_that_is_kept_for_another_reason_is_not_called_the_lowest(session: None) -> None:
    assert large_numbers.of_try(stand(0.0001), 100)[1].note == "lowest loss: epoch 10"
    now = replace(stand(0.0001), best_epoch=3)
    assert large_numbers.of_try(now, 100)[1].note == "saved: epoch 3"


def test_a_run_that_learns_stands_at_its_last_point(run: Run) -> None:
    told = large_numbers.of_run(replace(run, best_epoch=None), 100)
    assert told[0].note == f"epoch {len(run.epochs)}"
    assert large_numbers.of_run(replace(run, epochs=()), 100) == []
