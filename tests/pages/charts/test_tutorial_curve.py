"""The curve that the tutorial published."""

from __future__ import annotations

from pages.ui.charts import learning_curve, tutorial_curve
from pipeline.settings.train_config import FINE_TUNING


def test_the_published_curve_is_the_tutorials() -> None:
    assert len(tutorial_curve.EPOCHS) == 21
    assert [epoch.epoch for epoch in tutorial_curve.EPOCHS] == list(range(1, 22))
    assert tutorial_curve.EPOCHS[9].val_accuracy == 0.9493
    assert tutorial_curve.EPOCHS[10].phase == FINE_TUNING
    assert tutorial_curve.EPOCHS[-1].val_loss == 0.0403
    figure = learning_curve.of_run(
        learning_curve.LOSS, tutorial_curve.EPOCHS[:5], reference=tutorial_curve.EPOCHS
    )
    assert len(figure.data[0].x) == 21
