"""Ready sets: those that are one click away, and any other of TensorFlow Datasets by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

from pages.ui import frame, markdown, resources, stores
from pages.ui.parts import tiles, versions
from pages.ui.parts.import_card import follow
from pages.ui.photos import tabs
from pipeline.photos.sources import tfds_names
from pipeline.photos.sources.opened import DRAWN_PETS, READY_SETS, TFDS, TUTORIAL, ReadySet
from pipeline.settings import mode
from pipeline.wording import numbers, ready_text
from pipeline.workspace.photo_sets import PhotoSetRow

_STYLE: Final = Path(__file__).parent / "ready_sets.css"
_PICTURES: Final = 4  # in a row
_SIDE_PX: Final = 128
_Painted = Sequence[tuple[int, str]]  # number and kind
# Sets of pets are sketched by PawTune's own painter: photos of others cannot come along.
_PETS: Final[Mapping[str, _Painted]] = {
    DRAWN_PETS: ((0, "cat"), (0, "dog"), (1, "cat"), (1, "dog")),
    TUTORIAL: ((2, "cat"), (2, "dog"), (3, "cat"), (3, "dog")),
    TFDS: ((4, "dog"), (4, "cat"), (5, "dog"), (5, "cat")),
    "tfds:oxford_iiit_pet": ((6, "cat"), (6, "dog"), (7, "cat"), (7, "dog")),
    "tfds:stanford_dogs": ((8, "dog"), (9, "dog"), (10, "dog"), (11, "dog")),
}
_ICONS: Final[Mapping[str, str]] = {
    "tfds:beans": ":material/eco:",
    "tfds:tf_flowers": ":material/local_florist:",
}


def show() -> None:
    """All of them, each with its size and its licence before anything is fetched."""
    st.html(_STYLE)
    st.header("Ready sets")
    there = {row.source: row for row in reversed(resources.photo_set_list())}
    with st.grid(3, min_column_width=230, gap="small"):
        for number, ready in enumerate(READY_SETS):
            with st.container(border=True, height="stretch"):
                row = there.get(ready.source)
                _pictures(ready, row)
                st.markdown(f"**{ready.title}**")
                st.caption(ready.description)
                if row is None:
                    _get(ready, f"photos_get_{number}")
                else:
                    _look(row, f"photos_there_{number}")
    if mode.current().paths_as_sources:  # in the demo only those that fit
        _by_name()


def _pictures(ready: ReadySet, row: PhotoSetRow | None) -> None:
    """Some of its photos; of what would have to be fetched first, a sketch of what it shows."""
    with st.container(key=f"ready_pictures_{READY_SETS.index(ready)}"):
        if row is not None:
            photo_set = resources.photo_set(row.id)
            chosen = tiles.select(photo_set, tiles.ALL, tiles.ALL)[:_PICTURES]
            found = [
                tiles.Tile(
                    resources.thumbnail(row.id, index, _SIDE_PX),
                    "",
                    tiles.alt(photo_set, photo_set.photos[index]),
                )
                for index in chosen
            ]
        elif ready.source in _PETS:
            kinds = _PETS[ready.source]
            found = [
                tiles.Tile(_painted(kind, place), "", f"A painted {kind}") for place, kind in kinds
            ]
        else:
            st.markdown(f"{_ICONS[ready.source]} " * _PICTURES, text_alignment="center")
            return
        tiles.grid(found, columns=_PICTURES, gap="xsmall")


@st.cache_data(max_entries=64, show_spinner=False)
def _painted(kind: str, number: int) -> bytes:
    """A pet as PawTune paints it, as JPEG."""
    from pipeline.photos.sources import drawn  # OpenCV, which other tabs need not wait for

    pets = drawn.photos(seed=number, training=2, validation=0, test=0, image_size_px=_SIDE_PX)
    return next(pet.read() for pet in pets if pet.class_name.lower() == kind)


def _look(row: PhotoSetRow, key: str) -> None:
    if st.button(
        "Look at it",
        key=key,
        icon=":material/photo_library:",
        help="It is among your sets already.",
    ):
        versions.go_to(row.id)
        tabs.go(tabs.LOOK)


def _by_name() -> None:
    typed = st.text_input(
        "Another set, by its name in TensorFlow Datasets",
        key="photos_set_name",
        placeholder="for example: plant_village",
        help="Any set in which each picture shows one thing: www.tensorflow.org/datasets/catalog "
        "lists them under image classification. A variant comes behind a slash: eurosat/rgb.",
    ).strip()
    if typed:
        with frame.guard():
            ready = tfds_names.look_up(typed)
            with st.container(border=True):
                st.markdown(f"**{markdown.literal(ready.title)}**")
                _get(ready, "photos_get_named")


def _get(ready: ReadySet, key: str) -> None:
    """What it costs and what one may do with it, and the button."""
    told = [ready_text.download(ready.download_bytes, at_most=ready.photos is None)]
    if ready.photos is not None:
        told.insert(0, numbers.photos(ready.photos))
    st.caption(" · ".join(told))
    host = urlsplit(ready.homepage).netloc
    homepage = host and f"[{host}]({ready.homepage})"
    st.caption(ready_text.licence(ready.licence, homepage))
    if st.button(
        "Add",
        key=key,
        icon=":material/draw:" if ready.download_bytes == 0 else ":material/download:",
        help="Runs in the background; you may leave this page.",
    ):
        follow(stores.jobs().submit_import(ready.source, ready.title))
