"""Runs, settings and predictions as tables."""

from __future__ import annotations

import numpy as np

from pages.ui.runs import data_frames
from pipeline.evaluation.predictions import Predictions
from pipeline.workspace.run import Run


def test_predictions_stand_beside_labels() -> None:
    found = Predictions(
        np.array([4, 7, 9]),
        np.array([0, 1, 1]),
        np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]], np.float32),
    )
    table = data_frames.predictions(found, ("cat", "dog"), ["a", "b"], [0, 1])
    assert list(table["Right"]) == [True, False]
    assert list(table["Predicted"]) == ["cat", "cat"]


def test_the_table_of_runs(quick: Run, careful: Run) -> None:
    table = data_frames.runs([careful, quick])
    assert list(table["Settings"]) == ["Custom", "Quick"]
    assert list(table["Epochs"]) == ["solved + 4", "solved"]
    assert list(table["Learning rate"]) == ["0.0001", ""], "nothing stepped, no rate"
    assert table["fine_tune_at"].isna().tolist() == [False, True]
