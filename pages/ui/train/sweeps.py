"""Sweeps: settings tried one after another, drawn while they come in."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from pages.ui import frame, markdown, resources, stores
from pages.ui.charts import figure, sweep_map
from pages.ui.charts.sweep_map import Band, Point
from pages.ui.parts import job_card, setting_controls, time_estimate
from pages.ui.train import sweep_form
from pages.ui.train.panel import Panel
from pipeline.errors import PawTuneError
from pipeline.evaluation.learning_curve import Cut
from pipeline.jobs.job import Job
from pipeline.settings.train_config import TrainConfig
from pipeline.tuning import sweep_outcome
from pipeline.tuning.sweep_plan import Plan
from pipeline.wording import numbers, sweep_text
from pipeline.wording.job_text import doing, waiting
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.states import JobState, RunState
from pipeline.workspace.sweeps import Sweep

PANEL: Final = Panel(
    "train_sweep",
    "Sweep",
    ":material/travel_explore:",
    "Tries many settings by itself, and says honestly what the best of them is worth.",
)
_CHOSEN: Final = "train_sweep_chosen"  # session: number of the run that was clicked
_MAP: Final = "train_sweep_map"


def show(row: PhotoSetRow, config: TrainConfig) -> None:
    """Draw it, where it was asked for or is running.

    Args:
        row: The photos.
        config: Where the settings stand.
    """
    ids = stores.sweeps().ids(row.id)
    at_work = _works_on(row)
    if at_work:
        PANEL.set_open(True)  # and so after a refresh, and when it has ended
    if not PANEL.is_open:
        return
    with st.container(border=True, key="sweep"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header("Sweep", anchor=False, width="content")
            st.space("stretch")
            PANEL.close_button(disabled=at_work)
        with st.expander("Try settings", icon=":material/tune:", expanded=not ids):
            _ask(row, config)
        if ids:
            _look_at(_pick(ids))


def _works_on(row: PhotoSetRow) -> bool:
    """Whether a sweep of these photos waits or works."""
    jobs = [job.id for job in stores.settled_jobs() if job.kind == "sweep"]
    found = (stores.sweeps().of_job(job_id) for job_id in jobs)
    return any(sweep is not None and sweep.photo_set_id == row.id for sweep in found)


def _ask(row: PhotoSetRow, config: TrainConfig) -> None:
    plan = sweep_form.show(config)
    asked = st.button(
        "Start the sweep",
        key="train_sweep_start",
        type="primary",
        icon=":material/play_arrow:",
        disabled=plan is None or bool(row.missing),
    )
    if plan is not None:
        sweep_form.say_time(plan, row.split_sizes)
    if asked:
        assert plan is not None
        time_estimate.give_way()
        stores.sweep_queue().submit_sweep(row.id, plan)
        st.session_state.pop("train_sweep_shown", None)
        PANEL.set_open(True)
        resources.forget_lists()
        st.rerun(scope="app")


def _pick(ids: tuple[str, ...]) -> str:
    """The newest sweep, or an earlier one."""
    if len(ids) == 1:
        return ids[0]
    names = {one: f"Sweep {len(ids) - place}" for place, one in enumerate(ids)}
    return st.selectbox("Which sweep", ids, format_func=names.__getitem__, key="train_sweep_shown")


def _look_at(sweep_id: str) -> None:
    """A sweep, every second while it works."""
    running = _is_at_work(_job(stores.sweeps().get(sweep_id)))

    @st.fragment(run_every="1s" if running else None)
    @frame.guard()
    def view() -> None:
        stores.jobs().settle()
        sweep = stores.sweeps().get(sweep_id)
        job = _job(sweep)
        if running and not _is_at_work(job):
            resources.forget_lists()
            st.rerun(scope="app")
        _draw(sweep, job)

    view()


def _job(sweep: Sweep) -> Job | None:
    """The job of a sweep; None where that is gone."""
    try:
        return stores.jobs().get(sweep.job_id)
    except PawTuneError:
        return None


def _is_at_work(job: Job | None) -> bool:
    return job is not None and not job.finished


def _draw(sweep: Sweep, job: Job | None) -> None:
    plan = Plan.from_json(sweep.plan)
    _progress(sweep, job)
    states = [run.state for run in sweep.runs]
    behind = sum(_fell_behind(run) for run in sweep.runs)
    tried = sum(state not in (RunState.QUEUED, RunState.RUNNING) for state in states)
    st.caption(sweep_text.standing(tried, plan.runs, behind, states.count(RunState.FAILED)))
    best = sweep_outcome.best(sweep.runs)
    points = _points(sweep, best)
    if not points:
        return
    outcome = sweep.outcome or {}
    spread = outcome.get("seed_spread")
    band = Band(spread["low"], spread["high"]) if spread else None
    swept = tuple(space.name for space in plan.spaces)
    figure.draw(
        sweep_map.figure(plan.spaces, points, band),
        sweep_map.table(points),
        key=_MAP,
        alt=sweep_text.describe(swept, len(points)),
        on_select=lambda: _clicked(points, len(swept)),
        selection_mode="points",
    )
    st.caption(sweep_text.SYMBOLS)
    if len(swept) > 1:
        figure.draw(
            sweep_map.in_order(points, band),
            None,
            key="train_sweep_order",
            alt="Validation accuracy, run by run, and the best so far.",
        )
    _say(sweep, best)
    _chosen(sweep)
    _tidy(sweep, job)


def _progress(sweep: Sweep, job: Job | None) -> None:
    if job is not None and not job.finished:
        with st.container(horizontal=True, vertical_alignment="center"):
            if job.state == JobState.QUEUED:
                st.caption(waiting(job.position, job.seconds_left))
            else:
                text = markdown.literal(doing(job.stage, job.sentence))
                st.progress(job.fraction or 0.0, text=text)
            job_card.stop_button(job, "Stop and keep the runs")
        return
    if job is not None and job.error:
        st.warning(markdown.literal(job.error), icon=":material/warning:")
    if sweep.outcome is None and st.button(
        "Continue", key=f"train_sweep_on_{sweep.id}", icon=":material/play_arrow:"
    ):
        stores.sweep_queue().continue_sweep(sweep.id)
        resources.forget_lists()
        st.rerun(scope="app")


def _points(sweep: Sweep, best: Run | None) -> list[Point]:
    found = []
    for run in sweep.runs:
        said = sweep_outcome.judged(run)
        if said is None or run.sweep is None:
            continue
        found.append(
            Point(
                run.sweep.number,
                run.sweep.settings,
                said.accuracy,
                said.loss,
                _ending(run),
                best is not None and run.id == best.id,
                run.state is RunState.DONE,
            )
        )
    return found


def _ending(run: Run) -> str:
    return sweep_text.BEHIND if _fell_behind(run) else markdown.STATES[run.state][0]


def _fell_behind(run: Run) -> bool:
    return run.early_end is not None and run.early_end.why is Cut.BEHIND


def _tidy(sweep: Sweep, job: Job | None) -> None:
    """Take a sweep out of the lists, with the runs that nobody needs."""
    if _is_at_work(job):
        return
    kept = sum(run.can_answer for run in sweep.runs)
    if st.button(
        "Delete this sweep",
        key="train_sweep_delete",
        icon=":material/delete:",
        type="tertiary",
        help=f"Its runs go with it, but for {numbers.plural(kept, 'run')} with a network that "
        "can answer.",
    ):
        gone = stores.sweeps().delete(sweep.id)
        resources.forget_lists()
        frame.say_later(f"The sweep and {numbers.plural(gone, 'run')} of it were deleted.")
        st.session_state.pop("train_sweep_shown", None)
        st.rerun(scope="app")


def _say(sweep: Sweep, best: Run | None) -> None:
    """What the best is worth, in sentences."""
    said = sweep_outcome.judged(best) if best else None
    if best is None or said is None or best.sweep is None:
        return
    outcome = sweep.outcome
    turns = best.sweep.in_turns
    photos = turns["photos"] if turns else None
    told = [sweep_text.best(best.sweep.settings, said.accuracy, outcome is not None, photos)]
    if outcome is not None:
        against = outcome["against_default"]
        told.append(sweep_text.luck(outcome.get("contenders"), against["luck_of_choosing"]))
        told.append(sweep_text.seeds(outcome["seed_spread"]))
        is_default = against["run"] == best.id
        told.append(sweep_text.verdict(against, is_default, best.is_sealed))
    st.markdown("\n".join(f"- {sentence}" for sentence in told if sentence))


def _clicked(points: list[Point], axes: int) -> None:
    """Remember which run was clicked; of parallel axes, each run has a point on every one."""
    event: Any = st.session_state.get(_MAP)
    selected = event.selection.points if event else []
    if selected:
        place = int(selected[0]["point_index"]) // (axes if axes > 2 else 1)
        st.session_state[_CHOSEN] = points[place].number


def _chosen(sweep: Sweep) -> None:
    """The run that was clicked, or the best one: to be opened, or its settings taken."""
    number = st.session_state.get(_CHOSEN)
    of_it = [run for run in sweep.runs if run.sweep and run.sweep.number == number]
    run = of_it[0] if of_it else sweep_outcome.best(sweep.runs)
    if run is None or run.sweep is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="sweep_chosen"):
        name = f"Run {run.sweep.number}: {sweep_text.settings(run.sweep.settings)}"
        st.markdown(f"**{markdown.literal(name)}**", width="content")
        frame.link("Runs", "Open the run", ":material/open_in_new:", run=run.id)
        if st.button(
            "Take its settings",
            key="train_sweep_take",
            icon=":material/input:",
            on_click=setting_controls.take_train_config,
            args=(run.config, f"a run of the sweep: {markdown.literal(name)}"),
        ):
            st.rerun(scope="app")  # the controls stand outside this fragment
    if run.error:
        st.caption(markdown.literal(run.error))
