"""The right side of the bench: the curves, always in sight.

In one chart: what the present settings would give at once, the last tries behind it, the runs that
are ticked below, and the running run. Nothing here speaks of test photos.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st

from pages.ui import access, markdown, resources, stores, tuning
from pages.ui.charts import live_chart, overlaid_curves
from pages.ui.charts.live_chart import GHOST, NOW, RUN, Line, Number
from pages.ui.charts.palette import PALETTE, QUIET
from pages.ui.parts import further, run_table, ticked
from pages.ui.train import asked, at_work, large_numbers, preparing, tries
from pages.ui.train.tries import Try
from pipeline.errors import NotReady, PawTuneError, Stopped
from pipeline.settings.train_config import TrainConfig
from pipeline.wording import curve_points, further_text, numbers, run_differences, spoken
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.states import UNFINISHED, RunState

KEY: Final = "train_curves"
_PATIENCE_S: Final = 0.8  # a usual curve takes a tenth of a second


def show(row: PhotoSetRow | None, config: TrainConfig | None, watched: Run | None) -> Try | None:
    """Draw the curves.

    Args:
        row: The chosen photo set; None while there is none.
        config: What the settings stand at; None without a set.
        watched: The run in the address, or the one that is running.

    Returns:
        The present try; None where its curve is not known.
    """
    if watched is not None:
        at_work.show(watched)
    if row is None or config is None:
        return None
    now, comes = _present(row, config)
    runs = _runs(row, watched)
    if now is not None or runs or tries.of(row.id):
        _draw(row, config, now, runs)
    elif not comes:
        st.caption("The curves of a training grow here as soon as you start one.")
    return now


def keep(line: str) -> None:
    """Make a try a run: queue the training with its settings, whose first phase has its numbers."""
    found = tries.numbered(int(line))
    if found is None:
        return
    try:
        job = stores.jobs().submit_train(found.photo_set_id, found.config)
    except PawTuneError as error:
        st.session_state[at_work.REFUSED] = str(error)
        return
    resources.forget_lists()
    ticked.put(job.run_id or "", True)


def _present(row: PhotoSetRow, config: TrainConfig) -> tuple[Try | None, bool]:
    """What the present settings give, at once; else whether it comes by itself, told in words."""
    if further.is_chosen():  # its features and its head are others
        st.caption(f":material/moving: {further_text.NOT_AT_ONCE}")
        return None, True
    try:
        curve = tuning.live_curve(row.id, config, _PATIENCE_S)
    except Stopped:  # it takes longer, or was taken back for settings that are past already
        st.caption("Learning with these settings …")
        asked.look_again(partial(tuning.live_curve, row.id, config))
        return None, True
    except NotReady:
        return None, preparing.show(row, config)
    except PawTuneError as error:
        st.warning(markdown.literal(str(error)), icon=":material/trending_up:")
        return None, False
    return tries.present(row.id, config, curve), True


def _runs(row: PhotoSetRow, watched: Run | None) -> list[Run]:
    """The runs whose curves are drawn: those ticked, and the one that is watched."""
    rows = [run for run in resources.run_list() if run.photo_set_id == row.id]
    found = ticked.among(rows)
    if watched is None or watched.photo_set_id != row.id or watched.state is RunState.DAMAGED:
        return found
    others = [run for run in found if run.id != watched.id]
    return [*others, watched] if watched.epochs or watched.state in UNFINISHED else others


def _draw(row: PhotoSetRow, config: TrainConfig, now: Try | None, runs: Sequence[Run]) -> None:
    by_id = run_table.called(_of_set(row))
    behind = tries.ghosts(now) if now else tries.of(row.id)
    lines = [_ghost(one, config) for one in behind]
    lines += [_run(run, by_id.get(run.id, run.name)) for run in runs]
    if now is not None:
        lines.append(_now(now))
    front = _front(now, runs)
    shown = front.config if front else config
    points = front.epochs if front else ()
    first = curve_points.steps(shown, points) if curve_points.is_solved(shown) else shown.epochs
    tuned = any(curve_points.fine_tuning_after(run.epochs) is not None for run in runs)
    switch = first if shown.fine_tune_epochs else None
    if tuned and not shown.fine_tune_epochs:
        switch = curve_points.fine_tuning_after(runs[-1].epochs)
    is_try = not isinstance(front, Run)
    solved = curve_points.is_solved(shown)
    large = _numbers(row, front)
    if large:
        access.say("curve", spoken.point([(one.label, one.value) for one in large], large[0].note))
    live_chart.draw(
        live_chart.content(
            lines,
            large,
            planned=curve_points.planned(shown, points),
            switch=switch,
            coming=is_try and bool(shown.fine_tune_epochs) and not tuned,
            along="step of the solver" if solved else "epoch",
        ),
        KEY,
        keep,
    )


def _front(now: Try | None, runs: Sequence[Run]) -> Try | Run | None:
    """What one looks at: the running training, once it has a point, else the present settings."""
    last = runs[-1] if runs else None
    if last is not None and (now is None or (last.epochs and last.state in UNFINISHED)):
        return last
    return now


def _of_set(row: PhotoSetRow) -> list[Run]:
    return [run for run in resources.run_list() if run.photo_set_id == row.id]


def _numbers(row: PhotoSetRow, front: Try | Run | None) -> list[Number]:
    """Those of what one looks at."""
    photos = row.split_sizes.get("validation", 0)
    if front is None:
        return []
    of_run, of_try = large_numbers.of_run, large_numbers.of_try
    return of_run(front, photos) if isinstance(front, Run) else of_try(front, photos)


def _now(now: Try) -> Line:
    return Line(
        str(now.number),
        "Now",
        now.epochs,
        NOW,
        PALETTE[1],
        PALETTE[0],
        "What the present settings give, as a training would",
        now.initial,
        now.best_epoch,
        can_be_kept=True,
    )


def _ghost(one: Try, config: TrainConfig) -> Line:
    share = numbers.percent(one.best.val_accuracy)
    # A try is a first phase alone: what its fine-tuning would have been made none of this.
    apart = run_differences.apart(
        replace(one.config, fine_tune_epochs=0), replace(config, fine_tune_epochs=0)
    )
    name = f"{apart}: {share}"
    return Line(str(one.number), name, one.epochs, GHOST, QUIET, can_be_kept=True)


def _run(run: Run, name: str) -> Line:
    place = ticked.places().get(run.id, len(ticked.places()))
    best = run.best_epoch if run.state not in UNFINISHED else None
    return Line(
        run.id,
        name,
        run.epochs,
        RUN,
        overlaid_curves.colour_of(place),
        title=run.name,
        initial=run.initial,
        best=best,
    )
