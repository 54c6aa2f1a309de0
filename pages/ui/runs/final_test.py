"""The sealed test of a run's photos: open it once, and what its score is."""

from __future__ import annotations

import streamlit as st

from pages.ui import frame, markdown, stores
from pages.ui.parts import confirming
from pipeline.errors import PhotoSetError
from pipeline.wording import sealed_text
from pipeline.workspace import seals
from pipeline.workspace.run import Run
from pipeline.workspace.seals import Seal


def show(run: Run) -> None:
    """Nothing where no test was sealed."""
    seal = _of(run)
    if seal is None:
        return
    if seal.opened_at is not None:
        own = seal.run_id == run.id and not run.is_sealed
        said = sealed_text.opened(seal.opened_at, seal.runs) if own else ""
        st.caption(f":material/lock_open: {said or sealed_text.used_up(seal.opened_at)}")
    elif not run.is_own:
        return
    elif seals.can_be_opened(run, seal):
        if st.button(
            "Open the final test for this run …",
            key="runs_open_test",
            icon=":material/lock_open:",
            help="Shows its score on the sealed test photos. Asks first: it can be done once.",
        ):
            _open(run, seal)
    elif run.can_answer:
        st.caption(
            ":material/lock: Its score was seen before the test was sealed, so the final test "
            "cannot be opened for it. Train it again, and open the test for the new run."
        )


def _of(run: Run) -> Seal | None:
    try:
        return None if run.is_example else stores.seals().of(run.photo_set_id)
    except PhotoSetError:  # its photos are gone, and a seal with them
        return None


@st.dialog("Open the final test?")
def _open(run: Run, seal: Seal) -> None:
    st.markdown(
        f"**{markdown.literal(run.name)}** gets its score on the test photos, and no other run on "
        f"this set ever will. {sealed_text.sealed_since(seal.runs_before, seal.runs)}"
    )
    if confirming.is_sure("runs_open_test", "Open it for this run", "Keep it sealed"):
        with frame.guard():
            stores.seals().open(run.id)
            frame.show_change("The final test is open.")
