"""The Runs page: everything about one run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st

from pages.ui import frame, markdown, resources, stores
from pages.ui.parts import (
    built_in,
    deleting,
    further,
    lessons,
    run_curves,
    run_result,
    setting_controls,
)
from pages.ui.runs import (
    baseline,
    coach,
    data_frames,
    export,
    final_test,
    going_on,
    notes,
    phases,
    reliability,
    test_result,
)
from pipeline.settings import mode
from pipeline.settings.hyperparameters import BUILT_IN
from pipeline.wording import curve_points, numbers, sealed_text, text
from pipeline.wording.text import joined
from pipeline.workspace.run import Run
from pipeline.workspace.states import UNFINISHED, RunState

TAB: Final = ":material/show_chart: One run"
VIEW: Final = "runs_view"  # session: the tab of the page that is open
EXAMPLE_WORDS: Final = (
    "This run came with PawTune, so that there is something to look at and to ask from the start. "
    "Its curves, settings and scores are those of a real training on photos of cats and dogs."
)


def open_run(run_id: str) -> None:
    """Look at a run when the page is drawn next."""
    st.query_params["run"] = run_id
    st.session_state[VIEW] = TAB


def show(run: Run) -> None:
    """One run: result, curves, photos, settings, log, and what one can do with it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        word, colour, icon = markdown.STATES[run.state]
        st.header(markdown.literal(run.name), anchor=False, width="content")
        st.badge(word, color=colour, icon=icon)
        built_in.badge(run)
        run_result.badge(run)
    took = f", took {numbers.duration(run.seconds)}" if run.seconds else ""
    st.caption(f"{markdown.literal(run.photo_set_name)} · started {text.ago(run.created_at)}{took}")
    further.told(run)
    if run.state in UNFINISHED:
        frame.link("Train", "Watch it on the Train page", ":material/monitoring:", run=run.id)
    damaged = run.state is RunState.DAMAGED  # the page says so where it is chosen
    if not damaged:
        run_result.outcome(run)
    if run.score:
        baseline.sentence(run)
    final_test.show(run)
    if run.is_example:
        st.info(EXAMPLE_WORDS, icon=":material/inventory_2:")
    notes.show(run)
    _actions(run)
    test_result.scores(run)
    if damaged:  # what follows is told by its settings
        return
    with frame.guard():
        coach.show(run)
    if run.epochs:
        run_curves.draw_curves(run, "runs")
        if curve_points.is_solved(run.config):
            lessons.solver()
    with frame.guard():
        phases.show(run)
    if run.score:  # outside of the fragment, whose runs draw no drawer
        reliability.explained()
    _details(run)
    if run.config.weights == BUILT_IN:
        built_in.card()


@st.fragment
@frame.guard()
def _details(run: Run) -> None:
    """The tabs at the foot; only the open one is drawn."""
    tabs = st.tabs(list(_TABS), key="runs_tabs", on_change="rerun")
    for tab, draw in zip(tabs, _TABS.values(), strict=True):
        if tab.open:
            with tab, frame.guard():
                draw(run)


def _test_photos(run: Run) -> None:
    _answers(run, test_result.test_photos)


def _test_batch(run: Run) -> None:
    _answers(run, test_result.test_batch)


def _certainty(run: Run) -> None:
    if run.score:
        reliability.show(run)
    else:
        _no_answers(run)


def _answers(run: Run, show_answers: Callable[[Run], object]) -> None:
    if run.is_example:
        st.caption("The example's photos did not come with PawTune. Its results are under Scores.")
    elif run.test:
        show_answers(run)
    else:
        _no_answers(run)


def _no_answers(run: Run) -> None:
    """Why there is nothing to show about test photos."""
    if run.is_sealed:
        st.caption(sealed_text.SEALED)
    elif run.can_answer:
        st.caption("There were no test photos to try it on.")
    else:
        st.caption("Answers about test photos appear when the run has ended.")


def _scores(run: Run) -> None:
    test_result.milestones(run)
    spent = test_result.time_spent(run)
    if spent:
        st.caption(f":material/timer: {spent}")


def _take_away(run: Run) -> None:
    if run.state in UNFINISHED:
        st.caption("A run can be exported when it has ended.")
    else:
        export.show(run)


def _log(run: Run) -> None:
    if mode.is_demo():
        st.caption("The log tells of the server's folders; only its owner reads it.")
    else:
        st.code(stores.runs().log(run.id) or "Nothing was written.", language=None, height=360)


def _settings(run: Run) -> None:
    chosen = data_frames.settings(run)
    st.dataframe(chosen, hide_index=True, height="content", alt="Settings of the run")
    if run.parameters:
        learned = {epoch.phase for epoch in run.epochs}
        parts = [
            f"{number:,} in {numbers.PHASE_NAMES[phase]}"
            for phase, number in run.parameters["trainable"].items()
            if phase in learned  # what was planned, or never came, could change nothing
        ]
        could = f"; trainable: {joined(parts)}" if parts else ""
        st.caption(f"{numbers.plural(run.parameters['total'], 'parameter')}{could}.")
    if run.versions:
        st.caption(" · ".join(f"{name} {version}" for name, version in run.versions.items()))


_TABS: Final[Mapping[str, Callable[[Run], None]]] = {
    "Test photos": _test_photos,
    "A test batch": _test_batch,
    "Certainty": _certainty,
    "Scores": _scores,
    "Settings": _settings,
    "Export": _take_away,
    "Log": _log,
}


def _actions(run: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if run.can_answer:
            frame.link("Classify", run_result.ASK_IT, run=run.id)
        going_on.buttons(run)
        further.button(run)
        if run.state is not RunState.DAMAGED and st.button(
            "Duplicate and edit",
            key="runs_again",
            icon=":material/replay:",
            help="Opens the Train page with this run's settings, for one change.",
        ):
            told = f"the run {markdown.literal(run.name)}"
            setting_controls.take_train_config(run.config, told, further.start_of(run))
            # The address alone tells which photos: the page takes them over from there.
            photos = {} if run.is_example else {"set": run.photo_set_id}
            st.switch_page("pages/train.py", query_params=photos)
        if run.epochs:
            run_result.curves_download(run, "runs_csv")
        baseline.button(run)
        if run.is_example:
            # In a demo it is everybody's, and nobody's to hide.
            if not mode.is_demo() and st.button(
                "Hide the example",
                key="runs_hide",
                icon=":material/visibility_off:",
                help="Leaves it out of all lists. It can be brought back at the foot of this page.",
            ):
                stores.runs().hide_example(True)
                deleting.leave("run", "The example is hidden.")
        elif run.is_own and st.button("Rename …", key="runs_rename", icon=":material/edit:"):
            _rename(run)
        if (
            run.state not in UNFINISHED
            and not run.is_example
            and run.is_own
            and st.button(
                "Delete …", key="runs_delete", icon=":material/delete:", help="Asks first."
            )
        ):
            _delete(run)


def bring_back_the_example() -> None:
    """The way back for the example, while it is hidden."""
    if mode.is_demo():
        return
    if stores.runs().example_is_hidden() and st.button(
        "Show the example again",
        key="runs_unhide",
        icon=":material/visibility:",
        help="A finished run that came with PawTune.",
    ):
        stores.runs().hide_example(False)
        resources.forget_lists()
        st.rerun()


@st.dialog("Rename this run")
def _rename(run: Run) -> None:
    with frame.guard(), st.form("runs_rename_form", border=False):
        name = st.text_input("Name", run.name, max_chars=120, help="Only the name changes.")
        if st.form_submit_button("Save", type="primary", icon=":material/save:"):
            stores.runs().rename(run.id, name)
            frame.show_change("The name is saved.")


@st.dialog("Delete this run?")
def _delete(run: Run) -> None:
    st.markdown(
        f"**{markdown.literal(run.name)}** will be gone: its curves, its answers, and the network "
        "that it trained. The photos stay."
    )
    if deleting.is_sure("runs"):
        with frame.guard():
            stores.runs().delete(run.id)
            deleting.leave("run", "The run is deleted.")
