"""Rules about the test result."""

from __future__ import annotations

from dataclasses import replace

from pipeline.coach.advice import advice
from pipeline.settings.hyperparameters import BALANCED, UNWEIGHTED
from pipeline.settings.train_config import TrainConfig
from tests.recorded_curves import photos


def test_class_names_are_said_as_they_are() -> None:
    names = photos(300, 0, 100, "*a* <b>")
    (piece,) = advice(TrainConfig(), (), names, ((100, 0), (94, 6)))
    assert "“<b>”" in piece.says and "“*a*”" in piece.evidence
    assert "It does not tell the classes apart yet." in piece.says


def test_a_rare_class_that_is_never_answered_is_told_of() -> None:
    """4 rare and 76 usual ones, all called usual: 95 % right."""
    sizes = {"training": {"usual": 608, "rare": 32}, "validation": {"usual": 76, "rare": 4}}
    config = TrainConfig(class_weight=UNWEIGHTED)
    (piece,) = advice(config, (), sizes, ((76, 0), (4, 0)))
    assert piece.kind == "class_never_called"
    assert "hardly ever answers “rare”" in piece.says and "only 32 photos" in piece.says
    assert piece.change == {"class_weight": BALANCED}
    (done,) = advice(replace(config, class_weight=BALANCED), (), sizes, ((76, 0), (4, 0)))
    assert done.change is None
    # Of two, none is easily chance; and one of four that was called so is an answer.
    assert not advice(config, (), sizes, ((76, 0), (2, 0)))
    assert not advice(config, (), sizes, ((75, 1), (4, 0)))


def test_where_all_photos_judge_their_number_counts() -> None:
    """Forty photos of which four are for the test; thirty-six were asked about by turns."""
    names = {
        "training": {"cat": 16, "dog": 16},
        "validation": {"cat": 2, "dog": 2},
        "test": {"cat": 2, "dog": 2},
    }
    asked = ((15, 3), (2, 16))
    (piece,) = advice(TrainConfig(), (), names, asked)
    assert "so few test photos cannot tell" in piece.says
    assert "36 validation photos" in piece.evidence and "on 4 test photos" in piece.evidence
    (piece,) = advice(TrainConfig(), (), names, asked, by_folds=True)
    assert "so few photos cannot tell" in piece.says
    assert "36 photos were" in piece.evidence and "on 40 photos" in piece.evidence
    many = {"training": {"cat": 160, "dog": 160}, "test": {"cat": 2, "dog": 2}}
    assert advice(TrainConfig(), (), many, ((150, 10), (5, 155)), by_folds=True) == ()
