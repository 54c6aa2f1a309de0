"""What a sweep may choose: read, checked, and drawn from."""

from __future__ import annotations

import pytest

from pipeline.errors import SettingError
from pipeline.settings.hyperparameters import TRAIN
from pipeline.tuning.sweep_space import SWEPT, Space, read_space


@pytest.mark.parametrize(
    ("text", "space"),
    [
        ("learning_rate=1e-5..1e-2", Space("learning_rate", (), 1e-5, 1e-2)),
        ("learning-rate = 0.001 .. 0.01", Space("learning_rate", (), 1e-3, 1e-2)),
        ("learning_rate=1e-4,3e-4", Space("learning_rate", (1e-4, 3e-4))),
        ("dropout=0..0.5", Space("dropout", (), 0, 0.5)),
        ("head=stepped,solved", Space("head", ("stepped", "solved"))),
        ("epochs=2..20", Space("epochs", (), 2, 20)),
        ("fine_tune_at=80..154", Space("fine_tune_at", (), 80, 154)),
        ("batch_size=8..32", Space("batch_size", (8, 16, 32))),
        ("rotation=0..0.3", Space("rotation", (), 0, 0.3)),
        ("horizontal_flip=on,off", Space("horizontal_flip", (True, False))),
    ],
)
def test_what_is_written_is_read(text: str, space: Space) -> None:
    assert read_space(text) == space
    assert Space.from_json(space.to_json()) == space


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lr=1e-5..1e-2", "no setting of this name"),
        ("seed=0..9", "seed is luck"),
        ("learning_rate", "is written as"),
        ("learning_rate=", "is written as"),
        ("learning_rate=1e-4,", "value of Learning rate (`learning_rate`) is missing"),
        ("learning_rate=..1e-4", "value of Learning rate (`learning_rate`) is missing"),
        ("learning_rate=1e-4", "two different values"),
        ("learning_rate=1e-4,1e-4", "two different values"),
        ("learning_rate=1e-2..1e-5", "low end of Learning rate"),
        ("learning_rate=1e-4..1e-4", "low end of Learning rate"),
        ("learning_rate=1e-5..1", "between 1e-06 and 0.1"),
        ("learning_rate=low..high", "must be a number"),
        ("fine_tune_learning_rate=0..0.01", "must begin above 0"),
        ("epochs=2.5..20", "must be a whole number"),
        ("epochs=0..20", "between 1 and 100"),
        ("batch_size=8..9", "be one of 4, 8"),
        ("batch_size=10,20", "be one of 4, 8"),
        ("batch_size=7..40", "be one of 4, 8"),
        ("head=stepped..solved", "has no range"),
        ("head=stepped,guessed", "be one of stepped, solved"),
        ("weight_averaging=yes,no", "on or off"),
    ],
)
def test_what_is_wrong_is_one_plain_sentence(text: str, words: str) -> None:
    with pytest.raises(SettingError) as caught:
        read_space(text)
    assert words in str(caught.value)
    assert "Received: " in str(caught.value) or "seed" in text


def test_rates_are_told_apart_by_their_ratio() -> None:
    rates = Space("learning_rate", (), 1e-5, 1e-2)
    assert rates.levels(4) == (1e-5, 1e-4, 1e-3, 1e-2)
    assert rates.at(0.5) == pytest.approx(3.16e-4), "three digits are enough"
    assert [name for name, setting in SWEPT.items() if setting.log] == [
        "learning_rate",
        "fine_tune_learning_rate",
    ]


def test_other_ranges_go_in_steps_of_their_control() -> None:
    dropout = Space("dropout", (), 0.0, 0.5)
    assert dropout.levels(3) == (0.0, 0.25, 0.5)
    step = TRAIN["dropout"].step or 0
    assert all((dropout.at(n / 100) / step) % 1 in (0, pytest.approx(1)) for n in range(101))
    epochs = Space("epochs", (), 2, 20)
    assert {type(epochs.at(n / 7)) for n in range(8)} == {int}
    assert (epochs.at(0), epochs.at(1)) == (2, 20)
    assert {Space("dropout", (), 0.01, 0.04).at(n / 4) for n in range(5)} <= {0.01, 0.04}


def test_values_are_all_reached() -> None:
    heads = Space("head", ("stepped", "solved"))
    assert [heads.at(share) for share in (0.0, 0.49, 0.5, 1.0)] == [
        *("stepped", "stepped"),
        *("solved", "solved"),
    ]
