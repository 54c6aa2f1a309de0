"""Imports that wait until somebody has said how their files are meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui import frame, markdown, stores
from pages.ui.parts import import_card, layout_tree
from pipeline.jobs.job import Job
from pipeline.photos.sources.readings import Reading
from pipeline.wording import layout_text, source_notes


def show() -> None:
    """A card for each of them, with what was understood and what else it could be."""
    for job in stores.questions().open():
        with st.container(border=True), frame.guard():
            _card(job)


def _card(job: Job) -> None:
    layout = job.result["layout"]
    name = markdown.literal(job.request["name"] or job.title)
    st.markdown(f"**{name}: is this how you mean it?** {layout_text.read_as(layout)}")
    layout_tree.show(layout)
    with st.container(horizontal=True):
        if st.button(
            "Import like this",
            key=f"photos_like_this_{job.id}",
            type="primary",
            icon=":material/check:",
            help="The photos come in with these labels and splits. Both can be changed later.",
        ):
            _answer(job, layout["reading"])
        if st.button(
            "Do not import",
            key=f"photos_dismiss_{job.id}",
            type="tertiary",
            icon=":material/close:",
            help="Nothing is kept. Your own files stay as they are.",
        ):
            stores.questions().dismiss(job.id)
            st.rerun()
    _names(job, layout)
    st.caption("Or read the same files another way:")
    for other in layout["others"]:
        _choice(job, other["reading"], layout_text.other(other))
    if layout["reading"] != Reading.NONE:
        _choice(job, Reading.NONE, "All photos come in without a label.")


def _names(job: Job, layout: Mapping[str, Any]) -> None:
    """Where letters had to be guessed: what the other code pages make of the same names."""
    used, *others = layout.get("code_pages") or [None]
    if used is None:
        return
    st.caption(
        f"Nothing says how the letters of these names are written. As {used['title']} they are "
        f"{markdown.literal(source_notes.names(used['names']))}. Do others look right?"
    )
    with st.container(horizontal=True):
        for other in others:
            if st.button(
                markdown.literal(source_notes.names(other["names"])),
                key=f"photos_names_{other['code_page']}_{job.id}",
                help=f"Imports at once, with names in {other['title']}.",
            ):
                _answer(job, layout["reading"], other["code_page"])


def _choice(job: Job, reading: str, told: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            layout_text.CHOICES[reading],
            key=f"photos_read_{reading}_{job.id}",
            help=f"Imports at once: {layout_text.READINGS[reading]}.",
        ):
            _answer(job, reading)
        st.caption(markdown.literal(told), width="content")


def _answer(job: Job, reading: str, code_page: str | None = None) -> None:
    import_card.follow(stores.questions().answer(job.id, Reading(reading), code_page))
