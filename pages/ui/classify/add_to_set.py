"""Photos that somebody looked over go into a photo set, with their right labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from pages.ui import frame, markdown, stores
from pages.ui.classify.feedback import Sent, added, forget_gone, labels
from pages.ui.classify.questions import Question
from pages.ui.parts import import_card, job_card, other_names, uploads
from pipeline.classify.sorted_folders import Sorted, is_folder
from pipeline.errors import PhotoSetError
from pipeline.jobs.job import Job
from pipeline.wording import numbers, text
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.states import JobState

_IMPORTS: Final = "classify_imports"  # session: ids of the imports whose cards are on the page
_HERE: Final = "classify_here"  # session: digests of the photos of this very look at the page


def offer(answered: Sequence[Question]) -> None:
    """Add what was looked over to a photo set."""
    told = labels()
    here = {one.digest: one for one in answered}
    st.session_state[_HERE] = frozenset(here)
    ready = [one for digest, one in here.items() if told.get(digest) and digest not in added()]
    if not ready:
        st.caption(
            ":material/school: Say under a photo whether the answer is right. Photos that you "
            "looked over can go into a photo set, for a next training that knows them."
        )
        return
    with st.container(border=True), frame.guard():
        counts = Counter(told[one.digest] for one in ready)
        parts = [f"{markdown.name(name, counts)}: {count}" for name, count in counts.items()]
        many = numbers.plural(len(ready), "looked-over photo")
        st.markdown(f"**{many}** ({text.some(parts)})")
        goal, name = _goal()
        meant = {} if goal is None else _new_classes(goal, counts)
        if st.button(
            f"Add {many} to {'a new set' if goal is None else 'this set'}",
            key="classify_add",
            type="primary",
            icon=":material/add_photo_alternate:",
            help="With the labels that you gave. Photos that are in the set already are noticed.",
        ):
            _hand_over(ready, goal, name, meant)
        if goal is not None:
            st.caption("The set gets a new version, which Undo on the Photos page takes back.")
        st.caption(
            "This run stays as it is: train on the set, and the next run knows these photos. What "
            "you said here is forgotten when you reload or close the page, unless you add it."
        )


def _goal() -> tuple[PhotoSetRow | None, str]:
    """The set that the photos join, None for a new one, and what that is called."""
    rows = {row.album_id: row for row in stores.photo_sets().list(own_only=True)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Add to",
            [*rows, import_card.NEW],
            key="classify_into",
            format_func=lambda found: rows[found].name if found in rows else "A new photo set",
            width=320,
            help="One of your photo sets: its newest version. Or a new one.",
        )
        if chosen in rows:
            return rows[chosen], ""
        name = st.text_input(
            "Name of the set",
            "Looked-over photos",
            key="classify_set_name",
            max_chars=120,
            width=320,
            help="It can be changed later, on the Photos page.",
        )
    return None, name.strip() or "Looked-over photos"


def _new_classes(into: PhotoSetRow, given: Mapping[str, int]) -> dict[str, str]:
    """The set's classes for labels that it does not know: a run's "cat" is not a set's "cats"."""
    new = other_names.unknown(given, into.classes)
    if not new:
        return {}
    shown = text.some([markdown.name(one, new) for one in new])
    st.markdown(
        f":material/new_label: New to this set: **{shown}**. Choose the class that is meant, "
        "or make a new one."
    )
    return other_names.choose(given, into.classes, f"classify_means_{into.album_id}", "A new class")


def _hand_over(
    ready: Sequence[Question], into: PhotoSetRow | None, name: str, meant: Mapping[str, str]
) -> None:
    """Queue the import of photos with their labels; the same way as every other import.

    `meant`: the set's class for a label, where that is another name.
    """
    told = {one.digest: meant.get(labels()[one.digest]) or labels()[one.digest] for one in ready}
    # The class is told by a folder, so that all come in as one change. A label that can be no
    # folder, such as "black/white", goes beside its photos, which come in on their own.
    parts: dict[str | None, list[Question]] = {}
    for one in ready:
        label = told[one.digest]
        parts.setdefault(None if is_folder(label) else label, []).append(one)
    if into is None and len(parts) > 1:  # each part would make a set of its own
        odd = text.joined([f"“{label}”" for label in parts if label is not None])
        raise PhotoSetError(
            f"No folder can be called {odd}, and a new set gets its classes from folders: give "
            "those photos another label, or choose a set that is there already."
        )
    for part, photos in parts.items():
        source = uploads.keep_sorted(
            [Sorted(told[one.digest] if part is None else "", one.name, one.data) for one in photos]
        )
        job = import_card.submit(str(source), import_card.Goal(into, name, part), name)
        st.session_state[_IMPORTS] = (*st.session_state.get(_IMPORTS, ()), job.id)
        added().update({one.digest: Sent(job.id, told[one.digest]) for one in photos})
    st.rerun()


def imports() -> None:
    """The cards of what was handed over; what did not get in may be handed over again.

    Comes last on the page, also on one without photos, where nothing is offered: a photo that
    is brought back later is a new one, which may go into another set, or again after Undo.
    """
    forget_gone(st.session_state.pop(_HERE, frozenset()))
    for job_id in st.session_state.get(_IMPORTS, ()):
        job_card.show(job_id, "The photos are in the set.")
        job = stores.jobs().get(job_id)
        if not job.finished:
            continue
        import_card.account(job)
        if job.state != JobState.DONE and _take_back(job_id):
            st.rerun()
        _next_steps(job)


def _take_back(job_id: str) -> bool:
    """Photos that this import did not take can be added again; whether there were any."""
    refused = [digest for digest, sent in added().items() if sent.job_id == job_id]
    for digest in refused:
        del added()[digest]
    return bool(refused)


def _next_steps(job: Job) -> None:
    """Where to go from an import that is over."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if "photo_set" in job.result:
            made = str(job.result["photo_set"])
            frame.link("Photos", "Look at the set", set=made)
            frame.link("Train", "Train on it", set=made)
        if st.button("Close", key=f"classify_read_{job.id}", icon=":material/check:"):
            shown = st.session_state[_IMPORTS]
            st.session_state[_IMPORTS] = tuple(one for one in shown if one != job.id)
            st.rerun()
