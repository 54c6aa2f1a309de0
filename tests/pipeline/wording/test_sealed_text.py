"""What is said of a sealed test."""

from __future__ import annotations

from datetime import datetime

from pipeline.wording.sealed_text import instead_of_a_score, opened, sealed_since


def test_instead_of_a_score_the_validation_photos_speak() -> None:
    assert "93.8 % of its validation photos" in instead_of_a_score(0.9375)
    assert "%" not in instead_of_a_score(None)


def test_what_was_seen_before_the_seal_is_said() -> None:
    assert sealed_since(0, 1) == "Sealed; 1 run was trained since."
    assert "Before that, 3 runs were judged" in sealed_since(3, 0)


def test_the_score_of_the_final_test_tells_how_many_runs_there_were() -> None:
    assert "on 2026-11-30, for this run; 12 runs were trained" in opened(datetime(2026, 11, 30), 12)
