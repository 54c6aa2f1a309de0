"""Bringing one's own photos: files, a folder, a zip, the camera, or a path; into which set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from pages.ui import frame
from pages.ui.parts import import_card, pickers, uploads
from pages.ui.parts.import_card import NEW, Goal, submit
from pages.ui.photos import set_camera, tabs, videos
from pipeline.errors import SourceError
from pipeline.files import sizes
from pipeline.photos.decoding import file_kinds
from pipeline.settings import mode
from pipeline.settings.limits import LIMITS
from pipeline.wording import limits_text, numbers
from pipeline.workspace.photo_sets import PhotoSetRow

FILES: Final = "files"
FOLDER: Final = "folder"
CAMERA: Final = "camera"
PATH: Final = "path"
_SHOWN: Final = {
    FILES: ":material/upload_file: Files or a zip",
    FOLDER: ":material/folder: A folder",
    CAMERA: ":material/photo_camera: The camera",
    PATH: ":material/computer: A path",
}
LAYOUT: Final = """\
my_photos/
    cat/  tom.jpg, felix.png
    dog/  rex.jpg, lassie.heic"""


def own_photos(row: PhotoSetRow | None) -> None:
    """All ways to bring photos."""
    st.header("Your own photos")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        limits = mode.current().limits
        st.markdown(
            "Drop them here: everything that can be used goes in, and everything else comes back "
            "with its name and the reason. Best sorted into one folder for each class, whose name "
            "is the label, within folders for training and test or without; photos without a "
            "folder get their label from you. A class needs "
            f"{LIMITS.photos_per_class} photos at least, and some 50 or more make it worth "
            "training."
        )
        st.caption(
            f"{file_kinds.formats('and', explained=True)}, at most "
            f"{sizes.size(limits.file_bytes)} each; a zip of at most "
            f"{numbers.plural(limits.zip_entries, 'file')} and {sizes.size(limits.zip_bytes)} "
            "unpacked. PawTune keeps them upright and clean, 512 pixels on the longest side, "
            "without the place and the other things that a phone notes in its photos."
        )
        frame.link("Photos", "A few photos of your own: New set", ":material/add_box:", new="1")
        videos.caption()
        if said := limits_text.describe(mode.current()):
            st.caption(
                f":material/info: {limits_text.in_short(mode.current())}", help=" ".join(said)
            )
    with right:
        st.code(LAYOUT, language=None)
    goal = _goal(row)
    ways: dict[str, Callable[[Goal], None]] = {FILES: _files, FOLDER: _folder, CAMERA: _camera}
    if mode.current().paths_as_sources:
        ways[PATH] = _path
    way = st.segmented_control(
        "Upload from",
        list(ways),
        default=FILES,
        required=True,
        key="photos_way",
        format_func=_SHOWN.__getitem__,
        persist_state="session",
        help="All ways end the same: each file is checked, turned upright, and kept as a clean "
        "copy. Your files stay as they are.",
    )
    with frame.guard():
        ways[way or FILES](goal)


def _goal(row: PhotoSetRow | None) -> Goal:
    """Into which set, and what loose photos show."""
    with st.grid(3, min_column_width=220, gap="small"):
        into = None
        if row is not None and row.is_newest:
            key = f"photos_into_{row.id}"
            if (new := st.session_state.pop(tabs.INTO_NEW, None)) is not None:
                st.session_state[key] = NEW if new else row.id
            chosen = st.selectbox(
                "Add to",
                [row.id, NEW],
                key=key,
                format_func=lambda found: "A new photo set" if found == NEW else row.name,
                help="Photos that join a set make a new version of it; runs keep the old one, and "
                "Undo takes them out again. What is in it already is not taken twice.",
            )
            into = row if chosen == row.id else None
        name = ""
        if into is None:
            name = st.text_input(
                "Name of the set (optional)",
                key="photos_name",
                max_chars=120,
                placeholder="for example: Birds in our garden",
                help="Without one, the folder's or file's name is used.",
            )
        label = pickers.label_choice(
            "Label for these photos", into, f"photos_loose_{into.id if into else NEW}"
        )
        per_second = videos.per_second() if videos.can_be_read() else None
    return Goal(into, name.strip(), label, per_second)


def _files(goal: Goal) -> None:
    what = "Photos, videos," if videos.can_be_read() else "Photos"
    files = st.file_uploader(
        f"{what} or zips with one folder for each class",
        accept_multiple_files=True,
        key=uploads.fresh_key("files"),
        help="Several at once are fine. They begin to come in as soon as you drop them.",
    )
    if files:
        kept = uploads.keep(files)
        jobs = [submit(str(source), goal, goal.name or title, asks=True) for source, title in kept]
        import_card.follow(jobs[0])


def _folder(goal: Goal) -> None:
    files = st.file_uploader(
        "A folder that holds one folder for each class",
        accept_multiple_files="directory",
        key=uploads.fresh_key("folder"),
        help="Choose the folder above the class folders; one folder of photos is fine, too.",
    )
    if files:
        top = files[0].name.replace("\\", "/").split("/")[0]
        import_card.follow(
            submit(str(uploads.keep_together(files)), goal, goal.name or top, asks=True)
        )


def _path(goal: Goal) -> None:
    with st.form("photos_path_form", border=False):
        path = st.text_input(
            "Folder or zip on the computer that runs PawTune",
            key="photos_path",
            placeholder="/home/you/pictures/birds",
            help="For large sets: nothing is copied through the browser. The files stay where "
            "they are and are only read.",
        )
        pressed = st.form_submit_button("Import from this path", icon=":material/folder_open:")
    if pressed:
        if not path.strip():
            raise SourceError("Type the path of a folder or a zip first.")
        import_card.follow(submit(path.strip(), goal, goal.name, asks=True))


def _camera(goal: Goal) -> None:
    """The camera; what it takes goes into its class at once."""
    if goal.label is None:
        st.info(
            "Choose above what the pictures show, or type it; then the camera opens.",
            icon=":material/photo_camera:",
        )
        return
    set_camera.show(goal)
