"""Labels that are likely wrong, each with the class that the photo seems to show, and one click."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import streamlit as st

from pages.ui import frame, markdown, resources, stores
from pages.ui.parts import photo_wall, tiles, versions
from pages.ui.photos import study
from pipeline.evaluation import label_errors
from pipeline.photos.photo_edits import MovePhotos, Relabel
from pipeline.photos.photo_set import PhotoSet
from pipeline.wording import numbers, sealed_text
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.studies import NO_CLASS, Study, answers

PAGE: Final = 8


class Suspect(NamedTuple):
    """A photo whose label is likely wrong."""

    photo: int  # position in the set
    suggested: str  # the class that it seems to show
    share: float  # its probability, 0 to 1


def show(row: PhotoSetRow) -> None:
    """The section of the check-up."""
    st.header("Wrong labels?")
    st.markdown(
        "Before any training: each photo is judged by networks that did not learn from it. Where "
        "they see another class than its label, the label may be wrong. Look, and say what it is.",
        width=frame.TEXT_PX,
    )
    if study.is_shut(row):
        st.caption(f":material/lock: {sealed_text.LEFT_OUT}")
    known = study.found(row)
    if known is not None:
        _compared(row, known)
        study.again(row)


def _compared(row: PhotoSetRow, known: Study) -> None:
    """What the study says of the labels as they are now."""
    if not known.classes:
        st.info("Two classes with at least two photos each are needed to compare labels.")
        return
    photo_set = resources.photo_set(row.id)
    found = suspects(known, photo_set)
    if not found:
        st.success("No label looks wrong.", icon=":material/check_circle:")
        return
    st.markdown(f"**{numbers.plural(len(found), 'label')} to look at**, the likeliest first.")
    st.caption(_agreement(known, photo_set))
    for_page = tiles.page_of(found, PAGE, f"wrong_labels_{row.id}")
    with st.grid(4, min_column_width=170, gap="small"):
        for suspect in for_page:
            with st.container(border=True, gap="xsmall"):
                _judge(row, photo_set, suspect)
    _all(row, found)


def suspects(known: Study, photo_set: PhotoSet) -> Sequence[Suspect]:
    """Photos whose label is likely wrong, the likeliest first; none that somebody has confirmed."""
    said = answers(known, photo_set)
    chosen = np.flatnonzero(said.labels != NO_CLASS)
    errors = label_errors.find(said.labels[chosen], said.pruned[chosen])
    return [
        Suspect(
            int(said.photos[chosen[place]]),
            known.classes[errors.suggested[place]],
            # By those who made the order: others would let a likelier label look less likely.
            float(said.pruned[chosen[place], errors.suggested[place]]),
        )
        for place in errors.likely.tolist()
        if not said.confirmed[chosen[place]]
    ]


def _agreement(known: Study, photo_set: PhotoSet) -> str:
    """How far those who judge can be trusted."""
    said = answers(known, photo_set)
    named = said.labels != NO_CLASS
    share = (said.probabilities[named].argmax(axis=1) == said.labels[named]).mean()
    return (
        f"The networks predict {numbers.percent(float(share), 0)} of all photos as they are "
        "labelled; "
        "the lower that is, the more right labels are among those below."
    )


def _judge(row: PhotoSetRow, photo_set: PhotoSet, suspect: Suspect) -> None:
    index = suspect.photo
    label = photo_set.classes[photo_set.photos[index].class_index]
    share = numbers.percent(suspect.share, 0)
    _photo(row, index, f"Photo labelled {label}, which looks like {suspect.suggested}, {share}")
    among = {*photo_set.classes, suspect.suggested}
    now, other = (markdown.name(one, among, 18) for one in (label, suspect.suggested))
    st.markdown(f"labelled **{now}**, looks like **{other}**, {share}")
    with st.container(horizontal=True, gap="xsmall"):
        if st.button(
            f"It is {other}",
            key=f"wrong_label_{row.id}_{index}",
            type="primary",
            disabled=not row.is_newest,
            help="Makes a new version of the set; Undo takes it back.",
        ):
            versions.apply(row, MovePhotos((index,), suspect.suggested))
        if st.button(
            f"Keep {now}",
            key=f"right_label_{row.id}_{index}",
            disabled=not row.is_newest,
            help="The label is right; this photo is not asked about again.",
        ):
            with frame.guard():
                stores.versions().confirm_labels(row.id, (index,))
                st.rerun()


@st.fragment
@frame.guard()
def _photo(row: PhotoSetRow, index: int, called: str) -> None:
    """The photo, which a click makes as large as the window; on its own, as it redraws itself."""
    key = resources.photo_set(row.id).key(index)
    photo_wall.show(row, [index], key=f"suspect_{row.album_id}_{key}", called=called, rows=1)


def _all(row: PhotoSetRow, found: Sequence[Suspect]) -> None:
    """One change for all of them, for whoever has looked through the list."""
    many = numbers.plural(len(found), "label")
    if st.button(
        f"Take the suggestion for all of them: {many}",
        key="wrong_labels_all",
        icon=":material/auto_fix_high:",
        disabled=not row.is_newest,
        help="One new version of the set; Undo takes all of it back.",
    ):
        labels = tuple(sorted((suspect.photo, suspect.suggested) for suspect in found))
        versions.apply(row, Relabel(labels))
