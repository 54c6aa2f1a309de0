"""What a run takes over from an earlier one, in words."""

from __future__ import annotations

import pytest

from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import TrainConfig
from pipeline.wording.further_text import taken_over


@pytest.mark.parametrize(
    ("config", "same_classes", "said"),
    [
        (TrainConfig(), True, "All of it is taken over"),
        (TrainConfig(head=SOLVED), True, "Its last layer is computed anew"),
        (TrainConfig(), False, "The classes are others, so its last layer starts anew"),
        (TrainConfig(head=SOLVED), False, "The classes are others"),
    ],
)
def test_what_is_taken_over(config: TrainConfig, same_classes: bool, said: str) -> None:
    assert taken_over(config, same_classes).startswith(said)
