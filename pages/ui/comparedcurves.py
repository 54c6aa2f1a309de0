"""The curves of several runs on the Compare tab: what to draw, the chart, its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from pages.ui import curves, differences, figures, overlay, published, tables
from pipeline.wording import curve_points
from pipeline.workspace.run import Run

_ENDED: Final = "done"


def show(runs: Sequence[Run], with_tutorial: bool) -> None:
    """One chart of one measure, with its numbers, and what one has to know to read it.

    Args:
        runs: At most six; each has finished an epoch.
        with_tutorial: Whether to draw the tutorial's published curves, too.
    """
    st.subheader("Curves", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        measure = st.segmented_control(
            "Measure",
            [curves.ACCURACY, curves.LOSS],
            default=curves.ACCURACY,
            required=True,
            key="runs_compare_measure",
            format_func=str.capitalize,
            help="Accuracy is the share of photos called right. Loss also counts how sure the "
            "network was, so it still moves when accuracy stands still.",
        )
        training = st.toggle(
            "Also the training curves",
            key="runs_compare_training",
            help="Thin lines with hollow marks. Where training goes on rising and validation does "
            "not, the network learns its photos by heart.",
        )
    names = differences.names(runs)
    lines = [_line(run, name) for run, name in zip(runs, names, strict=True)]
    if with_tutorial:
        lines.append(overlay.Line(published.TITLE, published.EPOCHS))
        st.caption(
            ":material/compare_arrows: The tutorial's curve comes from other photos than yours, "
            "which may be easier or harder: compare how it runs, not how high."
        )
    table = overlay.table(measure, lines)
    figures.draw(
        overlay.figure(measure, lines, training),
        figures.Table(
            table,
            f"{measure.capitalize()} of each run at each point of the chart",
            dict.fromkeys(table.columns[1:], st.column_config.NumberColumn(format="%.4f")),
        ),
        key=f"compare_{measure}",
        alt=overlay.describe(measure, lines),
    )
    st.download_button(
        "These curves (CSV)",
        lambda: tables.as_csv(table.to_dict("records"), list(table.columns)),
        file_name=f"comparison-{measure}.csv",
        mime="text/csv",
        key="runs_compare_csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        help="Training and validation of each run, one line for each point, for a spreadsheet.",
    )
    remarks = _remarks(lines)
    if remarks:
        st.caption(remarks)


def _remarks(lines: Sequence[overlay.Line]) -> str:
    """What one has to know to read the chart."""
    notes = []
    if overlay.is_aligned(lines):
        notes.append(
            "The curves are laid over each other where fine-tuning starts: 0 is the last point "
            "before it, and the epochs before it count backwards."
        )
    if any(line.solved for line in lines):
        notes.append(
            "Where the head was solved directly there are no epochs before fine-tuning: only what "
            "the solver found is drawn, at 0."
            if overlay.is_aligned(lines)
            else "Where the head was solved directly, the points are the solver's steps, not "
            "epochs: compare where the curves end, not how fast they climb."
        )
    return " ".join(notes)


def _line(run: Run, name: str) -> overlay.Line:
    """A run's curves; one that may still go on keeps room for what was planned."""
    solved = curve_points.is_solved(run.config)
    planned = 0 if solved or run.state == _ENDED else run.config.epochs
    return overlay.Line(name, run.epochs, planned, solved)
