"""Keeping a photo set: save it as one file, its room, its name, its end."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from pages.ui import frame, markdown, stores
from pages.ui.parts import deleting, job_card, versions
from pages.ui.photos import storage
from pipeline.errors import WorkspaceError
from pipeline.files import sizes
from pipeline.settings import mode
from pipeline.wording import numbers, text
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.states import JobState

_BACKUP_JOB: Final = "photos_backup_job"
_THROUGH_BROWSER_BYTES: Final = 500 * 2**20  # a download passes through the server's memory


def show(row: PhotoSetRow) -> None:
    """Everything about keeping."""
    with st.grid(2, min_column_width=340, gap="medium"):
        with st.container(border=True):
            _where(row)
        with st.container(border=True):
            _save(row)
    st.header("Versions")
    versions.versions(row)
    st.header("Rename or delete")
    manage(row)
    if mode.current().backups:
        st.header("Backup")
        _backup()
    if not mode.is_demo():  # it would tell of everybody's photos, and clear what others use
        storage.show()


def _where(row: PhotoSetRow) -> None:
    st.header("Where the photos are")
    folder = stores.workspace().photo_sets_folder
    st.markdown(
        ":material/lock: **Photos stay on this computer.** PawTune keeps its own copies and sends "
        "them nowhere; your files stay where they are."
        if mode.current().backups
        else ":material/lock: Photos stay on the server that runs this demo, only this browser "
        "sees them, and they are deleted by themselves."
    )
    if mode.current().paths_as_sources:
        st.code(str(folder / row.id), language=None, wrap_lines=True)
    st.markdown(
        f"This version takes **{sizes.size(row.bytes)}**. Versions of a set share the photos "
        "that they have in common. A photo is gone from the disk when no "
        "version has it any more."
    )


def _save(row: PhotoSetRow) -> None:
    st.subheader("Save as one file")
    st.markdown(
        "A zip with all photos in class folders and a list of labels and splits. Any program "
        "opens it; PawTune brings it back as the very same set: drop it under *Add photos*."
    )
    job = stores.jobs().latest("save", photo_set=row.id)
    if job is not None and (not job.finished or job.state == JobState.FAILED):
        job_card.show(job.id, "The file is ready.")
    if job is not None and not job.finished:
        return
    saved = stores.made_file(job) if job else None
    if saved is None:
        if st.button("Prepare", key="photos_save", icon=":material/archive:"):
            stores.jobs().submit_save(row.id)
            st.rerun()
        return
    size = saved.stat().st_size
    if size > _THROUGH_BROWSER_BYTES:
        st.markdown(f"The file is ready ({sizes.size(size)}), too large for the browser:")
        st.code(str(saved), language=None, wrap_lines=True)
        return
    st.download_button(
        f"Download ({sizes.size(size)})",
        saved.read_bytes,
        file_name=f"{text.file_name(row.name)}.zip",
        mime="application/zip",
        key="photos_save_download",
        icon=":material/download:",
        on_click="ignore",
        help="Photos in class folders, with the list that makes it the same set again.",
    )


def _backup() -> None:
    st.markdown(
        "A backup is one file with all photo sets, all runs and their answers. It is restored into "
        "an empty workspace: on another computer, or where `PAWTUNE_HOME` names a new folder. To "
        "bring a single photo set over, save it as one file.",
        width=frame.TEXT_PX,
    )
    job = stores.jobs().latest("backup")
    restored = stores.jobs().latest("restore")
    for one in (job, restored):
        if one is not None and (not one.finished or one.id == st.session_state.get(_BACKUP_JOB)):
            job_card.show(one.id, f"{one.title}: done.")
    with st.form("photos_backup_form"):
        path = st.text_input(
            "File on the computer that runs PawTune",
            key="photos_backup_path",
            placeholder="/media/usb/pawtune-backup.zip",
            help="Best on another disk. An existing file is not overwritten.",
        )
        with st.container(horizontal=True):
            out = st.form_submit_button("Back up into this file", icon=":material/backup:")
            back = st.form_submit_button("Restore from it", icon=":material/restore_page:")
    if out or back:
        with frame.guard():
            typed = path.strip().strip("\"'")
            if not typed:
                raise WorkspaceError("Choose where to save it, or the file to restore from, first.")
            submit = stores.jobs().submit_backup if out else stores.jobs().submit_restore
            st.session_state[_BACKUP_JOB] = submit(Path(typed)).id
            st.rerun()


def manage(row: PhotoSetRow) -> None:
    """Rename and delete."""
    with st.form(f"photos_rename_{row.id}", border=False):
        name = st.text_input(
            "Name",
            row.name,
            max_chars=120,
            help="Only the name changes; its photos and its runs stay as they are.",
        )
        if st.form_submit_button("Save the name", icon=":material/save:"):
            with frame.guard():
                stores.photo_sets().rename(row.id, name)
                frame.show_change("The name is saved.")
    if st.button(
        "Delete this set …",
        key="photos_delete",
        icon=":material/delete:",
        help="Asks first. A set that runs were trained on stays until those are deleted.",
    ):
        _delete(row)


@st.dialog("Delete this photo set?")
def _delete(row: PhotoSetRow) -> None:
    st.markdown(
        f"**{markdown.literal(row.name)}** with {numbers.photos(row.accepted)} and all its "
        "versions will be gone from this computer's PawTune folder, for good. The files that you "
        "imported from stay where they are."
    )
    if deleting.is_sure("photos"):
        with frame.guard():
            stores.photo_sets().delete(row.id)
            deleting.leave("set", "The set is deleted.")
