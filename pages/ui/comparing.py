"""Two or more runs in one chart, with the settings in which they differ."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui import charts, course, curves, described, frame, paired, published, tables, words
from pipeline.workspace.runs import Run

MOST = 6  # more lines than that nobody can tell apart


def show(rows: Sequence[Run]) -> None:
    """Choose runs, see them overlaid, and what was set differently."""
    trained = [run for run in rows if run.epochs]
    if not trained:
        st.caption("There is nothing to compare yet: no run has finished an epoch.")
        return
    by_id = {run.id: run for run in trained}
    chosen = st.multiselect(
        "Runs to compare",
        list(by_id),
        default=list(by_id)[:2],
        key="runs_compare",
        format_func=lambda run_id: by_id[run_id].name,
        max_selections=MOST,
        help="Choose two or more. Each gets a colour; training is dashed, validation solid.",
    )
    overlay = st.toggle(
        "Also the tutorial's published curve",
        key="runs_compare_overlay",
        help="The curves that TensorFlow's tutorial published for its 2,000 cats and dogs.",
    )
    runs = [by_id[run_id] for run_id in chosen]
    lines = [(run.name, run.epochs) for run in runs]
    if overlay:
        lines.append((published.TITLE, published.EPOCHS))
    if len(lines) < 2:
        st.caption("Choose at least two.")
        return
    solved = any(course.is_solved(run.config) for run in runs)
    measures = (curves.ACCURACY, curves.LOSS)
    for column, measure in zip(st.columns(2, gap="medium"), measures, strict=True):
        with column:
            st.plotly_chart(
                curves.comparison(measure, lines, solved),
                key=f"compare_{measure}",
                alt=f"{measure.capitalize()} of {words.joined([name for name, _ in lines])}",
                config=charts.CONFIG,
            )
    if solved:
        st.caption(
            ":material/info: Where the head was solved directly, the first points are the "
            "solver's steps, not epochs: compare where the curves end, not how fast they climb."
        )
    if len(runs) < 2:
        return
    _results(runs)
    differing = described.differing(runs)
    st.markdown(
        f"They differ in: **{words.joined(list(differing))}**."
        if differing
        else "Their settings are the same; what differs is chance, or the photos."
    )
    st.dataframe(
        tables.settings_of(runs),
        hide_index=True,
        height="content",
        alt="Settings of the runs side by side, those that differ highlighted",
    )


def _results(runs: Sequence[Run]) -> None:
    for run in runs:
        if run.test:
            st.markdown(f"- {words.literal(run.name)}: {words.accuracy_with_margin(run.test)}")
    answering = [run for run in runs if run.test and not run.is_example]
    if len(answering) >= 2:
        st.subheader("Is one really better?", anchor=False)
        first = answering[0]
        for other in answering[1:]:
            with frame.guard():
                paired.show(first, other)
