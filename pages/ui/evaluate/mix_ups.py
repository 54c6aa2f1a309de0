"""Which of many classes are most often mistaken for which, in lines that can be chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from pages.ui.evaluate.answers import Asked
from pipeline.evaluation import metrics
from pipeline.wording.names import apart

MOST: Final = 100  # pairs


def show(
    asked: Asked,
    counts: NDArray[np.int64],
    on_choose: Callable[[tuple[int, int] | None], None],
    times: int,
) -> None:
    """Draw the lines.

    Args:
        asked: Whose answers.
        counts: `(C, C)` photos, row = actual, column = predicted.
        on_choose: Called with the pair whose line is pressed, None where one is taken back.
        times: How often the choice was taken back elsewhere: a list keeps what is chosen in it,
            only one with another key begins without.
    """
    classes = list(apart(asked.run.classes).values())
    pairs = metrics.mix_ups(counts, MOST)
    if not pairs:
        return
    key = f"evaluate_pairs_{asked.key}_{times}"

    def choose() -> None:
        rows = st.session_state[key].selection.rows
        on_choose(pairs[rows[0]][:2] if rows else None)

    st.caption("The most frequent mistakes, one in each line. Choose a line to see its photos.")
    st.dataframe(
        pd.DataFrame(
            {
                "Actual": [classes[is_] for is_, _, _ in pairs],
                "Predicted": [classes[called] for _, called, _ in pairs],
                "Photos": [count for _, _, count in pairs],
                "Photos with this label": [int(counts[is_].sum()) for is_, _, _ in pairs],
            }
        ),
        hide_index=True,
        height=380,
        key=key,
        on_select=choose,
        selection_mode="single-row",
        alt="Which classes were most often predicted for which others",
    )
