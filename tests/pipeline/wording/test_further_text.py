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


def test_where_nothing_is_taken_over_it_says_so() -> None:
    """Of a run that changed its last layer alone, which a computed one replaces."""
    quick = TrainConfig(head=SOLVED, fine_tune_epochs=0)
    assert taken_over(quick, True, stock_layers=True).startswith("Nothing of it is taken over")
    assert taken_over(quick, True).startswith("Its last layer is computed anew")
    for config in (TrainConfig(), TrainConfig(head=SOLVED)):  # these go on learning from there
        assert not taken_over(config, True, stock_layers=True).startswith("Nothing")
    frozen = TrainConfig(fine_tune_epochs=0)
    assert taken_over(frozen, True, stock_layers=True).startswith("All of it")
    assert taken_over(frozen, False, stock_layers=True).startswith("Nothing")
