"""Rules about the shape of curves: a rate that is too high, learning by heart."""

from __future__ import annotations

import dataclasses

import pytest

from pipeline.coach.advice import advice
from pipeline.settings.hyperparameters import NUM_LAYERS, SOLVED
from pipeline.settings.train_config import AUGMENT_PRESETS, FINE_TUNING, TrainConfig
from tests.pipeline.coach.recorded_advice import by_kind
from tests.recorded_curves import ALL, curves, rows


def test_a_wild_learning_rate_comes_back_to_the_usual_at_once() -> None:
    wild = by_kind("a learning rate of 0.1")["rate_too_high"]
    assert wild.change == {"learning_rate": 0.001}
    assert wild.evidence == "In epoch 2 the training loss is 9.04; chance costs 0.69."
    tiny = by_kind("a learning rate of a millionth")["rate_too_low"]
    assert tiny.change == {"learning_rate": 0.0001}
    assert "too low for so few steps" in tiny.says
    assert "no number any more" in by_kind("no number any more")["rate_too_high"].evidence


def test_a_ragged_curve_is_averaged() -> None:
    released = "too much released at too high a rate: single epochs fall back"
    assert by_kind(released)["rate_too_high"].change == {"weight_averaging": True}
    (run,) = (run for run in ALL if run.name == released)
    frozen = dataclasses.replace(run.config, fine_tune_at=NUM_LAYERS)
    (hops,) = advice(frozen, run.points, run.photos, run.confusion, run.initial)
    assert hops.kind == "rate_too_high"
    assert hops.change == {"fine_tune_learning_rate": 1e-4}, "there are no weights to average"
    head = by_kind("an epoch of the head fell far back")["rate_too_high"]
    assert head.change == {"learning_rate": 0.001}


@pytest.mark.parametrize(
    ("settings", "change"),
    [
        ({"augment": AUGMENT_PRESETS["none"]}, "augment"),
        ({"views": 4}, "views"),
        ({"views": 16}, "fine_tune_at"),
        ({"views": 0}, "fine_tune_at"),
        ({"views": 0, "fine_tune_at": 140}, "dropout"),
        ({"views": 0, "fine_tune_at": 140, "dropout": 0.6}, None),
    ],
)
def test_the_mildest_change_that_is_left_against_learning_by_heart(settings, change) -> None:
    (run,) = (run for run in ALL if run.kinds == ("overfitting",) and run.config.fine_tune_epochs)
    config = dataclasses.replace(run.config, **settings)
    (piece,) = advice(config, run.points, run.photos)
    assert (None if piece.change is None else list(piece.change)) == (change and [change])
    if change == "augment":
        assert not piece.change["augment"].horizontal_flip  # letters may not be mirrored


def test_epochs_behind_a_solved_head_are_counted_anew() -> None:
    (run,) = (run for run in ALL if run.name == "fine-tuning learned by heart and lost")
    tuned = [point for point in run.points if point.phase == FINE_TUNING]
    flat = rows(" | ".join([".3 .9 .3 .8"] * 4))
    points = curves(flat, [(p.loss, p.accuracy, p.val_loss, p.val_accuracy) for p in tuned])
    config = TrainConfig(head=SOLVED, fine_tune_epochs=12)
    (piece,) = advice(config, points, run.photos)
    assert piece.kind == "overfitting" and piece.epochs is not None
    assert f"Since fine-tuning epoch {piece.epochs[0] - 4} " in piece.says
