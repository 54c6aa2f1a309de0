"""The photo that the front page is about: a sample, one's own, or one of a run's set."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

import streamlit as st

from pages.ui import markdown, resources
from pages.ui.parts import dropped, picture_row, tiles, who_answers
from pages.ui.parts.dropped import Dropped
from pages.ui.parts.picture_row import Picture
from pipeline.errors import PhotoError, PhotoSetError
from pipeline.photos.decoding import file_kinds
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.sources import drawn
from pipeline.wording import numbers
from pipeline.wording.names import short
from pipeline.workspace.run import Run

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


def offered(run: Run | None) -> Sequence[Photo]:
    """What may be asked about: of a network of one's own its photos, test photos first.

    Args:
        run: The model. The example, and one that learned from drawings, are shown drawings.
    """
    if run is None or run.is_example or who_answers.learned_from_drawings(run):
        return paintings()
    try:
        photo_set = resources.photo_set(run.photo_set_id)
        each = [_of_class(photo_set, one) for one in range(len(photo_set.classes))]
        chosen = [index for turn in zip_longest(*each) for index in turn if index is not None]
        photos = photo_set.photos
        return [
            Photo(tiles.alt(photo_set, photos[index]), photo_set.jpeg(index))
            for index in chosen[: len(_SAMPLES)]
        ] or paintings()
    except PhotoSetError:  # it is deleted, or damaged
        return paintings()


def _of_class(photo_set: PhotoSet, class_index: int) -> list[int]:
    tests = tiles.select(photo_set, class_index, "test")
    return tests or tiles.select(photo_set, class_index, "training")


def photo(among: Sequence[Photo]) -> Photo:
    """What is asked about now.

    Args:
        among: What is offered; the first is asked about until somebody chooses.
    """
    chosen: Photo | None = st.session_state.get(_PHOTO)
    is_of_before = chosen not in among and chosen in paintings()
    return among[0] if chosen is None or is_of_before else chosen


def ask_about(one: Photo) -> None:
    """Ask about another one from here on; it outlasts a visit to other pages."""
    st.session_state[_PHOTO] = one


def caption(one: Photo) -> str:
    """What a photo is: a drawing that comes along says so, another one has its file's name."""
    is_sample = one in paintings()
    return f"{one.name}, a sample" if is_sample else markdown.literal(short(one.name, 30))


def row(among: Sequence[Photo], small: bool) -> None:
    """The samples and photos of one's own, as small pictures to click.

    Args:
        among: What is offered.
        small: Whether there is little room.
    """
    shown = [*among, *_own()]
    now = photo(among)
    picture_row.show(
        [Picture(one.jpeg, one.name) for one in shown],
        "Photos to ask about",
        "start_samples",
        shown.index(now) if now in shown else None,
        lambda place: ask_about(shown[place]),
        small,
    )


def bring() -> None:
    """Take photos of one's own: dropped, chosen or from the camera; Classify has them, too."""
    dropped.uploader(
        "Or a photo of your own",
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
