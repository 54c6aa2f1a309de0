"""ROC, precision and recall: the lines are those of the evaluation, the table adds up."""

from __future__ import annotations

import numpy as np

from pages.ui.charts import threshold_curves
from pipeline.evaluation.thresholds import threshold_curve

TRUTH = np.array([0, 0, 1, 1])
SHARES = np.array([[0.9, 0.1], [0.4, 0.6], [0.7, 0.3], [0.2, 0.8]], np.float32)
CURVE = threshold_curve(TRUTH, SHARES)


def test_the_lines_are_those_of_the_evaluation_and_the_chosen_point_lies_on_them() -> None:
    now = CURVE.at(0.5)
    roc = threshold_curves.roc(CURVE, now)
    assert [trace.name for trace in roc.data] == ["every threshold", "now", "chance"]
    assert list(roc.data[0].y) == list(CURVE.recall)
    assert (roc.data[1].x[0], roc.data[1].y[0]) == (0.5, 0.5)
    assert "area 0.750" in roc.layout.title.text
    other = threshold_curves.precision_recall(CURVE, now)
    assert list(other.data[0].y) == list(CURVE.precision)
    assert (other.data[1].x[0], other.data[1].y[0]) == (0.5, 0.5)


def test_of_one_class_alone_there_is_no_line() -> None:
    cats = threshold_curve(TRUTH[:2], SHARES[:2])
    assert [trace.name for trace in threshold_curves.roc(cats, cats.at(0.5)).data] == ["chance"]
    assert not threshold_curves.precision_recall(cats, cats.at(0.5)).data
    rows = threshold_curves.thresholds_table(cats).rows
    assert set(rows["Recall"]) == {"no photos"}


def test_a_higher_threshold_finds_fewer_and_alarms_less() -> None:
    rows = threshold_curves.thresholds_table(CURVE, lambda share: f"{share.count}").rows
    assert len(rows) == 19
    found = [int(text) for text in rows["Recall"]]
    assert found == sorted(found, reverse=True)
    assert (found[0], found[-1]) == (2, 0)
    assert (rows["False positives"].iloc[0], rows["False positives"].iloc[-1]) == (
        "100.0 %",
        "0.0 %",
    )
