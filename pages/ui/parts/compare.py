"""Several runs side by side: is one really better, their curves, and what was set differently."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from pages.ui import frame, markdown, resources
from pages.ui.charts import figure, learning_curve, overlaid_curves, tutorial_curve
from pages.ui.parts import (
    best_of_many,
    downloads,
    run_result,
    run_table,
    same_photos,
    setting_differences,
    significance,
    ticked,
    verdicts,
)
from pipeline.evaluation.run_score import is_cross_validated
from pipeline.wording import best_of_many_text, curve_points, numbers, score_text
from pipeline.wording.numbers import signed
from pipeline.workspace.run import Run
from pipeline.workspace.states import RunState

TAB: Final = ":material/stacked_line_chart: Compare"
_WORDS: Final = "runs_compare_words"


def show(rows: Sequence[Run], on_open: Callable[[str], None], curves: bool = True) -> None:
    """What is ticked: the verdicts in a table, and in words for those who ask.

    Args:
        rows: All runs that could be ticked.
        on_open: Called with the id of the run whose name was clicked.
        curves: Whether to draw their curves, too, and the settings that differ.
    """
    runs = ticked.among(rows)
    names = run_table.called(rows)
    with_tutorial = curves and st.toggle(
        "Also the tutorial's published curve",
        key="runs_compare_overlay",
        help="The curves that TensorFlow's tutorial published for its 2,000 cats and dogs.",
    )
    if len(runs) + with_tutorial < 2:
        st.caption("Tick two runs or more in the table, and they are compared here.")
        return
    if len(runs) > 1:
        unlike = same_photos.warning(runs[0], runs[1:])
        if unlike:
            st.warning(unlike, icon=":material/compare_arrows:")
        verdicts.show(runs, names, "compare_verdicts", on_open)
        _in_words(rows, runs)
    if curves:
        draw(runs, setting_differences.unlike([names[run.id] for run in runs]), with_tutorial)
        if len(runs) > 1:
            _settings(runs)


def _in_words(rows: Sequence[Run], runs: Sequence[Run]) -> None:
    asked = st.toggle(
        "In words, with the photos behind them",
        key=_WORDS,
        help="Scores, verdicts and the photos that the runs predict differently.",
    )
    if asked:
        _scores(runs)
        best_of_many.show(rows, runs)
        _verdicts(runs)


def _label(run: Run) -> str:
    return f"{run.name} (baseline)" if run.is_baseline else run.name


def _reference(run: Run) -> str:
    """What the first run is called where others are held against it."""
    name = resources.run_name(run)
    return f"the baseline *{name}*" if run.is_baseline else f"*{name}*"


def _scores(runs: Sequence[Run]) -> None:
    first = runs[0]
    lines = []
    for run in runs:
        if not run.score:
            continue
        line = f"- **{markdown.literal(_label(run))}**: {score_text.in_short(run.score)}"
        apart = None if run is first else same_photos.points_apart(run, first)
        if apart is not None:
            on = f"the same {same_photos.what(run, first)}"
            line += f"; {signed(apart)} points against {_reference(first)} on {on}"
        elif run is not first and not same_photos.same(run, first):
            labels = same_photos.relabelled(run, first)
            photos = same_photos.what(run, first)
            changed = f"same {photos}, {numbers.plural(labels, 'label')} changed"
            line += f"; {changed if labels else f'on other {photos}'}"
        more = run_result.beside(run)
        lines.append(f"{line}. {more}" if more else line)
    if lines:
        st.markdown("\n".join(lines))
    kinds = {is_cross_validated(run.score) for run in runs if run.score}
    if len(kinds) > 1:
        st.caption(score_text.OF_TWO_KINDS)


def _verdicts(runs: Sequence[Run]) -> None:
    answering = [run for run in runs if run.score and not run.is_example]
    if len(answering) < 2:
        return
    st.header("Is one really better?", anchor=False)
    first, others = answering[0], answering[1:]
    warning = st.empty()  # stands above the verdicts, and nobody knows yet how many there are
    verdicts = 0
    for other in others:
        with frame.guard():
            verdicts += significance.show(first, other)
    if verdicts > 2:
        warning.caption(best_of_many_text.many_verdicts(verdicts))
    if verdicts:
        significance.explained()


def _settings(runs: Sequence[Run]) -> None:
    st.header("Settings that differ", anchor=False)
    differing = setting_differences.differing(runs)
    if differing.data.empty:
        st.markdown("None: their settings and photos are the same. What differs is chance.")
    else:
        st.caption(f"Highlighted: differs from {_reference(runs[0])}.")
        alt = "Settings that differ, one column for each run"
        st.dataframe(differing, hide_index=True, height="content", alt=alt)
    alike = setting_differences.alike(runs)
    with st.expander(
        f"{numbers.plural(len(alike), 'setting')} alike", icon=":material/drag_handle:"
    ):
        st.dataframe(alike, hide_index=True, height="content", alt="Settings that are the same")


def draw(runs: Sequence[Run], names: Sequence[str], with_tutorial: bool) -> None:
    """One chart of one measure, with its numbers, and what one has to know to read it.

    Args:
        runs: Each has finished an epoch.
        names: What they are called, each otherwise.
        with_tutorial: Whether to draw the tutorial's published curves, too.
    """
    st.header("Curves", anchor=False)
    measure, training = _controls()
    lines = [_line(run, name) for run, name in zip(runs, names, strict=True)]
    places = [ticked.places()[run.id] for run in runs]
    if with_tutorial:
        lines.append(overlaid_curves.Line(tutorial_curve.TITLE, tutorial_curve.EPOCHS))
        places.append(max(places, default=-1) + 1)
        st.caption(
            ":material/compare_arrows: The tutorial's curve comes from other photos than yours, "
            "which may be easier or harder: compare how it runs, not how high."
        )
    table = overlaid_curves.table(measure, lines)
    figure.draw(
        overlaid_curves.figure(measure, lines, training, places),
        figure.Table(
            table,
            f"{learning_curve.TITLES[measure]} of each run at each point of the chart",
            dict.fromkeys(table.columns[1:], st.column_config.NumberColumn(format="%.4f")),
        ),
        key=f"compare_{measure}",
        alt=overlaid_curves.describe(measure, lines),
    )
    downloads.csv(
        "These curves (CSV)",
        lambda: table,
        file_name=f"comparison-{measure}.csv",
        key="runs_compare_csv",
        purpose="Training and validation of each run, one line for each point, for a spreadsheet.",
        is_quiet=True,
    )
    remarks = _remarks(lines)
    if remarks:
        st.caption(remarks)


def _controls() -> tuple[str, bool]:
    """Which measure to draw, and whether of the training photos, too."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        measure = st.segmented_control(
            "Measure",
            list(learning_curve.TITLES),
            default=learning_curve.ACCURACY,
            required=True,
            key="runs_compare_measure",
            format_func=learning_curve.TITLES.__getitem__,
            help="Accuracy is the share of photos predicted correctly. Loss also counts how sure "
            "the "
            "network was, so it still moves when accuracy stands still.",
        )
        training = st.toggle(
            "Also the training curves",
            key="runs_compare_training",
            help="Thin lines with hollow marks. Where training goes on rising and validation does "
            "not, the network learns its photos by heart.",
        )
    return measure, training


def _remarks(lines: Sequence[overlaid_curves.Line]) -> str:
    """What one has to know to read the chart."""
    notes = []
    if overlaid_curves.is_aligned(lines):
        notes.append(
            "The curves are laid over each other where fine-tuning starts: 0 is the last point "
            "before it, and the epochs before it count backwards."
        )
    if any(line.solved for line in lines):
        notes.append(
            "Where the head was solved in closed form there are no epochs before fine-tuning: "
            "only what "
            "the solver found is drawn, at 0."
            if overlaid_curves.is_aligned(lines)
            else "Where the head was solved in closed form, the points are the solver's steps, not "
            "epochs: compare where the curves end, not how fast they climb."
        )
    return " ".join(notes)


def _line(run: Run, name: str) -> overlaid_curves.Line:
    """A run's curves; one that may still go on keeps room for what was planned."""
    solved = curve_points.is_solved(run.config)
    planned = 0 if solved or run.state == RunState.DONE else run.config.epochs
    return overlaid_curves.Line(name, run.epochs, planned, solved)
