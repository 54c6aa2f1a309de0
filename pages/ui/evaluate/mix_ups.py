"""What is called what among many classes: the matrix as a picture, and the worst pairs in lines."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from pages.ui.charts import figure
from pages.ui.charts.confusion_matrix import describe, picture
from pages.ui.evaluate.answers import Asked
from pipeline.evaluation import metrics

MOST: Final = 100  # pairs


def choose(asked: Asked, counts: NDArray[np.int64]) -> tuple[int, int] | None:
    """The pair whose line was clicked, as (is, was called).

    Args:
        asked: Whose answers.
        counts: `(C, C)` photos, row = is, column = was called.
    """
    classes = asked.run.classes
    figure.draw(
        picture(counts, classes),
        None,
        key=f"evaluate_picture_{asked.run.id}_{asked.row.id}",
        alt=describe(counts, classes),
        width="content",
    )
    pairs = metrics.mix_ups(counts, MOST)
    if not pairs:
        return None
    st.caption(
        "Each row of the picture is a label, each column what the photos were called; what is "
        "right lies on the line from top left to bottom right. Below are the most frequent "
        "mistakes. Choose a line to see its photos."
    )
    event = st.dataframe(
        pd.DataFrame(
            {
                "Labelled": [classes[is_] for is_, _, _ in pairs],
                "Called": [classes[called] for _, called, _ in pairs],
                "Photos": [count for _, _, count in pairs],
                "Photos with this label": [int(counts[is_].sum()) for is_, _, _ in pairs],
            }
        ),
        hide_index=True,
        height=380,
        key=f"evaluate_pairs_{asked.run.id}_{asked.row.id}",
        on_select="rerun",
        selection_mode="single-row",
        alt="What was most often called what else",
    )
    rows = event.selection.rows
    return pairs[rows[0]][:2] if rows else None
