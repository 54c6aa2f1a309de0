"""Bringing photos in: ready sets, uploads, and paths; each becomes a job."""

from __future__ import annotations

import shutil
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pages.ui import frame, jobcard, pickers, resources, words
from pipeline.config import LIMITS
from pipeline.errors import JobError
from pipeline.files import staged_file
from pipeline.photos.sources import DRAWN_PETS, READY_SETS
from pipeline.workspace.jobs import Job

JOB: Final = "photos_job"  # session: the import whose card stands on the page
STILL_NEWS: Final = timedelta(hours=1)  # a failure is shown to later visitors for so long
LAYOUT: Final = """\
my_photos/
    cat/    tom.jpg, felix.png, ...
    dog/    rex.jpg, lassie.webp, ..."""


def current_job() -> bool:
    """The card of this session's import, or of one that is at work; whether one is."""
    job = _job()
    if job is None:
        return False
    jobcard.show(job.id, f"{job.title}: done. Have a look.")
    if job.state == "done" and st.session_state.get(JOB) == job.id:
        del st.session_state[JOB]
        photo_set = job.result.get("photo_set")
        if photo_set:
            st.session_state[pickers.PHOTO_SET] = photo_set
            st.query_params["set"] = photo_set
    return not job.finished


def _job() -> Job | None:
    active = [job for job in resources.settled_jobs() if job.kind == "import"]
    mine = st.session_state.get(JOB)
    if mine is not None:
        return resources.jobs().get(mine)
    if active:
        st.session_state[JOB] = active[0].id
        return active[0]
    latest = resources.jobs().latest("import")
    if latest is None or latest.state not in ("failed", "interrupted"):
        return None
    return latest if datetime.now(UTC) - latest.created_at < STILL_NEWS else None


def nothing_yet() -> None:
    """What a page that needs photos shows while there are none."""
    coming = [job for job in resources.settled_jobs() if job.kind == "import"]
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
        _start(DRAWN_PETS, resources.DRAWN_NAME)
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
                    f"{words.size(ready.download_bytes)} to download"
                    if ready.download_bytes
                    else "no download"
                )
                st.caption(f"{words.plural(ready.photos, 'photo')} · {download}")
                if st.button(
                    "Get this set",
                    key=f"photos_get_{number}",
                    icon=":material/download:" if ready.download_bytes else ":material/draw:",
                    help="Runs in the background; you may leave this page.",
                ):
                    _start(ready.source, ready.title)


def own_photos() -> None:
    """Upload a zip, upload a folder, or name a path on the computer that runs PawTune."""
    st.header("Your own photos")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.markdown(
            "Sort them into one folder for each class; the folder's name is the label. "
            f"Each class needs at least {LIMITS.photos_per_class} photos, and some 50 or more "
            "make it worth training. PawTune divides them into training, validation and test, "
            "unless the folders are already sorted so (`train`, `validation`, `test`)."
        )
        st.caption(
            f"JPEG, PNG or WebP, at most {LIMITS.file_bytes // 2**20} MB each. Files that cannot "
            "be used are listed with the reason; the others go on."
        )
    with right:
        st.code(LAYOUT, language=None)
    name = st.text_input(
        "Name of the set (optional)",
        key="photos_name",
        max_chars=120,
        placeholder="for example: Birds in our garden",
        help="How the set is called in PawTune; without one, the folder's or file's name is used.",
    )
    by_zip, by_folder, by_path = st.tabs(["Upload a zip", "Upload a folder", "A path"])
    with by_zip, frame.guard():
        _upload_zip(name)
    with by_folder, frame.guard():
        _upload_folder(name)
    with by_path, frame.guard():
        _from_path(name)


def _upload_zip(name: str) -> None:
    uploaded = st.file_uploader(
        "A zip with one folder for each class",
        type="zip",
        key=_fresh_key("zip"),
        help="The zip is kept only until its photos are imported.",
    )
    if uploaded is not None and st.button(
        "Import this zip", key="photos_import_zip", type="primary", icon=":material/upload:"
    ):
        target = _new_upload()
        with (
            _saving("The zip could not be saved"),
            staged_file(target) as temporary,
            temporary.open("wb") as out,
        ):
            shutil.copyfileobj(uploaded, out, 2**20)
        _start(str(target), name.strip() or Path(uploaded.name).stem)


def _upload_folder(name: str) -> None:
    files = st.file_uploader(
        "A folder that holds one folder for each class",
        accept_multiple_files="directory",
        key=_fresh_key("folder"),
        max_upload_size=LIMITS.file_bytes // 2**20,
        help="Choose the folder above the class folders.",
    )
    if files and st.button(
        f"Import {words.plural(len(files), 'file')}",
        key="photos_import_folder",
        type="primary",
        icon=":material/upload:",
    ):
        target = _new_upload()
        with _saving("The photos could not be saved"), staged_file(target) as temporary:
            pack(files, temporary)
        _start(str(target), name.strip() or files[0].name.replace("\\", "/").split("/")[0])


def pack(files: Sequence[UploadedFile], target: Path) -> None:
    """Keep uploaded files in a zip under their own names, which so stay data, never paths."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.name)
            with archive.open(entry, "w", force_zip64=True) as out:
                file.seek(0)
                shutil.copyfileobj(file, out, 2**20)


def _from_path(name: str) -> None:
    with st.form("photos_path_form", border=False):
        path = st.text_input(
            "Folder or zip on the computer that runs PawTune",
            key="photos_path",
            placeholder="/home/you/pictures/birds",
            help="For large sets: nothing is copied through the browser. The files stay where "
            "they are and are only read.",
        )
        pressed = st.form_submit_button(
            "Import from this path", key="photos_import_path", icon=":material/folder_open:"
        )
    if pressed:
        if not path.strip():
            raise JobError("Type the path of a folder or a zip first.")
        _start(path.strip(), name.strip())


def _start(source: str, name: str) -> None:
    job = resources.jobs().submit_import(source, name or None)
    st.session_state[JOB] = job.id
    st.session_state["photos_uploads"] = st.session_state.get("photos_uploads", 0) + 1
    st.rerun()


def _fresh_key(kind: str) -> str:
    """A key that changes with every import, so that the browser's files are let go."""
    return f"photos_upload_{kind}_{st.session_state.get('photos_uploads', 0)}"


def _new_upload() -> Path:
    return resources.workspace().uploads_folder / f"{uuid.uuid4().hex}.zip"


@contextmanager
def _saving(what: str) -> Iterator[None]:
    """Turn a full disk into a sentence."""
    try:
        yield
    except OSError as error:
        raise JobError(
            f"{what} ({error.strerror}). Free some space on the disk and try again."
        ) from error
