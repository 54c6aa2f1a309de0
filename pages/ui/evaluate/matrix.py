"""The confusion matrix, whose cells can be pressed; of many classes its worst part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui.charts import confusion_matrix
from pages.ui.charts.confusion_matrix import MOST_CELLS, Cell
from pages.ui.evaluate import mix_ups
from pages.ui.evaluate.answers import Asked
from pipeline.evaluation import metrics
from pipeline.wording import numbers

WORST: Final = 30  # classes of the matrix where there are more than `MOST_CELLS`


def chosen(asked: Asked) -> Cell | None:
    """The cell whose photos are shown: (actual, predicted), class indices."""
    cell: Cell | None = st.session_state.get(_key(asked))
    return cell


def choose(asked: Asked, cell: Cell | None) -> None:
    """Show the photos of a cell, or of all with None."""
    st.session_state[_key(asked)] = cell


def clear(asked: Asked) -> None:
    """Show the photos of all, and let go of the line that was chosen in the list."""
    choose(asked, None)
    st.session_state[_cleared(asked)] = st.session_state.get(_cleared(asked), 0) + 1


def show(asked: Asked) -> None:
    """Draw the matrix; what is pressed in it is `chosen`."""
    size = len(asked.run.classes)
    counts = metrics.confusion_matrix(asked.found.truth, asked.found.called, size)
    st.header("Confusion matrix", anchor=False)
    if size <= MOST_CELLS:
        _part(asked, counts, range(size))
        return
    times = st.session_state.get(_cleared(asked), 0)
    mix_ups.show(asked, counts, lambda pair: choose(asked, pair), times)
    worst = metrics.most_mixed(counts, WORST)
    if worst:
        st.markdown(
            f"**The {numbers.plural(len(worst), 'class', 'classes')} that were mixed up most**, "
            "among themselves:"
        )
        _part(asked, counts, worst)


def _part(asked: Asked, counts: NDArray[np.int64], some: Sequence[int]) -> None:
    """Draw the matrix of some classes."""
    place = {index: at for at, index in enumerate(some)}
    now = chosen(asked)
    is_here = now is not None and now[0] in place and now[1] in place
    confusion_matrix.draw(
        counts[np.ix_(some, some)],
        [asked.run.classes[index] for index in some],
        (place[now[0]], place[now[1]]) if now and is_here else None,
        f"evaluate_matrix_{asked.key}",
        lambda cell: choose(asked, None if cell is None else (some[cell[0]], some[cell[1]])),
    )
    st.caption("Press a cell to see its photos. Framed: mistakes. Darker: more of its row.")


def _cleared(asked: Asked) -> str:
    return f"evaluate_cleared_{asked.key}"


def _key(asked: Asked) -> str:
    return f"evaluate_cell_{asked.key}"
