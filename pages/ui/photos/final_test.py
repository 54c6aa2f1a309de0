"""The test photos of a set as a final test: sealed, and opened once, on the Runs page."""

from __future__ import annotations

import streamlit as st

from pages.ui import frame, stores
from pages.ui.parts import confirming
from pipeline.wording import score_text, sealed_text
from pipeline.workspace.photo_sets import PhotoSetRow


def show(row: PhotoSetRow) -> None:
    """Whether the test is sealed, and the button that seals it."""
    st.header("Final test")
    seal = stores.seals().of(row.id)
    if seal is None:
        st.markdown(sealed_text.WHY, width=frame.TEXT_PX)
        if st.button(
            "Seal the test photos …",
            key="photos_seal",
            icon=":material/lock:",
            disabled=not row.split_sizes.get("test"),
            help="Asks first.",
        ):
            _seal(row)
        return
    if seal.opened_at is None:
        said = sealed_text.sealed_since(seal.runs_before, seal.runs)
        st.info(f"{said} Open it on the Runs page, for one run.", icon=":material/lock:")
    else:
        st.info(sealed_text.used_up(seal.opened_at), icon=":material/lock_open:")
        if seal.test:
            st.markdown(score_text.verdict(seal.test))


@st.dialog("Seal the test photos?")
def _seal(row: PhotoSetRow) -> None:
    st.markdown(sealed_text.FOR_GOOD)
    if confirming.is_sure("photos_seal", "Seal them", "Not now"):
        with frame.guard():
            stores.seals().seal(row.id)
            frame.show_change("The test photos are sealed.")
