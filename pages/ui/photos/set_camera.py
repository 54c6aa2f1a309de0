"""The camera that adds to a class of a set: what one hold took joins it when the button is let go.

So one hold is one version of the set, and one Undo.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import streamlit as st

from pages.ui import frame, markdown, resources, stores
from pages.ui.parts import versions
from pages.ui.parts.import_card import Goal
from pages.ui.photos import burst_camera
from pages.ui.photos.burst_camera import Shot
from pipeline.errors import PhotoSetError
from pipeline.jobs.import_job import OneFile
from pipeline.photos import burst, class_names
from pipeline.photos.burst import Count, Frame
from pipeline.wording import numbers
from pipeline.workspace.photo_sets import PhotoSetRow

KEY: Final = "photos_burst"
_TAKING: Final = "photos_burst_taking"  # session: a `_Taking`
_CHANGED: Final = "photos_burst_changed"  # session: whether the page is to be drawn anew


@dataclass(slots=True)
class _Taking:
    """The frames of the present hold, and the version that the last one made."""

    hold: str = ""
    frames: list[Frame] = field(default_factory=list)
    made: str = ""


@st.fragment
@frame.guard()
def show(goal: Goal) -> None:
    """The camera for the class that was chosen, which there must be.

    Args:
        goal: Into which set and class.
    """
    assert goal.label is not None
    if st.session_state.pop(_CHANGED, False):
        st.rerun()
    have = goal.into.class_sizes.get(goal.label, 0) if goal.into else 0
    st.markdown(
        f"What you take goes into **{markdown.literal(goal.label)}** "
        f"({numbers.photos(have)} so far). Turn it, move it, change the light: the more the "
        "photos differ, the more there is to learn."
    )
    burst_camera.show(KEY, partial(_take, goal), partial(_undo, goal), opens=True)


def _take(goal: Goal, shot: Shot) -> Count:
    taking: _Taking = st.session_state.setdefault(_TAKING, _Taking())
    if shot.hold != taking.hold:
        taking.hold, taking.frames, taking.made = shot.hold, [], ""
    known = [*_known(goal), *(one.photo.fingerprint for one in taking.frames)]
    kept, count = burst.sift(shot.frames, shot.before, known, resources.decoder())
    taking.frames += kept
    if shot.is_over and taking.frames:
        frames, taking.frames = taking.frames, []
        taking.made = _add(goal, frames, burst.clip_of(shot.hold)).id
    return count


def _known(goal: Goal) -> Iterator[bytes]:
    """How the photos look that are in the class already."""
    if goal.into is None:
        return
    photo_set = resources.photo_set(goal.into.id)
    prints, label = photo_set.fingerprints(), class_names.key(goal.label or "")
    if prints is None:
        return
    names = [class_names.key(name) for name in photo_set.classes]
    for place, photo in enumerate(photo_set.photos):
        if names[photo.class_index] == label:
            yield prints[place].tobytes()


def _add(goal: Goal, frames: list[Frame], clip: str) -> PhotoSetRow:
    """Put frames into the class; the same way as every other file."""
    label = goal.label or ""
    files = [OneFile(one.name, one.data, label, "camera", clip) for one in frames]
    row, _ = stores.import_few(
        resources.decoder(),
        files,
        goal.into.id if goal.into else None,
        goal.name or "Camera pictures",
    )
    _look_at(row, label)
    return row


def _undo(goal: Goal, _hold: str) -> None:
    taking: _Taking = st.session_state.setdefault(_TAKING, _Taking())
    row = stores.photo_sets().get(taking.made) if taking.made else None
    if row is None or not row.is_newest or not row.can_undo:
        raise PhotoSetError("It cannot be taken back here. Look at the set's versions.")
    taking.made = ""
    _look_at(stores.versions().undo(row.id), goal.label)


def _look_at(row: PhotoSetRow, label: str | None) -> None:
    """Show another version on the whole page; the next hold joins it."""
    resources.forget_lists()
    versions.go_to(row.id)
    st.session_state[f"photos_into_{row.id}"] = row.id
    st.session_state[f"photos_loose_{row.id}"] = label
    st.session_state[_CHANGED] = True
