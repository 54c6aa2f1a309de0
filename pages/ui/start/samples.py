"""The photo that the front page is about: a sample, one's own, or one of a run's test photos."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from pages.ui import markdown, resources
from pages.ui.parts import dropped, picture_row
from pages.ui.parts.dropped import Dropped
from pages.ui.parts.picture_row import Picture
from pipeline.errors import PhotoError
from pipeline.photos.decoding import file_kinds
from pipeline.photos.sources import drawn
from pipeline.wording import numbers
from pipeline.wording.names import short

_PHOTO: Final = "start_photo"  # session: what is asked about
_NEWEST: Final = "start_newest"  # session: which photo came last, of those that were brought
MOST_OWN: Final = 3  # in the row
_SIDE_PX: Final = 320
# Painted by PawTune and in no photo set. The example knows all but the third.
_SAMPLES: Final = (("cat", "92"), ("dog", "56"), ("cat", "2"), ("dog", "36"))


@dataclass(frozen=True, slots=True)
class Photo:
    """What the networks are asked about.

    Attributes:
        name: What it is called.
        jpeg: It itself, clean and upright.
    """

    name: str
    jpeg: bytes


@st.cache_data(max_entries=1, show_spinner=False)
def paintings() -> Sequence[Photo]:
    """The samples, painted once."""
    return [Photo(f"Drawing of a {kind}", _jpeg(kind, seed)) for kind, seed in _SAMPLES]


def _jpeg(kind: str, seed: str) -> bytes:
    out = io.BytesIO()
    drawn.paint(kind, f"sample/{seed}", _SIDE_PX).save(out, "JPEG", quality=90)
    return out.getvalue()


def photo() -> Photo:
    """What is asked about now."""
    chosen: Photo = st.session_state.get(_PHOTO) or paintings()[0]
    return chosen


def ask_about(one: Photo) -> None:
    """Ask about another one from here on; it outlasts a visit to other pages."""
    st.session_state[_PHOTO] = one


def caption(one: Photo) -> str:
    """What a photo is: a drawing that comes along says so, another one has its file's name."""
    is_sample = one in paintings()
    return f"{one.name}, a sample" if is_sample else markdown.literal(short(one.name, 30))


def row(small: bool) -> None:
    """The samples and photos of one's own, as small pictures to click; even smaller ones."""
    offered = [*paintings(), *_own()]
    now = photo()
    picture_row.show(
        [Picture(one.jpeg, one.name) for one in offered],
        "Photos to ask about",
        "start_samples",
        offered.index(now) if now in offered else None,
        lambda place: ask_about(offered[place]),
        small,
    )


def bring() -> None:
    """Take photos of one's own: dropped, chosen or from the camera; Classify has them, too."""
    dropped.uploader(
        "Or a photo of your own (not kept)",
        "start_upload",
        help=f"{file_kinds.formats()}. It is looked at, and forgotten when you leave.",
    )
    if st.toggle(
        "Use the camera",
        key="start_camera_on",
        help="Your browser asks whether PawTune may see the camera.",
    ):
        shot = st.camera_input("Take a photo", key="start_camera")
        if shot is not None:
            dropped.put([("camera photo.jpg", shot.getvalue())])
    _turn_to_newest()
    brought = len(dropped.files())
    if brought > MOST_OWN:
        own = numbers.photos(brought)
        st.caption(f"The last {MOST_OWN} of your {own} are shown here, all on Classify.")
        if st.button("Train on these", key="start_teach", icon=":material/add_box:"):
            dropped.hand_over()  # what it learns from, nobody needs to ask about
            st.switch_page("pages/photos.py", query_params={"new": "1"})


def _turn_to_newest() -> None:
    """Ask about what has just come; once, as others may be chosen afterwards."""
    newest = dropped.files()[:1]
    if not newest or newest[0].digest == st.session_state.get(_NEWEST):
        return
    st.session_state[_NEWEST] = newest[0].digest
    try:
        ask_about(_clean(newest[0]))
    except PhotoError as error:
        st.error(markdown.literal(str(error)), icon=":material/broken_image:")


def _own() -> list[Photo]:
    """The last that somebody brought, as far as they are photos."""
    found = []
    for one in dropped.files()[:MOST_OWN]:
        with contextlib.suppress(PhotoError):  # which was said when it came
            found.append(_clean(one))
    return found


def _clean(one: Dropped) -> Photo:
    return Photo(one.name, resources.canonical(one.name, one.data).jpeg)
