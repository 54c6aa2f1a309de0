"""Figures on the page: each with its words and with the same numbers as a table.

No other module draws a figure, so none is without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.ui.charts import palette

TABLE: Final = "The same as a table"
_WITHOUT_SCROLLING: Final = 12  # lines


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a chart.

    Attributes:
        rows: They themselves; percentages are text or in columns whose name says so.
        alt: What they are, in a phrase.
        columns: How Streamlit shall write some of them.
        has_index: Whether the index is part of it.
    """

    rows: pd.DataFrame
    alt: str
    columns: dict[str, Any] | None = None
    has_index: bool = False


def draw(figure: go.Figure, table: Table | None, *, key: str, alt: str, **options: Any) -> Any:
    """Draw a figure, with its table behind a small icon at its corner.

    Args:
        figure: With a title and named axes.
        table: The same numbers; None where the page has them right below anyway.
        key: Of the chart.
        alt: What it shows, in a sentence.
        options: More of what `st.plotly_chart` takes.

    Returns:
        What `st.plotly_chart` returns.
    """
    with st.container(key=f"figure_of_{key}", gap=None):
        event = st.plotly_chart(figure, key=key, alt=alt, config=palette.CONFIG, **options)
        if table is not None:
            show_table(table, key=key)
    return event


def beside(pair: Sequence[tuple[go.Figure, str, str]], table: Table) -> None:
    """Draw figures side by side, with one table for all of them.

    Args:
        pair: Two or more, each with its key and its words.
        table: Their numbers.
    """
    for column, (figure, key, alt) in zip(st.columns(len(pair), gap="medium"), pair, strict=True):
        with column:
            draw(figure, None, key=key, alt=alt)
    show_table(table, key=pair[0][1])


def show_table(table: Table, *, key: str) -> None:
    """The numbers behind a chart, for those who do not see it or want to read them.

    A small icon at the right; `frame.css` lifts it to the corner of a figure.

    Args:
        table: The numbers.
        key: Of the chart.
    """
    with (
        st.container(key=f"table_of_{key}", horizontal=True, horizontal_alignment="right"),
        st.popover(TABLE, icon=":material/table:", type="tertiary", width="content"),
    ):
        st.dataframe(
            table.rows,
            hide_index=not table.has_index,
            height="content" if len(table.rows) <= _WITHOUT_SCROLLING else 360,
            column_config=table.columns,
            placeholder="",
            alt=table.alt,
        )
