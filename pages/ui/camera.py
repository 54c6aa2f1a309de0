"""Taking pictures with the camera, straight into a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from pages.ui import frame, history, resources, stores, uploads, words
from pipeline.errors import JobError
from pipeline.photos.importing import Joining, import_photos
from pipeline.photos.incoming import Incoming
from pipeline.progress import silent
from pipeline.wording import numbers
from pipeline.workspace.photo_sets import PhotoSetRow

if TYPE_CHECKING:
    from pages.ui.bringing import Goal

_TAKEN: Final = "photos_taken"  # session: pictures taken so far, for their names
_SET_NAME: Final = "Camera pictures"


def show(goal: Goal) -> None:
    """The camera; each picture goes into its class at once."""
    if goal.label is None:
        st.info(
            "Choose above what the pictures show, or type it; then the camera opens.",
            icon=":material/photo_camera:",
        )
        return
    have = goal.into.class_sizes.get(goal.label, 0) if goal.into else 0
    name = words.literal(goal.label)
    st.markdown(
        f"Each picture goes into **{name}** at once ({numbers.plural(have, 'photo')} so far). Turn "
        "it, move it, change the light: the more they differ, the more there is to learn."
    )
    picture = st.camera_input(
        f"A picture of {name}",
        key=uploads.fresh_key("camera"),
        help="The browser asks whether PawTune may use the camera. Pictures stay on this computer.",
    )
    if picture is not None:
        _add(goal.into, goal.name, goal.label, picture.getvalue())


def _add(into: PhotoSetRow | None, set_name: str, label: str, data: bytes) -> None:
    """Put one picture into its class; the same way as every other file."""
    number = st.session_state.get(_TAKEN, 0) + 1
    st.session_state[_TAKEN] = number
    stores.expect_room_for_upload(len(data))
    photo_sets = stores.photo_sets()
    base = resources.photo_set(into.id) if into else None
    imported = import_photos(
        [Incoming(f"camera {number}.jpg", label, None, lambda: data)],
        stores.workspace().photo_sets_folder,
        resources.decoder(),
        silent,
        Joining(base=base, label=label),
    )
    if imported.rejected:
        raise JobError(f"The picture was not taken in. {imported.rejected[0].reason}")
    if into:
        row = stores.versions().add_photos(into.id, imported)
    else:
        row = photo_sets.add(imported, set_name or _SET_NAME, "camera")
    uploads.next_key()
    resources.forget_lists()
    history.go_to(row.id)
    st.session_state[f"photos_into_{row.id}"] = row.id  # the next one joins it
    st.session_state[f"photos_loose_{row.id}"] = label
    frame.say_later(f"Added to {words.literal(label)}. Undo takes it out.")
    st.rerun()
