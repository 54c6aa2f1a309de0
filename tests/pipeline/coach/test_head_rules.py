"""Rules about the head: stuck, or slow, and what may be the cause."""

from __future__ import annotations

from tests.pipeline.coach.recorded_advice import by_kind


def test_two_possible_causes_are_both_named() -> None:
    slow = by_kind("a head that hardly moved")["rate_too_low"]
    assert "Either" in slow.says and "cannot tell" in slow.says
    assert slow.change == {"learning_rate": 0.001}
    short = "three and three: nobody knows whether the head alone would have got there"
    assert "nobody can tell" in by_kind(short)["fine_tuning_gained"].says
    stuck = by_kind("flat and far from good, at a rate that is not low")["stuck"]
    assert "cannot tell" in stuck.says and stuck.change == {"fine_tune_epochs": 10}
