"""Rules about the test result."""

from __future__ import annotations

from pipeline.coach.advice import advice
from pipeline.settings.train_config import TrainConfig
from tests.recorded_curves import photos


def test_class_names_are_said_as_they_are() -> None:
    names = photos(300, 0, 100, "*a* <b>")
    (piece,) = advice(TrainConfig(), (), names, ((100, 0), (94, 6)))
    assert "“<b>”" in piece.says and "“*a*”" in piece.evidence
    assert "It does not tell the classes apart yet." in piece.says
