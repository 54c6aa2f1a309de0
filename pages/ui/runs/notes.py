"""Notes and tags on runs: read them, write them, find runs by them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui import frame, markdown, resources, stores
from pipeline.workspace.run import Run
from pipeline.workspace.run_notes import MOST_TAGS, NOTE_LETTERS, TAG_LETTERS


def show(run: Run) -> None:
    """A run's tags and note as they were written, and the form to change them."""
    if run.tags:
        with st.container(horizontal=True, gap="xsmall"):
            for tag in run.tags:
                st.badge(markdown.literal(tag), icon=":material/sell:", color="gray")
    if run.note:
        lines = [markdown.literal(line) for line in run.note.splitlines()]
        st.markdown("  \n".join(lines), width=frame.TEXT_PX)
    if run.is_own and not run.is_example:
        with st.expander("Note and tags", icon=":material/edit_note:", key=f"runs_notes_{run.id}"):
            _form(run)


def filtered(rows: Sequence[Run]) -> Sequence[Run]:
    """Let people choose tags, where there are any; the runs that carry all of them."""
    known = _known(rows)
    if not known:
        return rows
    chosen = st.multiselect(
        "Only runs with these tags",
        known,
        key="runs_tags",
        placeholder="All runs",
        help="Shows runs that carry every tag chosen here. Tags are given below, under Note "
        "and tags.",
        width=frame.TEXT_PX,
    )
    wanted = {tag.casefold() for tag in chosen}
    return [run for run in rows if wanted <= {tag.casefold() for tag in run.tags}]


def _form(run: Run) -> None:
    with frame.guard(), st.form(f"runs_notes_form_{run.id}", border=False):
        note = st.text_area(
            "Note",
            run.note,
            max_chars=NOTE_LETTERS,
            key=f"runs_note_{run.id}",
            placeholder="What you tried, and what came of it",
            help="For yourself: shown here and in the table of runs.",
        )
        tags = st.multiselect(
            "Tags",
            list(dict.fromkeys([*_known(resources.run_list()), *run.tags])),
            default=list(run.tags),
            key=f"runs_tags_{run.id}",
            accept_new_options=True,
            # A row may hold more than fits; it is shown, and saving says what to do about it.
            max_selections=max(MOST_TAGS, len(run.tags)),
            placeholder="Choose, or type a new one",
            help=f"A word or two each, up to {TAG_LETTERS} letters, to find the run by. Type one "
            "and press Enter.",
        )
        if st.form_submit_button("Save", icon=":material/save:"):
            stores.remarks().write(run.id, note or "", tags)
            frame.show_change("The note and the tags are saved.")


def _known(rows: Sequence[Run]) -> list[str]:
    """All tags in use, in the order of the alphabet; one spelling of each."""
    found: dict[str, str] = {}
    for run in rows:
        for tag in run.tags:
            found.setdefault(tag.casefold(), tag)
    return [found[key] for key in sorted(found)]
