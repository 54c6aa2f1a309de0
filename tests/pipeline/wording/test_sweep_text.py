"""A sweep in words."""

from __future__ import annotations

from pipeline.wording import sweep_text


def test_settings_in_short() -> None:
    chosen = {"learning_rate": 1e-5, "head": "solved", "horizontal_flip": True, "epochs": 12}
    assert sweep_text.settings(chosen) == (
        "learning rate 0.00001, how the head learns solved directly, mirror left and right on, "
        "epochs 12"
    )


def test_a_run_is_called_as_any_other_and_by_what_was_chosen() -> None:
    assert sweep_text.run_name("Cats, run 3", {"dropout": 0.3}) == "Cats, run 3: dropout 0.3"
    assert sweep_text.run_name("Cats, run 3", {}) == "Cats, run 3"
