"""Picking photos in the gallery, and what can be done with those that are picked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from pages.ui import frame, history, words
from pipeline.photos.editing import Edit, MovePhotos, RemovePhotos, SetSplit
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.splits import SPLITS
from pipeline.settings.limits import LIMITS
from pipeline.wording import numbers, text
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run


def picked(row: PhotoSetRow) -> set[int]:
    """Positions of the photos of this version that are ticked."""
    return st.session_state.setdefault(f"photos_picked_{row.id}", set())


def tick(row: PhotoSetRow, photo_set: PhotoSet, index: int) -> None:
    """The box below a photo, with its label."""
    chosen = picked(row)
    photo = photo_set.photos[index]

    def turn() -> None:
        chosen.symmetric_difference_update({index})

    # "All" and "None" tick boxes that are drawn already; they come back as new ones.
    key = f"photos_tick_{row.id}_{index}_{_generation(row)}"
    st.checkbox(
        words.literal(text.short(photo_set.classes[photo.class_index], 16)),
        index in chosen,
        key=key,
        on_change=turn,
        disabled=not row.is_newest,
    )


def actions(
    row: PhotoSetRow, photo_set: PhotoSet, shown: Sequence[int], found: Sequence[int]
) -> None:
    """How many are picked, pick more or none, and what to do with them."""
    chosen = picked(row)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{numbers.plural(len(chosen), 'photo')}** picked",
            width="content",
            help="Tick photos to give them another label or split, or to take them out.",
        )
        st.button(
            "All on this page",
            key="photos_pick_page",
            disabled=not row.is_newest,
            on_click=_pick,
            args=(row, chosen | set(shown)),
            help="Ticks every photo that is shown now.",
        )
        st.button(
            f"All {len(found):,}",
            key="photos_pick_all",
            disabled=not row.is_newest,
            on_click=_pick,
            args=(row, chosen | set(found)),
            help="Ticks every photo that the filters above leave, on all pages.",
        )
        st.button(
            "None",
            key="photos_pick_none",
            disabled=not chosen,
            on_click=_pick,
            args=(row, set()),
            help="Takes all ticks away.",
        )
        with st.popover("Change them", icon=":material/edit:", disabled=not chosen):
            _changes(row, photo_set, tuple(sorted(chosen)))


def _changes(row: PhotoSetRow, photo_set: PhotoSet, chosen: tuple[int, ...]) -> None:
    many = numbers.plural(len(chosen), "photo")
    label = label_choice("They show", row, f"photos_label_{row.id}")
    if st.button(f"Label {many} so", key="photos_relabel", disabled=not label):
        _apply(row, MovePhotos(chosen, label or ""))
    split = st.selectbox(
        "They are for",
        SPLITS,
        key=f"photos_new_split_{row.id}",
        format_func=str.capitalize,
        help="Training: to learn from. Validation: to watch over the learning. Test: for the "
        "score at the end.",
    )
    if st.button(f"Put {many} there", key="photos_resplit"):
        _apply(row, SetSplit(chosen, split))
    if st.button(f"Take {many} out", key="photos_remove", icon=":material/delete:"):
        _apply(row, RemovePhotos(chosen))
    st.caption("Each makes a new version of the set; Undo takes it back.")


def label_choice(
    title: str, row: PhotoSetRow | Run | None, key: str, more: Iterable[str] = ()
) -> str | None:
    """A class of a set or run to choose, one of those in `more`, or one to type anew."""
    return st.selectbox(
        title,
        list(dict.fromkeys((*(row.classes if row else ()), *more))),
        index=None,
        key=key,
        accept_new_options=True,
        placeholder="Choose or type one",
        help=f"A new name makes a new class; at most {LIMITS.class_name_chars} letters.",
    )


def _apply(row: PhotoSetRow, edit: Edit) -> None:
    with frame.guard():
        history.apply(row, edit)


def _pick(row: PhotoSetRow, chosen: set[int]) -> None:
    st.session_state[f"photos_picked_{row.id}"] = chosen
    st.session_state[_generation_key(row)] = _generation(row) + 1


def _generation(row: PhotoSetRow) -> int:
    number: int = st.session_state.get(_generation_key(row), 0)
    return number


def _generation_key(row: PhotoSetRow) -> str:
    return f"photos_ticks_{row.id}"
