"""When a phase may stop early."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("losses", "stops"),
    [
        ([], False),
        ([3.0, 3.0, 3.0, 3.0, 3.0], False),
        ([1.0, 3.0, 2.0, 1.5, 1.4, 1.3], True),
        ([1.0, 1.0, 1.0, 1.0, 1.0, 1.0], True),
        ([2.0, 3.0, 2.5, 2.4, 2.3, 1.9], False),
        ([3.0, 1.0, 1.1, 1.2, 1.3, 1.4], False),
        ([3.0, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5], True),
    ],
)
def test_patience(losses: list[float], stops: bool) -> None:
    from pipeline.evaluation.learning_curve import EpochScores
    from pipeline.heads.epochs import may_stop_early

    epochs = [EpochScores(0.0, 0.0, 0.0, 0.0, 0.0, loss) for loss in losses]
    assert may_stop_early(epochs) is stops
