"""Scores of each class, and the confusion matrix that can be clicked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from pages.ui import markdown
from pages.ui.charts import figure
from pages.ui.charts.confusion_matrix import MOST_CELLS, confusion, describe
from pages.ui.evaluate import mix_ups
from pages.ui.evaluate.answers import Asked
from pipeline.classify.answer import count_kinds
from pipeline.evaluation import class_scores
from pipeline.evaluation.class_scores import ClassScores
from pipeline.evaluation.metrics import confusion_matrix
from pipeline.settings.hyperparameters import ANSWER
from pipeline.wording import answer_text, near_copies, numbers, uneven_classes
from pipeline.wording.text import short


def per_class(asked: Asked) -> None:
    """Precision and recall of each class, with intervals and numbers of photos."""
    found = asked.found
    scores = class_scores.class_scores(
        found.truth, found.probabilities, found.scenes, found.in_turns
    )
    classes = len(asked.run.classes) if found.in_turns else 0
    total = class_scores.share_right(found.right, found.scenes, classes)
    said = (
        f"**{asked.share(total)}** of {numbers.plural(total.photos, asked.what[:-1])} were called "
        "right: as their labels say."
    )
    if asked.learned:
        said += f" It learned from {asked.learned:,} of these, so this is no score."
    if copies := near_copies.sentence(asked.score):
        said += f" {copies}"
    names = [markdown.literal(short(name, 40)) for name in asked.run.classes]
    uneven = class_scores.uneven_scores(asked.found.truth, asked.found.probabilities)
    st.markdown(f"{said} {uneven_classes.sentence(uneven, names)}".rstrip())
    if not asked.learned:
        kinds = answer_text.kinds(count_kinds(asked.found, ANSWER["sure_from"].default))
        if kinds:
            st.caption(kinds)
    with st.expander("Each class on its own", icon=":material/table_rows:", expanded=True):
        st.dataframe(
            class_scores_table(asked, scores),
            hide_index=True,
            height="content" if len(scores) < 12 else 420,
            alt="Precision and recall of each class"
            + ("" if asked.learned else " with their 95 % intervals"),
        )
        brackets = f" In brackets the 95 % interval. {numbers.MEANING}"
        st.caption(
            "**Found** (recall): of the photos with this label, how many were called so. "
            "**Right when called** (precision): of the photos that were called so, how many have "
            "this label. **F1**: both in one number, from 0 to 1; it is high only where both are."
            + ("" if asked.learned else brackets)
        )


def matrix(asked: Asked) -> tuple[int, int] | None:
    """The confusion matrix; the cell or line that was clicked, as (is, was called)."""
    counts = confusion_matrix(asked.found.truth, asked.found.called, len(asked.run.classes))
    st.header("What is called what")
    if len(asked.run.classes) > MOST_CELLS:
        return mix_ups.choose(asked, counts)
    cleared = f"evaluate_cleared_{asked.run.id}"  # session: how often the choice was taken back
    event = figure.draw(
        confusion(counts, asked.run.classes),
        figure.Table(
            confusion_table(counts, asked.run.classes),
            "Confusion matrix: rows are what a photo's label says, columns what it was called",
            has_index=True,
        ),
        # A chart keeps its selection; only one with another key begins without.
        key=f"evaluate_matrix_{asked.run.id}_{asked.row.id}_{st.session_state.get(cleared, 0)}",
        alt=describe(counts, asked.run.classes),
        on_select="rerun",
        selection_mode="points",
        width="content",
    )
    points = event.selection.points if event else []
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            "Each row is a label, each column what the photos were called. Click a cell to see "
            "its photos.",
            width="content",
        )
        if not points:
            return None

        def clear() -> None:
            st.session_state[cleared] = st.session_state.get(cleared, 0) + 1

        st.button(
            "Show all photos again",
            key="evaluate_clear",
            icon=":material/close:",
            on_click=clear,
            help="Forgets the cell that you clicked.",
        )
    truth, called = divmod(int(points[0]["point_index"]), len(asked.run.classes))
    return truth, called


def class_scores_table(asked: Asked, scores: Sequence[ClassScores]) -> pd.DataFrame:
    """One line for each class: how many of it are found, how many so called are it."""
    return pd.DataFrame(
        {
            "Class": list(asked.run.classes),
            "Photos": [one.support for one in scores],
            "Found": [asked.share(one.recall) for one in scores],
            "Right when called": [asked.share(one.precision) for one in scores],
            "F1": [None if one.f1 is None else round(one.f1, 3) for one in scores],
        }
    )


def confusion_table(counts: NDArray[np.int64], classes: Sequence[str]) -> pd.DataFrame:
    """The confusion matrix: rows are what a photo is, columns what it was called."""
    return pd.DataFrame(
        counts,
        index=[f"is {name}" for name in classes],
        columns=[f"called {name}" for name in classes],
    )
