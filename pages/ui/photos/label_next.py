"""Photos without a label, one by one: those first that teach most, each with a suggested class.

What is said is kept in the session, ten at a time; then it becomes a version of the set, and the
suggestions are made anew with what was learned from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from pages.ui import frame, inline, markdown, resources, stores
from pages.ui.parts import versions
from pages.ui.photos import study
from pipeline.photos.checkup import readiness
from pipeline.photos.class_edits import AddClass
from pipeline.photos.photo_edits import Relabel
from pipeline.photos.photo_set import PhotoSet
from pipeline.wording import numbers
from pipeline.wording.names import apart
from pipeline.workspace.photo_sets import PhotoSetRow

_PICTURE_PX: Final = 420
BATCH: Final = 10  # labels that make a version, and new suggestions
_KEYS: Final = 9  # classes that have a key of their own: 1 to 9
_OUT: Final = ""  # said of a photo that shows none of the classes
MOST_BUTTONS: Final = 12  # classes; of more, the others are searched


@dataclass(frozen=True, slots=True)
class Waiting:
    """A photo without a label, and what it seems to show.

    Attributes:
        photo: Its position in the set.
        suggested: The likeliest class; None where nothing is known yet.
        share: Its probability, 0 to 1.
    """

    photo: int
    suggested: str | None
    share: float


def show(row: PhotoSetRow) -> None:
    """The tab."""
    st.markdown(
        "These photos were not in a class folder. Those come first that teach most: what a first "
        "network is least sure of, and what differs most from photos that have a label already.",
        width=frame.TEXT_PX,
    )
    if not row.is_newest:
        st.info("This is an earlier version of the set; labels are given to the newest one.")
        return
    _new_class(row)
    if study.found(row) is None:
        return
    waiting = _waiting(row.id, stores.study_stamp(row.id))
    if waiting is None:
        study.newcomers(row)
    elif labelled_classes(row):
        _one_by_one(row, waiting)


def labelled_classes(row: PhotoSetRow) -> list[str]:
    """Classes that a photo can be given."""
    return [name for name in row.classes if not readiness.is_unlabelled(name)]


def _new_class(row: PhotoSetRow) -> None:
    """A class that the set does not have yet; the first thing to do where it has none."""
    classes = labelled_classes(row)
    with (
        st.expander("A class is missing", icon=":material/add:", expanded=not classes),
        st.form("label_new_class", border=False, clear_on_submit=True),
    ):
        name = st.text_input("What photos of it show", help="Such as the name of your cat.")
        if st.form_submit_button("Make the class"):
            versions.apply(row, AddClass(name))


@stores.cached_for(stores.expect_photo_set, max_entries=8)
def _waiting(photo_set_id: str, studied: int | None) -> list[Waiting] | None:
    """Photos of a version that have no label, in order; None where some were not looked at.

    Args:
        photo_set_id: Of the version.
        studied: See `stores.study_stamp`: a study may have looked at them since.
    """
    # Here, because SciPy takes half a second to import that the other tabs need not wait for.
    from pipeline.heads.label_next import suggest
    from pipeline.photos.scenes import scenes_or_alone

    photo_set = resources.photo_set(photo_set_id)
    known = stores.known_features(photo_set_id)
    features = None if known is None else known.rows(photo_set)
    if features is None:
        return None
    names = [name for name in photo_set.classes if not readiness.is_unlabelled(name)]
    index = [names.index(name) if name in names else -1 for name in photo_set.classes]
    labels = np.array(index)[photo_set.labels()]
    groups = scenes_or_alone(photo_set)
    found = suggest(features, labels, groups, len(names), seed=0, together=BATCH)
    certain = found.probabilities.max(axis=1, initial=0.0)
    guessing = len(names) < 2 or bool((certain * len(names) < 1 + 1e-6).all())
    return [
        Waiting(int(photo), None if guessing else names[shares.argmax()], float(share))
        for photo, shares, share in zip(found.photos, found.probabilities, certain, strict=True)
    ]


@st.fragment
@frame.guard()
def _one_by_one(row: PhotoSetRow, waiting: list[Waiting]) -> None:
    """The next photo, large, with a button and a key for each class."""
    photo_set = resources.photo_set(row.id)
    said: dict[str, str] = st.session_state.setdefault(f"labels_said_{row.album_id}", {})
    left = [one for one in waiting if photo_set.photos[one.photo].sha256 not in said]
    if len(said) >= BATCH or not left:
        _keep(row, photo_set, said)
    one = left[0]
    photo = photo_set.photos[one.photo]
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=_PICTURE_PX):
            st.image(
                inline.source(photo_set.jpeg(one.photo)),
                width="stretch",
                alt="Photo without a label",
            )
        with st.container(width=320):
            if one.suggested is None:
                st.markdown("Choose its label. A few of each class, then suggestions begin.")
            else:
                name = markdown.name(one.suggested, labelled_classes(row), 24)
                st.markdown(f"It looks like **{name}**, {numbers.percent(one.share, 0)}.")
            _choices(row, photo.sha256, one.suggested, said)
            st.caption(f"{numbers.photos(len(left))} left without a label.")
    _said(row, photo_set, said)


def _choices(row: PhotoSetRow, sha256: str, suggested: str | None, said: dict[str, str]) -> None:
    classes = labelled_classes(row)
    for place, name in enumerate(at_hand(classes, suggested, said)):
        st.button(
            markdown.name(name, classes, 24),
            key=f"label_as_{place}",
            type="primary" if name == suggested else "secondary",
            shortcut=str(place + 1) if place < _KEYS else None,
            width="stretch",
            on_click=said.__setitem__,
            args=(sha256, name),
            help="Click, or press the key; the next photo follows at once.",
        )
    if len(classes) > MOST_BUTTONS:
        key, shown = f"label_other_{sha256[:16]}", apart(classes)
        st.selectbox(
            "Another class",
            classes,
            index=None,
            key=key,
            format_func=shown.__getitem__,
            placeholder="Type a part of its name",
            on_change=lambda: said.__setitem__(sha256, st.session_state[key]),
            help="All classes of the set; the next photo follows at once.",
        )
    st.button(
        "Something else: take it out",
        key="label_out",
        icon=":material/delete:",
        type="tertiary",
        shortcut="0",
        on_click=said.__setitem__,
        args=(sha256, _OUT),
        help="It leaves the set; Undo brings it back.",
    )


def at_hand(
    classes: Sequence[str], suggested: str | None, said: Mapping[str, str]
) -> Sequence[str]:
    """The classes with a button: all of them, or of many what is suggested and was said last."""
    if len(classes) <= MOST_BUTTONS:
        return classes
    likely = dict.fromkeys((suggested or "", *list(said.values())[::-1]))
    return [name for name in likely if name in classes][:_KEYS]


def _said(row: PhotoSetRow, photo_set: PhotoSet, said: dict[str, str]) -> None:
    """What was said since the last version, to be taken back or kept."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"{numbers.plural(len(said), 'answer')} not kept yet; {BATCH} make a new version.",
            width="content",
        )
        st.button(
            "Back",
            key="label_back",
            icon=":material/undo:",
            shortcut="Backspace",
            disabled=not said,
            on_click=_take_back,
            args=(said,),
            help="Takes the last of these answers back.",
        )
        if st.button(
            "Keep them now",
            key="label_keep",
            icon=":material/save:",
            disabled=not said,
            help="Makes a new version of the set; Undo takes it back.",
        ):
            _keep(row, photo_set, said)


def _take_back(said: dict[str, str]) -> None:
    said.popitem()


def _keep(row: PhotoSetRow, photo_set: PhotoSet, said: dict[str, str]) -> None:
    """Make a version of what was said."""
    told = [
        (index, said[photo.sha256])
        for index, photo in enumerate(photo_set.photos)
        if photo.sha256 in said and readiness.is_unlabelled(photo_set.classes[photo.class_index])
    ]
    labels = tuple((index, name) for index, name in told if name in photo_set.classes)
    said.clear()
    versions.apply(row, Relabel(labels, tuple(index for index, name in told if name == _OUT)))
