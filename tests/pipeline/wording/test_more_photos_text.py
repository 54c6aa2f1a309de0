from __future__ import annotations

import pytest

from pipeline.evaluation.more_photos import SizeCurve, Verdict
from pipeline.wording.more_photos_text import answer


@pytest.mark.parametrize(
    ("verdict", "gain", "low", "high", "said"),
    [
        ("helps", 0.011, 0.004, 0.023, "about 1 point (between 0.5 and 2)"),
        ("helps", 0.042, 0.021, 0.061, "about 4 points (between 2 and 6)"),
        ("labels", 0.001, 0.0, 0.003, "the labels limit it"),
        ("no", 0.001, 0.0, 0.0041, "would likely bring 0.5 points at most"),
        ("no", 0.0, 0.0, 0.001, "next to nothing"),
        ("unknown", 0.02, 0.0, 0.08, "anything between 0 and 8 points"),
    ],
)
def test_the_answer(verdict: str, gain: float, low: float, high: float, said: str) -> None:
    assert said in answer(SizeCurve((), gain, low, high, Verdict(verdict)))
