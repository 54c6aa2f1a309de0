"""Photos by loss, each to be judged: wrong label, bad photo, or fine; then a new version."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.ui import frame, history, resources, words
from pages.ui.asked import Asked
from pipeline import evaluation
from pipeline.photos.editing import Relabel

PAGE: Final = 8
FINE: Final = "The label is right"
BAD: Final = "A bad photo: take it out"


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
        st.info(
            "This set has a newer version than the one that the run was asked about. Open the "
            "newest on the Photos page, or train on it and evaluate that run.",
            icon=":material/history:",
        )
        return
    order = evaluation.by_loss(asked.found.truth, asked.found.probabilities)
    losses = evaluation.photo_losses(asked.found.truth, asked.found.probabilities)
    judged = _judged(asked)
    pages = -(-len(order) // PAGE)
    slot = st.container()
    page = st.pagination(pages, key=f"relabel_page_{asked.row.id}") if pages > 1 else 1
    with slot, st.grid(4, min_column_width=170, gap="small"):
        for position in order[(page - 1) * PAGE : page * PAGE]:
            with st.container(border=True, gap="xsmall"):
                _judge(asked, int(position), float(losses[position]), judged)
    _conclude(asked, judged)


def _judged(asked: Asked) -> dict[int, str]:
    """What was said so far, by the photo's place in the set."""
    return st.session_state.setdefault(f"relabel_{asked.row.id}", {})


def _judge(asked: Asked, position: int, loss: float, judged: dict[int, str]) -> None:
    index = asked.index(position)
    st.image(
        resources.thumbnail(asked.photo_set.id, index), width="stretch", alt=asked.alt(position)
    )
    st.markdown(asked.told(position))
    st.caption(f"loss {loss:.2f}")
    label = asked.photo_set.classes[asked.photo_set.photos[index].class_index]
    others = [name for name in asked.photo_set.classes if name != label]
    options = [FINE, BAD, *others]
    key = f"relabel_{asked.row.id}_{index}"

    def remember() -> None:
        judged[index] = st.session_state[key]

    said = judged.get(index, FINE)
    st.selectbox(
        "What do you say?",
        options,
        index=options.index(said),
        key=key,
        on_change=remember,
        format_func=lambda option: option if option in (FINE, BAD) else f"Wrong: it is {option}",
        help="Choose the right label, or take a photo out that shows nothing useful.",
    )


def change(judged: dict[int, str]) -> Relabel:
    """What was said, as one change of the set."""
    labels = tuple(sorted((i, said) for i, said in judged.items() if said not in (FINE, BAD)))
    return Relabel(labels, tuple(sorted(i for i, said in judged.items() if said == BAD)))


def _conclude(asked: Asked, judged: dict[int, str]) -> None:
    todo = change(judged)
    count = len(todo.labels) + len(todo.removed)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{words.plural(count, 'change')}** so far", width="content")
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
            disabled=not count,
            help="Makes the new version and starts a run on it with this run's settings, so that "
            "nothing but the labels differs.",
        )
    if make or again:
        with frame.guard():
            made = resources.versions().edit(asked.row.id, todo)
            resources.forget_lists()
            del st.session_state[f"relabel_{asked.row.id}"]
            history.go_to(made.id)
            if again:
                name = f"{asked.run.name}, labels mended"
                job = resources.jobs().submit_train(made.id, asked.run.config, name[:120])
                st.switch_page("pages/train.py", query_params={"run": job.run_id or ""})
            frame.say_later(f"{words.plural(count, 'change')} made. Undo is on the Photos page.")
            st.switch_page("pages/photos.py", query_params={"set": made.id})
