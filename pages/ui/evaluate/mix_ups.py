"""What is most often called what else among many classes, in lines that can be chosen."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from pages.ui.evaluate.answers import Asked
from pipeline.evaluation import metrics
from pipeline.wording.names import apart

MOST: Final = 100  # pairs


def choose(asked: Asked, counts: NDArray[np.int64]) -> tuple[int, int] | None:
    """The pair whose line was clicked, as (is, was called).

    Args:
        asked: Whose answers.
        counts: `(C, C)` photos, row = is, column = was called.
    """
    classes = list(apart(asked.run.classes).values())
    pairs = metrics.mix_ups(counts, MOST)
    if not pairs:
        return None
    st.caption("The most frequent mistakes, one in each line. Choose a line to see its photos.")
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
