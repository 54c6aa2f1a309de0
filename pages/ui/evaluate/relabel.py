"""Photos by loss, each to be judged: wrong label, bad photo, or fine; then a new version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from pages.ui import frame, markdown, resources, stores
from pages.ui.evaluate.answers import Asked
from pages.ui.parts import further, setting_controls, tiles, versions
from pages.ui.parts.time_estimate import start_training
from pipeline.evaluation import photo_ranking
from pipeline.evaluation.run_score import is_cross_validated, is_without_test
from pipeline.photos.photo_edits import Relabel
from pipeline.wording import names, numbers
from pipeline.workspace.states import RunState

PAGE: Final = 8
# What may be said of a photo: the index of its right class, or one of these two.
FINE: Final = -1
BAD: Final = -2
_SAID: Final = {FINE: "Keep: it is right", BAD: "Bad photo: take out"}
UNSAID: Final = "Not judged yet"


def show(asked: Asked) -> None:
    """The photos that surprised the network most; what its owner says about each."""
    st.header("Are the labels right?")
    st.markdown(
        "Sorted by *loss*: how much the label surprised the network. Wrong labels float up, and "
        "so do odd photos. Judge as many as you like; then one button makes a new version of the "
        "set, and one trains again with the same settings.",
        width=frame.TEXT_PX,
    )
    if not asked.row.is_newest:
        _newer(asked)
        return
    order = photo_ranking.by_loss(asked.found.truth, asked.found.probabilities)
    losses = photo_ranking.photo_losses(asked.found.truth, asked.found.probabilities)
    # What was said so far, by the photo's place in the set.
    judged: dict[int, int] = st.session_state.setdefault(f"relabel_{asked.row.id}", {})
    slot = st.container()
    shown = tiles.page_of(order, PAGE, f"relabel_page_{asked.row.id}")
    with slot, st.grid(4, min_column_width=170, gap="small"):
        for position in shown:
            with st.container(border=True, gap="xsmall"):
                _judge(asked, int(position), float(losses[position]), judged)
    _conclude(asked, judged)


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


def _judge(asked: Asked, position: int, loss: float, judged: dict[int, int]) -> None:
    index = asked.index(position)
    st.image(
        resources.thumbnail(asked.photo_set.id, index), width="stretch", alt=asked.alt(position)
    )
    st.markdown(asked.told(position))
    st.caption(f"loss {loss:.2f}")
    classes, label = asked.photo_set.classes, asked.photo_set.photos[index].class_index
    shown = list(names.apart(classes).values())
    options = [FINE, BAD, *(other for other in range(len(classes)) if other != label)]
    key = f"relabel_{asked.row.id}_{index}"

    def remember() -> None:
        said = st.session_state[key]
        if said is None:
            judged.pop(index, None)
        else:
            judged[index] = said

    if index in judged:  # it comes back when one turns the page, where widgets are forgotten
        st.session_state.setdefault(key, judged[index])
    st.selectbox(
        "What do you say?",
        options,
        index=None,  # what begins with nothing can be taken back to nothing
        placeholder=UNSAID,
        key=key,
        on_change=remember,
        format_func=lambda said: _SAID[said] if said < 0 else f"Wrong: it is {shown[said]}",
        help="Choose the right label, or take a photo out that shows nothing useful.",
    )


def change(judged: dict[int, int], classes: Sequence[str]) -> Relabel:
    """What was said of photos, by their place in the set, as one change of it."""
    labels = tuple(sorted((i, classes[said]) for i, said in judged.items() if said >= 0))
    return Relabel(labels, tuple(sorted(i for i, said in judged.items() if said == BAD)))


def _of_the_test(asked: Asked, todo: Relabel) -> int:
    """How many of the changes are to photos that the score is counted on."""
    changed = (*(index for index, _ in todo.labels), *todo.removed)
    is_test = [asked.photo_set.photos[index].split == "test" for index in changed]
    score = asked.run.score
    if score and is_cross_validated(score):
        return len(is_test) - sum(is_test) * is_without_test(score)
    return sum(is_test)


def _conclude(asked: Asked, judged: dict[int, int]) -> None:
    todo = change(judged, asked.photo_set.classes)
    count = len(todo.labels) + len(todo.removed)
    tested = _of_the_test(asked, todo)
    if tested:
        st.caption(
            f":material/info: {numbers.plural(tested, 'change')} of these "
            f"{'is' if tested == 1 else 'are'} to photos that judge it: that moves the score by "
            "itself, even if the network becomes no better."
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{len(judged):,} judged, {numbers.plural(count, 'change')}**", width="content"
        )
        make = st.button(
            "Make the new version",
            key="relabel_apply",
            icon=":material/edit:",
            disabled=not count,
            help="Undo on the Photos page takes it back.",
        )
        again = st.button(
            "… and train again with the same settings",
            key="relabel_train",
            type="primary",
            icon=":material/replay:",
            disabled=not count or asked.run.state is RunState.DAMAGED,
            help="Makes the new version and starts a run on it with this run's settings, so that "
            "nothing but the labels differs.",
        )
    st.caption(
        "What you say here is kept while this page is open, also while you look at other pages. It "
        "is forgotten when you reload or close it, unless you make the new version."
    )
    if make or again:
        _make_version(asked, todo, f"{numbers.plural(count, 'change')} made.", again)


@frame.guard()
def _make_version(asked: Asked, todo: Relabel, what: str, with_training: bool) -> None:
    """Change the set, and go on where its new version is shown, or learned from."""
    made = stores.versions().edit(asked.row.id, todo)
    resources.forget_lists()
    del st.session_state[f"relabel_{asked.row.id}"]
    versions.go_to(made.id)
    if with_training:
        config, name = asked.run.config, asked.run.name
        # Else the page's controls would show other settings than those of its run.
        setting_controls.take_train_config(config, f"the run {markdown.literal(name)}")
        start = further.start_of(asked.run)
        start_training(made.id, config, names.with_more(name, ", labels mended"), start)
    frame.say_later(f"{what} Undo is on the Photos page.")
    st.switch_page("pages/photos.py", query_params={"set": made.id})
