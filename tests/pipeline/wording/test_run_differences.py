"""What sets trainings apart, in few words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.settings.hyperparameters import SOLVED, TRAIN
from pipeline.settings.presets import PRESETS
from pipeline.settings.train_config import AugmentConfig, TrainConfig
from pipeline.wording import run_differences, sweep_text

PLAIN = TrainConfig()
HEAD = replace(PLAIN, fine_tune_epochs=0)


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.001, "1e-3"), (0.00025, "2.5e-4"), (3e-05, "3e-5"), (0.1, "1e-1"), (0.0, "0")],
)
def test_a_rate_is_written_as_tuners_write_it(value: float, said: str) -> None:
    assert run_differences.rate(value) == said


def test_every_setting_may_set_trainings_apart() -> None:
    assert set(run_differences.SETTINGS) == {*TRAIN, "augment"}
    for preset in PRESETS.values():
        for name in run_differences.SETTINGS:
            assert isinstance(run_differences.cell(preset.config, name), str)
            assert run_differences.column(name)


def test_what_differs_is_said_in_short() -> None:
    other = replace(PLAIN, learning_rate=0.001, fine_tune_at=81)
    assert run_differences.varying([PLAIN, other]) == ["learning_rate", "fine_tune_at"]
    assert run_differences.apart(other, PLAIN) == "lr 1e-3, from block 9"
    same = replace(other, fine_tune_learning_rate=0.0001)
    assert run_differences.apart(same, other) == run_differences.AS_NOW, "a tenth either way"
    assert run_differences.cell(replace(PLAIN, fine_tune_at=82), "fine_tune_at") == "layer 82"
    assert run_differences.apart(replace(HEAD, dropout=0.5), HEAD) == "dropout 0.5"
    assert run_differences.apart(PLAIN, PLAIN) == run_differences.AS_NOW
    one = replace(HEAD, epochs=1, views=1)
    assert run_differences.apart(one, PLAIN) == "1 epoch, no fine-tuning, 1 view"


def test_what_changes_nothing_is_no_difference() -> None:
    assert not run_differences.varying([HEAD, replace(HEAD, fine_tune_at=10)])
    solved = replace(HEAD, head=SOLVED)
    assert not run_differences.varying([solved, replace(solved, learning_rate=0.1, dropout=0.5)])
    assert run_differences.apart(solved, HEAD) == "closed-form solver"
    flat = replace(HEAD, augment=AugmentConfig())
    assert run_differences.apart(flat, HEAD) == "as they are"


def test_runs_are_named_by_what_differs_and_given_names_stay() -> None:
    runs = [
        ("Pets, run 1", HEAD),
        ("Pets, run 2", replace(HEAD, learning_rate=0.001)),
        ("My best", replace(HEAD, learning_rate=0.01)),
        ("Pets, run 4", replace(HEAD, learning_rate=0.001)),
    ]
    assert run_differences.names(runs) == [
        "lr 1e-4",
        "lr 1e-3 (run 2)",
        "My best",
        "lr 1e-3 (run 4)",
    ]
    assert run_differences.names(runs[:1]) == ["run 1"]
    assert run_differences.names([runs[0], ("Pets, run 9", HEAD)]) == ["run 1", "run 9"]


def test_runs_of_a_sweep_are_named_as_others_are() -> None:
    swept = replace(HEAD, learning_rate=0.000814, dropout=0.15)
    chosen = {"learning_rate": swept.learning_rate, "dropout": swept.dropout}
    runs = [
        ("Cats, run 5", HEAD),
        (sweep_text.run_name("Cats, run 6", chosen), swept),
        (sweep_text.run_name("Cats, run 7", {"dropout": 0.2}), HEAD),
        ("Cats, run 8: the one to keep", replace(HEAD, dropout=0.3)),
    ]
    assert run_differences.names(runs) == [
        "lr 1e-4 (run 5)",
        "lr 8.14e-4, dropout 0.15",
        "lr 1e-4 (run 7)",
        "Cats, run 8: the one to keep",
    ]


def test_a_name_leaves_out_what_most_runs_have() -> None:
    common = replace(HEAD, learning_rate=0.001, batch_size=64)
    changes = ({"views": 8}, {"dropout": 0.5}, {"seed": 7}, {"learning_rate": 0.01}, {})
    runs = [
        (f"P, run {number}", replace(common, **change)) for number, change in enumerate(changes, 1)
    ]
    assert run_differences.names(runs) == [
        "lr 1e-3, 8 views",
        "lr 1e-3, dropout 0.5",
        "lr 1e-3, seed 7",
        "lr 1e-2",
        "lr 1e-3",
    ]
