"""How a training that ended early is told."""

from __future__ import annotations

import pytest

from pipeline.evaluation.learning_curve import Cut, EarlyEnd, Epoch
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING, TrainConfig
from pipeline.wording.endings import early_end

POINTS = tuple(Epoch(FEATURE_EXTRACTION, number, 0.5, 0.8, 0.5, 0.8, 1.0) for number in (1, 2, 3))


@pytest.mark.parametrize(
    ("why", "said"),
    [(Cut.DIVERGED, "Train again with a lower learning rate"), (Cut.MEMORY, "press Continue")],
)
def test_where_it_ended_and_what_to_do(why: Cut, said: str) -> None:
    sentence = early_end(EarlyEnd(why, FEATURE_EXTRACTION), TrainConfig(), POINTS)
    assert "in epoch 4" in sentence
    assert said in sentence


def test_behind_a_solved_head_epochs_are_counted_anew() -> None:
    end = EarlyEnd(Cut.DIVERGED, FINE_TUNING)
    assert "in fine-tuning epoch 1:" in early_end(end, TrainConfig(head=SOLVED), POINTS)
