"""Asking a run about another set: first which of its classes the set's own names mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import streamlit as st

from pages.ui import frame, markdown, resources, stores
from pages.ui.parts import other_names as rows
from pipeline.evaluation.predictions import Predictions
from pipeline.photos import class_names, other_names
from pipeline.photos.photo_set import PhotoSet
from pipeline.wording import numbers
from pipeline.wording.text import some
from pipeline.workspace.run import Run

_MOST_PAIRS: Final = 4  # that are told; all of them are in the table of classes


def ask(run: Run, photo_set_id: str) -> None:
    """What the set's names mean, and the button."""
    photo_set = resources.photo_set(photo_set_id)
    sizes = photo_set_sizes(photo_set)
    said: dict[str, str] = {}
    if unknown := rows.unknown(sizes, run.classes):
        many = numbers.plural(len(unknown), "class", "classes")
        st.markdown(
            f"**{numbers.photos(sum(unknown.values()))} in {many} have names that the run did not "
            "learn.** Which of its own do they mean?",
            width=frame.TEXT_PX,
        )
        said = rows.choose(sizes, run.classes, f"evaluate_map_{run.id}_{photo_set_id}", "Leave out")
    learned = other_names.labels(photo_set.classes, run.classes, _by_key(said))
    asked, total = sum(sizes[name] for name in learned), len(photo_set.photos)
    if unknown:
        st.caption(f"{numbers.photos(total)} = {asked:,} asked about + {total - asked:,} left out.")
    if st.button(
        f"Yes, try it on {numbers.photos(asked)}" if said else "Try it on these photos",
        key="evaluate_ask",
        icon=":material/quiz:",
        disabled=not asked,
    ):
        st.session_state.pop(_again_key(run, photo_set_id), None)
        stores.jobs().submit_evaluate(run.id, photo_set_id, _by_key(said))
        st.rerun()
    if again(run, photo_set_id) and st.button("Back to the answers", key="evaluate_map_back"):
        del st.session_state[_again_key(run, photo_set_id)]
        st.rerun()


def photo_set_sizes(photo_set: PhotoSet) -> dict[str, int]:
    """How many photos each class has."""
    counts = np.bincount(photo_set.labels(), minlength=len(photo_set.classes))
    return dict(zip(photo_set.classes, counts.tolist(), strict=True))


def _by_key(said: dict[str, str]) -> dict[str, str]:
    return {class_names.key(name): class_ for name, class_ in said.items()}


def told(run: Run, photo_set: PhotoSet, found: Predictions) -> None:
    """Which names counted as which classes, what was left out, and a way to say it otherwise."""
    meant = dict(_meant(run, photo_set, found))
    left = rows.unknown(
        {name: size for name, size in photo_set_sizes(photo_set).items() if name not in meant},
        run.classes,
    )
    if not meant and not left:
        return
    names = [markdown.name(one, photo_set.classes) for one in meant]
    classes = [markdown.name(one, run.classes) for one in meant.values()]
    pairs = [f"{name} counts as {one}" for name, one in zip(names, classes, strict=True)]
    said = [some(pairs, _MOST_PAIRS)] if pairs else []
    if left:
        out = some([markdown.name(one, photo_set.classes) for one in left])
        said.append(f"left out: {out} ({numbers.photos(sum(left.values()))})")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f":material/label: {'; '.join(said)}.", width="content")
        if st.button(
            "Say it otherwise",
            key="evaluate_map_again",
            type="tertiary",
            help="Which of its classes the set's names mean; then it is asked again.",
        ):
            st.session_state[_again_key(run, photo_set.id)] = True
            st.rerun()


def again(run: Run, photo_set_id: str) -> bool:
    """Whether somebody wants to say once more what the names mean."""
    return bool(st.session_state.get(_again_key(run, photo_set_id)))


def _again_key(run: Run, photo_set_id: str) -> str:
    return f"evaluate_again_{run.id}_{photo_set_id}"


def _meant(run: Run, photo_set: PhotoSet, found: Predictions) -> Iterator[tuple[str, str]]:
    """Names of the set that counted as a class of another name, with that class."""
    pairs = np.stack([photo_set.labels()[found.photo_indices], found.truth], axis=1)
    for label, truth in np.unique(pairs, axis=0).tolist():
        name, class_ = photo_set.classes[label], run.classes[truth]
        if class_names.key(name) != class_names.key(class_):
            yield name, class_
