"""The table of all runs, newest first, with how far each is from the baseline."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.ui.parts import downloads
from pages.ui.runs import baseline, best_of_many, data_frames, notes, same_photos
from pipeline.wording import numbers
from pipeline.workspace.run import Run

WITHOUT_SCROLLING = 8  # runs in the table
AGAINST = "Against baseline"
_OPTIONAL = (AGAINST, "Tags", "Note")  # shown where there is something in them


def show(rows: Sequence[Run]) -> None:
    """The table, for the tags that people choose; a click on a column's name sorts."""
    table = of(rows)
    shown = notes.filtered(rows)
    if shown:
        _draw(table[[run in shown for run in rows]], shown)
    else:
        st.info("No run carries all of these tags.", icon=":material/filter_alt_off:")
    best_of_many.show(rows)
    downloads.csv(
        "All runs (CSV)",
        lambda: table,
        file_name="runs.csv",
        key="runs_table_csv",
        purpose="This table, for a spreadsheet.",
        is_quiet=True,
    )


def of(rows: Sequence[Run]) -> pd.DataFrame:
    """One line for each run; `AGAINST` is empty where other photos judged it."""
    table = data_frames.runs(rows)
    pinned = baseline.of(rows)
    apart = [
        None if pinned is None or run is pinned else same_photos.points_apart(run, pinned)
        for run in rows
    ]
    table.insert(
        table.columns.get_loc(data_frames.INTERVAL) + 1, AGAINST, pd.Series(apart, dtype=float)
    )
    return table.assign(
        Baseline=["yes" if run.is_baseline else "" for run in rows],
        Tags=[", ".join(run.tags) for run in rows],
        Note=[run.note for run in rows],
    )


def _draw(table: pd.DataFrame, rows: Sequence[Run]) -> None:
    percent = st.column_config.NumberColumn(format="%.1f")
    empty = [name for name in _OPTIONAL if (table[name].isna() | (table[name] == "")).all()]
    # On a telephone the name is all that one sees, so the mark stands beside it.
    marked = [f"{run.name} (baseline)" if run.is_baseline else run.name for run in rows]
    st.dataframe(
        table.assign(Run=marked).drop(columns=["Baseline", *empty]),
        hide_index=True,
        height="content" if len(rows) <= WITHOUT_SCROLLING else 330,
        key="runs_table",
        placeholder="",  # for what a run has no use for, or not yet
        column_config={
            "Run": st.column_config.TextColumn(width="medium"),
            "Score %": st.column_config.NumberColumn(
                format="%.1f", help="Share of the photos that judged it which were called right."
            ),
            "Of": st.column_config.TextColumn(
                help="Which photos judged it: all photos of a small set, each asked about by a "
                "network that had not seen it, or the test photos."
            ),
            data_frames.INTERVAL: st.column_config.TextColumn(
                help=f"Of the test accuracy, in percent. {numbers.MEANING}"
            ),
            AGAINST: st.column_config.NumberColumn(
                format="%+.1f",
                help="Score less the baseline's, in points. Empty where the photos that judged "
                "them or their labels are not the same. Compare tells whether it is more than "
                "chance.",
            ),
            "Validation %": percent,
            "Started": st.column_config.DatetimeColumn(format="distance"),
            "Note": st.column_config.TextColumn(width="medium"),
        },
        alt="All runs with settings, scores, duration and state",
    )
