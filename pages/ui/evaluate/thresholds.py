"""How sure must it be? A wall of photos that a threshold divides, and what comes of it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.ui import frame
from pages.ui.charts import figure, threshold_curves
from pages.ui.evaluate import certainty_wall
from pages.ui.evaluate.answers import Asked
from pages.ui.evaluate.certainty_wall import Wall
from pipeline.evaluation import thresholds
from pipeline.evaluation.thresholds import AtThreshold, ThresholdCurve
from pipeline.settings.hyperparameters import ANSWER
from pipeline.wording import numbers
from pipeline.wording.answer_text import NOT_SURE


@st.fragment
@frame.guard()
def show(asked: Asked) -> None:
    """The wall and what its threshold brings; for two classes with both curves."""
    if len(asked.run.classes) == 2:
        _of_two(asked)
    else:
        _of_many(asked)


def _of_two(asked: Asked) -> None:
    found = asked.found
    curve = thresholds.threshold_curve(
        found.truth, found.probabilities, found.scenes, found.in_turns
    )
    names = asked.run.classes
    sides = np.array([[0, 1]])
    wall = Wall(
        found.probabilities[:, 1],
        found.truth[:, np.newaxis] != sides,
        (f"Predicted {names[0]}", f"Predicted {names[1]}"),
        f"Predict {names[1]} from this probability on",
        50,
    )
    above = st.container()
    now = curve.at(certainty_wall.show(asked, wall) / 100)
    with above:
        _numbers(asked, now)
    _curves(asked, curve, now)


def _numbers(asked: Asked, now: AtThreshold) -> None:
    """What the threshold brings."""
    negative, positive = (asked.shown(index) for index in (0, 1))
    shown = {
        f"Recall of {positive}": now.recall,
        "Precision": now.precision,  # fits its box, however long the names are
        f"Recall of {negative}": now.specificity,
        "Accuracy": now.accuracy,
    }
    with st.grid(4, min_column_width=170, gap="small"):
        for label, share in shown.items():
            value = "no photos" if share.value is None else numbers.percent(share.value)
            st.metric(label, value, border=True, help=asked.share_in_full(share))


def _curves(asked: Asked, curve: ThresholdCurve, now: AtThreshold) -> None:
    """ROC and precision over recall, with the threshold marked."""
    area = f"ROC curve, area {curve.auroc or 0:.3f}"
    average = f"Precision over recall, average precision {curve.average_precision or 0:.3f}"
    figure.beside(
        [
            (threshold_curves.roc(curve, now), "evaluate_roc", area),
            (threshold_curves.precision_recall(curve, now), "evaluate_pr", average),
        ],
        threshold_curves.thresholds_table(curve, asked.share),
    )
    frame.learn("How to read these curves", _explained(*(asked.shown(index) for index in (0, 1))))


def _of_many(asked: Asked) -> None:
    """Of many classes: from how sure on a photo gets a name, as on Classify."""
    found = asked.found
    sure = found.probabilities.max(axis=1)
    wall = Wall(
        sure,
        np.repeat(~found.right[:, np.newaxis], 2, axis=1),
        (NOT_SURE, "Gets a name"),
        "Not sure below",
        round(100 * float(ANSWER["sure_from"].default)),
    )
    above = st.container()
    named = sure >= certainty_wall.show(asked, wall) / 100
    count, right = int(named.sum()), int((named & found.right).sum())
    with above, st.grid(2, min_column_width=170, gap="small"):
        st.metric("Gets a name", numbers.percent(count / max(1, len(sure))), border=True)
        value = numbers.percent(right / count) if count else "no photos"
        st.metric("Of those, correct", value, border=True)


def _explained(negative: str, positive: str) -> str:
    return (
        "Each curve shows every threshold at once; the diamond is the one that the slider stands "
        "at.\n\n"
        f"**ROC curve.** Upwards: of the photos labelled {positive}, how many are found. To the "
        f"right: of those labelled {negative}, how many are predicted {positive} by mistake, the "
        "false alarms. A good network climbs steeply along the left edge; the dotted line is "
        "chance. (The name is from radar: *receiver operating characteristic*.)\n\n"
        f"**Area** under it: take any photo labelled {positive} and any labelled {negative}. The "
        f"area is how often the first gets the higher probability of {positive}. 1 is always, 0.5 "
        "is chance.\n\n"
        f"**Recall**: of the photos labelled {positive}, the share that is found. **Precision**: "
        f"of the photos predicted {positive}, the share that is labelled so. A lower threshold "
        "finds more, and more of what it finds is wrong; so the second curve falls to the right. "
        "The nearer it stays to the upper right corner, the better.\n\n"
        "**Average** precision: the height of the second curve on average. 1 is best.\n\n"
        "**F1**, in the table of classes: precision and recall in one number, which is high only "
        "where both are high. 1 is best."
    )
