"""What was said of labels becomes a new version of the set, on which one may train again."""

from __future__ import annotations

import streamlit as st

from pages.ui import frame, markdown, resources, stores
from pages.ui.evaluate import label_verdicts
from pages.ui.evaluate.answers import Asked
from pages.ui.parts import further, setting_controls, versions
from pages.ui.parts.time_estimate import start_training
from pipeline.evaluation.run_score import is_cross_validated, is_without_test
from pipeline.photos.photo_edits import Relabel
from pipeline.wording import names, numbers
from pipeline.workspace.states import RunState


def conclude(asked: Asked) -> None:
    """How much was judged, and what to make of it; of an older version the way to the newest."""
    if not asked.row.is_newest:
        _newer(asked)
        return
    judged = label_verdicts.of(asked.row)
    if not judged:
        return
    todo = label_verdicts.change(judged, asked.photo_set.classes)
    count = len(todo.labels) + len(todo.removed)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{len(judged):,} judged, {numbers.plural(count, 'change')}**", width="content"
        )
        make = st.button(
            "Save as new version",
            key="relabel_apply",
            icon=":material/edit:",
            disabled=not count,
            help="Undo on the Photos page takes it back. What you say here is kept while this page "
            "is open, also while you look at other pages.",
        )
        again = st.button(
            "Save and train again",
            key="relabel_train",
            type="primary",
            icon=":material/replay:",
            disabled=not count or asked.run.state is RunState.DAMAGED,
            help="Saves the new version and starts a run on it with this run's settings, so that "
            "nothing but the labels differs.",
        )
    if tested := _of_the_test(asked, todo):
        st.caption(
            f":material/info: {numbers.plural(tested, 'change')} of these "
            f"{'is' if tested == 1 else 'are'} to photos that judge it: that moves the score by "
            "itself, even if the network becomes no better."
        )
    if make or again:
        _make_version(asked, todo, f"{numbers.plural(count, 'change')} made.", again)


def _newer(asked: Asked) -> None:
    """An older version is not mended; the ways to the newest one, and to a run on it."""
    newest = stores.versions().newest(asked.row.id)
    later = next(
        (run for run in resources.run_list() if run.can_answer and run.photo_set_id == newest), None
    )
    todo = "evaluate the newest run on it" if later else "train on it and evaluate that run"
    st.info(
        "This set has a newer version than the one that the run was asked about, and labels are "
        f"mended in the newest. Open it, or {todo}.",
        icon=":material/history:",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        frame.link("Photos", "Open the newest version", set=newest)
        if later is not None:
            frame.link("Evaluate", "Evaluate the newest run on it", run=later.id)
        else:
            frame.link("Train", "Train on it", set=newest)


def _of_the_test(asked: Asked, todo: Relabel) -> int:
    """How many of the changes are to photos that the score is counted on."""
    changed = (*(index for index, _ in todo.labels), *todo.removed)
    is_test = [asked.photo_set.photos[index].split == "test" for index in changed]
    score = asked.run.score
    if score and is_cross_validated(score):
        return len(is_test) - sum(is_test) * is_without_test(score)
    return sum(is_test)


@frame.guard()
def _make_version(asked: Asked, todo: Relabel, what: str, with_training: bool) -> None:
    """Change the set, and go on where its new version is shown, or learned from."""
    made = stores.versions().edit(asked.row.id, todo)
    resources.forget_lists()
    label_verdicts.forget(asked.row)
    versions.go_to(made.id)
    if with_training:
        config, name = asked.run.config, asked.run.name
        # Else the page's controls would show other settings than those of its run.
        setting_controls.take_train_config(config, f"the run {markdown.literal(name)}")
        start = further.start_of(asked.run)
        start_training(made.id, config, names.with_more(name, ", labels mended"), start)
    frame.say_later(f"{what} Undo is on the Photos page.")
    st.switch_page("pages/photos.py", query_params={"set": made.id})
