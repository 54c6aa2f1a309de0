"""Photos on their way in: the import's card, what came of it, and the ready sets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import streamlit as st

from pages.ui import history, jobcard, resources, setview, stores, tabs, words
from pipeline.jobs.job import Job
from pipeline.photos.sources.opened import DRAWN_PETS, READY_SETS
from pipeline.wording import numbers

JOB: Final = "photos_job"  # session: the import whose card stands on the page
STILL_NEWS: Final = timedelta(hours=1)  # a failure is shown to later visitors for so long
_TOLD: Final = "photos_told"  # session: the import whose account was read


def current_job() -> bool:
    """The card of this session's import, or of one that is at work; whether one is."""
    job = _job()
    if job is None:
        return False
    jobcard.show(job.id, f"{job.title}: done. Have a look.")
    if job.finished and job.state != "stopped":
        account(job)
    if job.state == "done" and st.session_state.get(JOB) == job.id:
        photo_set = job.result.get("photo_set")
        if photo_set and st.session_state.get(_TOLD) != job.id:
            st.session_state[_TOLD] = job.id
            history.go_to(photo_set)
            tabs.go(tabs.LOOK)
    return not job.finished


def account(job: Job) -> None:
    """What came of an import: how many files, and what was left out, file by file."""
    rejected = job.result.get("rejected", [])
    if "received" in job.result:
        received, accepted = job.result["received"], job.result.get("accepted", 0)
        st.markdown(
            f"**{numbers.plural(received, 'file')} received = {accepted:,} taken in + "
            f"{len(rejected):,} rejected.**"
        )
    for note in job.result.get("notes", ()):
        st.caption(f":material/sticky_note_2: {words.literal(note)}")
    if rejected:
        title = f"{numbers.plural(len(rejected), 'file')} rejected, and what to do"
        with st.expander(title, icon=":material/rule:", expanded=len(rejected) <= 5):
            setview.rejected_table(rejected, f"import_rejected_{job.id}")
    if st.session_state.get(JOB) == job.id and st.button(
        "All right", key="photos_account_read", icon=":material/check:"
    ):
        del st.session_state[JOB]
        st.rerun()


def _job() -> Job | None:
    active = [job for job in stores.settled_jobs() if job.kind == "import"]
    mine = st.session_state.get(JOB)
    if mine is not None:
        return stores.jobs().get(mine)
    if active:
        st.session_state[JOB] = active[0].id
        return active[0]
    latest = stores.jobs().latest("import")
    if latest is None or latest.state not in ("failed", "interrupted"):
        return None
    return latest if datetime.now(UTC) - latest.created_at < STILL_NEWS else None


def nothing_yet() -> None:
    """What a page that needs photos shows while there are none."""
    coming = [job for job in stores.settled_jobs() if job.kind == "import"]
    if coming:
        st.markdown("The first photos are just coming in; this page goes on when they are there.")
        jobcard.show(coming[0].id, f"{coming[0].title}: done.")
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
    st.page_link(
        "pages/photos.py", label="Or bring your own photos", icon=":material/arrow_forward:"
    )


def ready_sets() -> None:
    """The sets that are one click away."""
    st.header("Ready sets")
    with st.grid(3, min_column_width=230, gap="small"):
        for number, ready in enumerate(READY_SETS):
            with st.container(border=True, height="stretch"):
                st.markdown(f"**{ready.title}**")
                st.caption(ready.description)
                download = (
                    f"{numbers.size(ready.download_bytes)} to download"
                    if ready.download_bytes
                    else "no download"
                )
                st.caption(f"{numbers.plural(ready.photos, 'photo')} · {download}")
                if st.button(
                    "Get this set",
                    key=f"photos_get_{number}",
                    icon=":material/download:" if ready.download_bytes else ":material/draw:",
                    help="Runs in the background; you may leave this page.",
                ):
                    follow(stores.jobs().submit_import(ready.source, ready.title))


def follow(job: Job) -> None:
    """Show this import's card from now on."""
    st.session_state[JOB] = job.id
    st.rerun()
