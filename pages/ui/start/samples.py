"""The photo that the front page is about: a sample, one's own, or one of a run's test photos."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from pages.ui import markdown, resources
from pages.ui.parts import picture_row, uploads
from pages.ui.parts.picture_row import Picture
from pipeline.errors import PhotoError
from pipeline.photos.decoding import file_kinds
from pipeline.photos.sources import drawn
from pipeline.settings import mode

_PHOTO: Final = "start_photo"  # session: what is asked about
_OWN: Final = "start_own"  # session: the photo that somebody brought last
_TAKEN: Final = "start_taken"  # session: the upload that it came from
_SIDE_PX: Final = 320
# Painted by PawTune and in no photo set. The example knows all but the third.
_SAMPLES: Final = (("cat", "92"), ("dog", "56"), ("cat", "2"), ("dog", "36"))


@dataclass(frozen=True, slots=True)
class Photo:
    """What the networks are asked about.

    Attributes:
        name: What it is called.
        jpeg: It itself, clean and upright.
        is_own: Whether somebody brought it.
    """

    name: str
    jpeg: bytes
    is_own: bool = False


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


def row() -> None:
    """The samples and one's own photo, as small pictures to click."""
    offered = [*paintings(), *([own] if (own := st.session_state.get(_OWN)) else [])]
    now = photo()
    picture_row.show(
        [Picture(one.jpeg, one.name) for one in offered],
        "Photos to ask about",
        "start_samples",
        offered.index(now) if now in offered else None,
        lambda place: ask_about(offered[place]),
    )


def bring() -> None:
    """Take a photo of one's own: dropped, chosen or from the camera."""
    file = st.file_uploader(
        "Or a photo of your own",
        type=uploads.PHOTO_TYPES,
        key="start_upload",
        max_upload_size=mode.current().limits.file_bytes // 10**6,
        help=f"{file_kinds.formats()}. It is looked at and forgotten.",
    )
    _take(file, file.name if file else "")
    if st.toggle(
        "Use the camera",
        key="start_camera_on",
        help="Your browser asks whether PawTune may see the camera.",
    ):
        _take(st.camera_input("Take a photo", key="start_camera"), "Photo of the camera")


def _take(file: Any, name: str) -> None:
    """Ask about a file that has just come; once, as others may be chosen afterwards."""
    if file is None or file.file_id in st.session_state.setdefault(_TAKEN, set()):
        return
    try:
        jpeg = resources.canonical(name, file.getvalue()).jpeg
    except PhotoError as error:
        st.error(markdown.literal(str(error)), icon=":material/broken_image:")
        return
    st.session_state[_TAKEN].add(file.file_id)
    st.session_state[_OWN] = Photo(name, jpeg, is_own=True)
    ask_about(st.session_state[_OWN])
