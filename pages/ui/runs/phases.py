"""The two phases told: what each of them brought, what was frozen, what it cost."""

from __future__ import annotations

import streamlit as st

from pages.ui import frame
from pages.ui.parts.run_curves import of_phase, split_classes
from pages.ui.runs import weight_change
from pipeline.coach.curves import Course
from pipeline.coach.phase_rules import fine_tuning_gain, head_might_have_gained
from pipeline.settings.hyperparameters import NUM_LAYERS
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING, PHASES
from pipeline.wording import curve_points, numbers
from pipeline.workspace.run import Run
from pipeline.workspace.states import UNFINISHED


def show(run: Run) -> None:
    """What was frozen, what moved, and the cost of each phase; nothing before a first epoch."""
    if run.state in UNFINISHED or not run.epochs:
        return
    st.subheader("What each phase did", anchor=False)
    # Without a chart there is at most a sentence why, and half of the page would stay empty.
    left, right = st.columns(2, gap="large") if run.moved else (st.container(), st.container())
    with left:
        _costs(run)
    with right, frame.guard():
        weight_change.show(run)


def _costs(run: Run) -> None:
    st.markdown(frozen(run), width=frame.TEXT_PX)
    alt = "What each phase was about, and what it cost"
    st.table(costs(run), border="horizontal", hide_index=True, alt=alt)
    said = cost_sentence(run)
    if said:
        st.markdown(f":material/timer: {said}")
    st.caption(
        "The first phase's time includes looking at all photos with the frozen layers. What "
        "they made of them is kept, so the next training takes less."
    )


def frozen(run: Run) -> str:
    """Which layers could not change in which phase."""
    said = (
        f"In **feature extraction** all {NUM_LAYERS} layers of the backbone (the network that "
        "learned from other photos before) were frozen. Only the new layer on top, the head, "
        "learned."
    )
    if not of_phase(run, FINE_TUNING):
        return f"{said} There was no fine-tuning."
    first = run.config.fine_tune_at
    if first >= NUM_LAYERS:
        return f"{said} In **fine-tuning** they all stayed frozen, and the head went on learning."
    if first == 0:
        return f"{said} In **fine-tuning** nothing was frozen: all layers learned, with the head."
    return (
        f"{said} In **fine-tuning** the first {numbers.plural(first, 'layer')} stayed frozen; the "
        f"other {NUM_LAYERS - first} learned together with the head."
    )


def costs(run: Run) -> dict[str, list[str]]:
    """A table: what could change in each phase, how long it took, and where it ended."""
    phases = [phase for phase in PHASES if of_phase(run, phase)]
    whole = sum(run.phase_seconds.get(phase, 0.0) for phase in phases)
    told = {phase: _cost(run, phase, whole) for phase in phases}
    labels = [label for label in told[phases[0]] if any(told[phase][label] for phase in phases)]
    return {
        "Phase": labels,
        **{
            numbers.PHASE_NAMES[phase]: [told[phase][label] for label in labels] for phase in phases
        },
    }


def _cost(run: Run, phase: str, whole: float) -> dict[str, str]:
    points = of_phase(run, phase)
    by_solver = phase == FEATURE_EXTRACTION and curve_points.is_solved(run.config)
    seconds = run.phase_seconds.get(phase, 0.0)
    may_change = (run.parameters or {}).get("trainable", {}).get(phase)
    each = "" if by_solver or not seconds else numbers.duration(seconds / len(points))
    return {
        "Trainable weights": f"{may_change:,}" if may_change is not None else "",
        "Went on for": numbers.plural(len(points), "solver step" if by_solver else "epoch"),
        "Time": numbers.duration(seconds) if seconds else "",
        "Time for each epoch": each,
        "Share of the time": numbers.percent(seconds / whole, 0) if 0 < seconds < whole else "",
        "Validation accuracy at its end": numbers.percent(points[-1].val_accuracy),
    }


def cost_sentence(run: Run) -> str:
    """What fine-tuning's gain cost in time; empty where there is no clear gain or no time."""
    seconds = run.phase_seconds.get(FINE_TUNING, 0.0)
    known = Course(run.config, run.epochs, split_classes(run))
    gain = fine_tuning_gain(known)
    if not seconds or gain is None:
        return ""
    took = f"Fine-tuning took {numbers.duration(seconds)}"
    points = numbers.rounded(100 * gain.difference)
    if not gain.is_clear:
        return f"{took}, for a difference that may be chance."
    if points < 0:
        return f"{took}, and did harm."
    if head_might_have_gained(known):
        return ""  # its points may be the head's own, and the time stands in the table
    if not points:
        return f"{took} for less than 0.1 points."
    return f"{took} for {points:.1f} points: {numbers.duration(seconds / points)} for each point."
