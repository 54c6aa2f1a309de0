"""Scores of each class."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.ui.evaluate.answers import Asked
from pipeline.classify.answer import count_kinds
from pipeline.evaluation import class_scores
from pipeline.evaluation.class_scores import ClassScores
from pipeline.settings.hyperparameters import ANSWER
from pipeline.wording import (
    answer_text,
    names,
    near_copies,
    numbers,
    score_text,
    uneven_classes,
)


def headline(asked: Asked) -> None:
    """How many are correct, in a line, and what of that is no score."""
    found = asked.found
    in_turns = len(asked.run.classes) if found.in_turns else 0
    total = class_scores.share_right(found.right, found.scenes, in_turns)
    # As on the Runs page, where near copies count, and older runs keep the ends they were given.
    kept = None if asked.learned else asked.score
    share = asked.share(total) if kept is None else score_text.with_ends(kept)
    said = f"**{share}** correct on {numbers.plural(total.photos, asked.what[:-1])}."
    if asked.learned:
        said += f" It learned from {asked.learned:,} of these, so this is no score."
    if copies := near_copies.sentence(asked.score):
        said += f" {copies}"
    classes = [asked.shown(place, 40) for place in range(len(asked.run.classes))]
    uneven = class_scores.uneven_scores(asked.found.truth, asked.found.probabilities)
    st.markdown(f"{said} {uneven_classes.sentence(uneven, classes)}".rstrip())


def per_class(asked: Asked) -> None:
    """Precision and recall of each class, with intervals and numbers of photos."""
    found = asked.found
    scores = class_scores.class_scores(
        found.truth, found.probabilities, found.scenes, found.in_turns
    )
    st.dataframe(
        class_scores_table(asked, scores),
        hide_index=True,
        height="content" if len(scores) < 12 else 420,
        alt="Precision and recall of each class"
        + ("" if asked.learned else " with their 95 % intervals"),
    )
    brackets = f" In brackets the 95 % interval. {numbers.MEANING}"
    st.caption(
        "**Recall**: of the photos with this label, how many were predicted so. **Precision**: of "
        "the photos predicted so, how many have this label. **F1**: both in one number, from 0 to "
        "1; it is high only where both are." + ("" if asked.learned else brackets)
    )
    if not asked.learned:
        kinds = answer_text.kinds(count_kinds(asked.found, ANSWER["sure_from"].default))
        if kinds:
            st.caption(kinds)


def class_scores_table(asked: Asked, scores: Sequence[ClassScores]) -> pd.DataFrame:
    """One line for each class: its recall, precision and F1."""
    return pd.DataFrame(
        {
            "Class": list(names.apart(asked.run.classes).values()),
            "Photos": [one.support for one in scores],
            "Recall": [asked.share(one.recall) for one in scores],
            "Precision": [asked.share(one.precision) for one in scores],
            "F1": [None if one.f1 is None else round(one.f1, 3) for one in scores],
        }
    )
