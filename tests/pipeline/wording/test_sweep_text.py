"""A sweep in words."""

from __future__ import annotations

from pipeline.wording import sweep_text


def test_settings_in_short() -> None:
    chosen = {"learning_rate": 1e-5, "head": "solved", "horizontal_flip": True, "epochs": 12}
    assert sweep_text.settings(chosen) == (
        "learning rate 0.00001, classifier closed-form solver, mirror left and right on, epochs 12"
    )


def test_a_run_is_called_as_any_other_and_by_what_was_chosen() -> None:
    assert sweep_text.run_name("Cats, run 3", {"dropout": 0.3}) == "Cats, run 3: dropout 0.3"
    assert sweep_text.run_name("Cats, run 3", {}) == "Cats, run 3"


def test_the_best_is_one_of_those_near_it() -> None:
    assert "the best of these 3 looks 0.6 points better" in sweep_text.luck(3, 0.006)
    assert "it looks 0.6 points better" in sweep_text.luck(None, 0.006), "of an earlier version"
    assert "No other run comes near" in sweep_text.luck(1, 0.0)
    assert "hardly differ" in sweep_text.luck(3, 0.0)


def test_settings_that_came_to_nothing_say_nothing_of_test_photos() -> None:
    nothing = {"run": "run-1", "validation": None}
    assert "came to nothing" in sweep_text.verdict(nothing, False, False)
    assert "came to nothing" in sweep_text.verdict(nothing, False, True)
    some = {**nothing, "validation": {"accuracy": 0.9, "loss": 0.2}}
    assert "no test photos" in sweep_text.verdict(some, False, False)
