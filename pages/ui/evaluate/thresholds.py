"""How sure must it be? For two classes: both curves, and what another threshold would bring."""

from __future__ import annotations

import streamlit as st

from pages.ui import frame
from pages.ui.charts import figure, threshold_curves
from pages.ui.evaluate.answers import Asked
from pipeline.evaluation import thresholds
from pipeline.wording import numbers


def show(asked: Asked) -> None:
    """A slider over the threshold, what comes of it, and the curves; nothing for more classes."""
    if len(asked.run.classes) != 2:
        return
    found = asked.found
    curve = thresholds.threshold_curve(
        found.truth, found.probabilities, found.scenes, found.in_turns
    )
    negative, positive = (asked.shown(index) for index in (0, 1))
    st.header("How sure must it be?")
    st.markdown(
        f"A photo is called {positive} from 50 % on. Where one mistake is worse than the other, "
        "another threshold is better; see what it would bring.",
        width=frame.TEXT_PX,
    )
    percent = st.slider(
        f"Call it {positive} from this probability on",
        1,
        99,
        50,
        format="%d %%",
        key=f"evaluate_threshold_{asked.run.id}",
        help="Higher: fewer false alarms, more misses. Lower: the other way round. Usual is 50 %. "
        "It changes nothing in the run; it shows what would be.",
    )
    now = curve.at(percent / 100)
    shown = {
        f"{positive} found": now.recall,
        "Right if called so": now.precision,  # fits its box, however long the names are
        f"{negative} left alone": now.specificity,
        "Called right in all": now.accuracy,
    }
    with st.grid(4, min_column_width=170, gap="small"):
        for label, share in shown.items():
            value = "no photos" if share.value is None else numbers.percent(share.value)
            st.metric(label, value, border=True, help=asked.share_in_full(share))
    area = f"ROC curve, area {curve.auroc or 0:.3f}"
    average = f"Precision over recall, average precision {curve.average_precision or 0:.3f}"
    figure.beside(
        [
            (threshold_curves.roc(curve, now), "evaluate_roc", area),
            (threshold_curves.precision_recall(curve, now), "evaluate_pr", average),
        ],
        threshold_curves.thresholds_table(curve, asked.share),
    )
    frame.learn("How to read these curves", _explained(positive, negative))


def _explained(positive: str, negative: str) -> str:
    return (
        "Each curve shows every threshold at once; the diamond is the one that the slider stands "
        "at.\n\n"
        f"**ROC curve.** Upwards: of the photos labelled {positive}, how many are found. To the "
        f"right: of those labelled {negative}, how many are called {positive} by mistake, the "
        "false alarms. A good network climbs steeply along the left edge; the dotted line is "
        "chance. (The name is from radar: *receiver operating characteristic*.)\n\n"
        f"**Area** under it: take any photo labelled {positive} and any labelled {negative}. The "
        f"area is how often the first gets the higher probability of {positive}. 1 is always, 0.5 "
        "is chance.\n\n"
        f"**Recall**: of the photos labelled {positive}, the share that is found. **Precision**: "
        f"of the photos called {positive}, the share that is labelled so. A lower threshold finds "
        "more, and more of what it finds is wrong; so the second curve falls to the right. The "
        "nearer it stays to the upper right corner, the better.\n\n"
        "**Average** precision: the height of the second curve on average. 1 is best.\n\n"
        "**F1**, in the table of classes above: precision and recall in one number, which is high "
        "only where both are high. 1 is best."
    )
