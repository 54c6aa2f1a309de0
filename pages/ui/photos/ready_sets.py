"""Ready sets: those that are one click away, and any other of TensorFlow Datasets by its name."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from pages.ui import frame, markdown, stores
from pages.ui.parts.import_card import follow
from pipeline.photos.sources import tfds_names
from pipeline.photos.sources.opened import READY_SETS, ReadySet
from pipeline.settings import mode
from pipeline.wording import numbers, ready_text


def show() -> None:
    """All of them, each with its size and its licence before anything is fetched."""
    st.header("Ready sets")
    with st.grid(3, min_column_width=230, gap="small"):
        for number, ready in enumerate(READY_SETS):
            with st.container(border=True, height="stretch"):
                st.markdown(f"**{ready.title}**")
                st.caption(ready.description)
                _get(ready, f"photos_get_{number}")
    if mode.current().paths_as_sources:  # in the demo only those that fit
        _by_name()


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
        "Get this set",
        key=key,
        icon=":material/draw:" if ready.download_bytes == 0 else ":material/download:",
        help="Runs in the background; you may leave this page.",
    ):
        follow(stores.jobs().submit_import(ready.source, ready.title))
