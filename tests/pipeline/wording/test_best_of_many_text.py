"""What is said of a test that judged many runs."""

from __future__ import annotations

from pipeline.wording.best_of_many_text import sentence


def test_what_the_best_of_several_is_worth() -> None:
    said = sentence(12, 2000, 0.0131)
    assert said.startswith("12 runs were judged on the same 2,000 test photos.")
    assert "the best of 12 would still look about 1.3 points better than it is" in said


def test_what_is_not_known_is_not_said() -> None:
    assert sentence(3, 80, None) == "3 runs were judged on the same 80 test photos."


def test_runs_that_answer_alike() -> None:
    assert "adds no luck" in sentence(3, 80, 0.0)
