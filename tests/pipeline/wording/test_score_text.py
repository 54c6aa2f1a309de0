from __future__ import annotations

import pytest

from pipeline.settings.hyperparameters import SOLVED, STEPPED
from pipeline.settings.train_config import TrainConfig
from pipeline.wording import numbers, score_text

TEST = {"loss": 0.3, "accuracy": 0.8, "low": 0.38, "high": 0.96, "photos": 5}
ALL = {"loss": 0.2, "accuracy": 23 / 24, "low": 0.86, "high": 0.988, "photos": 48, "folds": 5}
QUICK = TrainConfig(head=SOLVED, fine_tune_epochs=0)


def test_a_score_says_which_photos_it_comes_from() -> None:
    assert score_text.judged(ALL) == "all 48 photos"
    assert score_text.judged(TEST) == "5 test photos"
    assert score_text.of_what(ALL) == "95.8 % of all 48 photos"
    said = score_text.verdict(ALL)
    assert said.startswith("95.8 % of all 48 photos were called right (86.0")
    assert said.endswith("98.8 %), each judged by a network that had not seen it.")
    assert score_text.verdict(TEST) == numbers.verdict(TEST)
    assert score_text.verdict(None) == numbers.verdict(None)
    assert score_text.in_short(TEST) == numbers.accuracy_with_margin(TEST)


def test_where_there_are_two_scores_it_says_which_is_shown() -> None:
    said = score_text.beside(QUICK, TEST, ALL)
    assert said.startswith("That is the score of all photos; the 5 test photos alone")
    assert "80.0 %" in said
    assert score_text.beside(QUICK, None, ALL) == ""


@pytest.mark.parametrize(
    ("config", "begins"),
    [
        (TrainConfig(head=SOLVED, fine_tune_epochs=5), "Before fine-tuning: 95.8 % of all 48"),
        (TrainConfig(head=STEPPED, fine_tune_epochs=0), "With a computed head: 95.8 % of all 48"),
    ],
)
def test_what_is_not_of_the_very_network_is_called_so(config: TrainConfig, begins: str) -> None:
    said = score_text.beside(config, TEST, ALL)
    assert said.startswith(begins)
    assert said.endswith("The score above is that of the final network.")
    assert "above" not in score_text.beside(config, None, ALL)
    assert score_text.all_of(config) != score_text.all_of(QUICK)


def test_a_run_of_one_score_says_no_more() -> None:
    assert score_text.beside(QUICK, TEST, None) == ""
