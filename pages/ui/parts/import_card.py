"""A running import: goal, progress, account, rejected files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
import streamlit as st

from pages.ui import frame, markdown, resources, stores
from pages.ui.parts import downloads, job_card, layout_tree
from pipeline.jobs.job import Job
from pipeline.photos.sources.opened import DRAWN_PETS
from pipeline.wording import numbers
from pipeline.workspace.photo_sets import PhotoSetRow

NEW: Final = "new"
JOB: Final = "photos_job"  # session: the import whose card stands on the page


@dataclass(frozen=True, slots=True)
class Goal:
    """Where photos go.

    Attributes:
        into: The set that they join, or None for a new one.
        name: What a new set is called; empty for the name of the file or folder.
        label: The class of photos that lie in no class folder, or None to be asked later.
        frames_per_second: Pictures of each second of a video; as many as usual where it is None.
    """

    into: PhotoSetRow | None
    name: str
    label: str | None
    frames_per_second: float | None = None


def submit(source: str, goal: Goal, name: str, asks: bool = False) -> Job:
    """Queue the import; see `Jobs.submit_import`."""
    into = goal.into
    return stores.jobs().submit_import(
        source,
        into.name if into else name or None,
        into=into.id if into else None,
        label=goal.label,
        asks=asks,
        frames_per_second=goal.frames_per_second,
    )


def account(job: Job, is_listed: bool = False) -> None:
    """What came of an import: how many files, and what was left out, file by file.

    Args:
        job: The import.
        is_listed: Whether its remarks, and the files that were left out, stand on the page already.
    """
    rejected = job.result.get("rejected", [])
    if "received" in job.result:
        received, accepted = job.result["received"], job.result.get("accepted", 0)
        st.markdown(
            f"**{numbers.plural(received, 'file')} received = {accepted:,} taken in + "
            f"{len(rejected):,} rejected.**"
        )
    if layout := job.result.get("layout"):  # an earlier version has told none
        layout_tree.account(layout)
        _another_way(job, layout)
    if not is_listed:
        for note in job.result.get("notes", ()):
            st.caption(f":material/sticky_note_2: {markdown.literal(note)}")
    if rejected and not is_listed:
        title = f"{numbers.plural(len(rejected), 'file')} rejected, and what to do"
        with st.expander(title, icon=":material/rule:", expanded=len(rejected) <= 5):
            rejected_table(rejected, f"import_rejected_{job.id}")
    if st.session_state.get(JOB) == job.id and st.button(
        "OK", key="photos_account_read", icon=":material/check:"
    ):
        del st.session_state[JOB]
        st.rerun()


def _another_way(job: Job, layout: Mapping[str, Any]) -> None:
    """The way back to the question, where the files still lie and could mean something else."""
    if not layout["others"] or not Path(job.request["source"]).exists():
        return
    if st.button(
        "Read it another way",
        key=f"photos_another_way_{job.id}",
        icon=":material/alt_route:",
        help="Shows the other ways to read the same files. What came in stays until you delete it.",
    ):
        stores.questions().ask_again(job.id)
        st.rerun()


def nothing_yet() -> None:
    """What a page that needs photos shows while there are none."""
    coming = [job for job in stores.settled_jobs() if job.kind == "import"]
    if coming:
        st.markdown("The first photos are being imported; this page goes on when they are there.")
        job_card.show(coming[0].id, f"{coming[0].title}: done.")
        return
    st.info("There is no photo set yet.", icon=":material/photo_library:")
    st.markdown("The quickest start needs no download and is ready soon:")
    if st.button(
        "Take the drawn pets",
        key="photos_first",
        type="primary",
        icon=":material/draw:",
        help="800 cats and dogs that PawTune paints itself.",
    ):
        follow(stores.jobs().submit_import(DRAWN_PETS, resources.DRAWN_NAME))
    frame.link("Photos", "New set of your own photos", ":material/add_box:", new="1")


def follow(job: Job) -> None:
    """Show this import's card from now on."""
    st.session_state[JOB] = job.id
    st.rerun()


def rejected_table(rejected: Sequence[Mapping[str, str]], key: str) -> None:
    """Files that were left out: name, reason, what to do; to be looked at or downloaded."""
    table = _rejected(rejected)
    st.dataframe(
        table,
        hide_index=True,
        height="content" if len(table) < 10 else 400,
        alt="Files that were left out, with the reason for each and what to do",
    )
    downloads.csv(
        "This list (CSV)",
        lambda: table,
        file_name="rejected.csv",
        key=key,
        purpose="Every rejected file with its reason, for a spreadsheet.",
        is_quiet=True,
    )


def _rejected(rows: Sequence[Mapping[str, str]]) -> pd.DataFrame:
    """Files that were left out; rows of earlier versions tell what to do in their reason."""
    return pd.DataFrame(
        {
            "File": [row["name"] for row in rows],
            "Reason": [row["reason"] for row in rows],
            "What to do": [
                (row["advice"] or "Leave it out.") if "advice" in row else "" for row in rows
            ],
        }
    )
