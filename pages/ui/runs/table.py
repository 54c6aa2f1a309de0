"""The table of all runs, newest first, with how far each is from the baseline."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.ui.parts import best_of_many, downloads, run_table, same_photos, ticked
from pages.ui.runs import baseline, data_frames, details, notes
from pipeline.wording.numbers import signed
from pipeline.workspace.run import Run

AGAINST = "Against baseline"


def show(rows: Sequence[Run]) -> None:
    """The table, for the tags that people choose; a click on a column's name sorts."""
    table = of(rows)
    shown = notes.filtered(rows)
    if shown:
        ticked.begin_with_newest(rows)
        extra = _extra(shown, table.loc[[run in shown for run in rows], AGAINST].tolist())
        run_table.show(shown, "runs_table", details.open_run, st.query_params.get("run"), extra)
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


def _extra(rows: Sequence[Run], against: Sequence[float]) -> dict[str, dict[str, run_table.Cell]]:
    """The page's own columns, each only where there is something in it that differs."""
    apart = {
        run.id: {"text": signed(points), "sort": points}
        for run, points in zip(rows, against, strict=True)
        if not pd.isna(points)
    }
    sets = {run.photo_set_name for run in rows}
    photos = {run.id: {"text": run.photo_set_name} for run in rows if len(sets) > 1}
    tags = {run.id: {"text": ", ".join(run.tags)} for run in rows if run.tags}
    note = {run.id: {"text": run.note} for run in rows if run.note}
    found: dict[str, dict[str, run_table.Cell]] = {}
    found |= {AGAINST: apart, "Photos": photos, "Tags": tags, "Note": note}
    return {name: cells for name, cells in found.items() if cells}
