"""The Classify page from top to bottom: photos in, answers, and what to do with them."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pages.ui import frame, markdown, networks
from pages.ui.classify import add_to_set, cards, photo_map, questions, table
from pages.ui.parts import setting_controls, uploads
from pipeline.photos.decoding import file_kinds
from pipeline.settings import mode
from pipeline.settings.hyperparameters import ANSWER
from pipeline.wording import text
from pipeline.wording.answer_text import NEITHER
from pipeline.workspace.run import Run


def nobody() -> None:
    """What to do while no run can answer."""
    st.info(
        "No training has finished yet, so nobody can answer. Train one first: the one on the "
        "front page takes about a minute. Or bring back the example, at the foot of Runs.",
        icon=":material/info:",
    )
    frame.go_to_train()


def ask(run: Run) -> None:
    """Take photos, show the answers."""
    files = _files()
    st.caption(_knows(run))
    if not files:
        questions.forget()
        add_to_set.imports()
        return
    sure_from: float = setting_controls.setting(ANSWER["sure_from"], "classify_sure_from")
    asked = questions.ask_all(run, questions.of_uploads(files))
    table.show(run, asked, sure_from)
    answered = [question for question in asked if question.answer is not None]
    if answered:
        cards.show(run, answered, sure_from)
        photo_map.show(run, answered)
        add_to_set.offer(answered)
    add_to_set.imports()


def _files() -> list[tuple[str, UploadedFile]]:
    """What was dropped or photographed, each with its name."""
    uploaded = st.file_uploader(
        f"Photos ({file_kinds.formats()})",
        type=uploads.PHOTO_TYPES,
        accept_multiple_files=True,
        key="classify_upload",
        max_upload_size=mode.current().limits.file_bytes // 10**6,
        help="One or many. They are looked at and forgotten, unless you add them to a set.",
    )
    files = [(file.name, file) for file in uploaded]
    if st.toggle(
        "Use the camera",
        key="classify_camera_on",
        help="Your browser asks whether PawTune may see the camera.",
    ):
        shot = st.camera_input("Take a photo", key="classify_camera")
        if shot is not None:
            files.insert(0, ("camera photo.jpg", shot))
    return files


def _knows(run: Run) -> str:
    """What the run can tell, and what it does with anything else."""
    names = text.some([markdown.name(name, run.classes) for name in run.classes])
    if networks.classifier(run.id).says_neither:
        return (
            f"It knows {names}. A photo that is like none of those it learned from, a teapot "
            f"perhaps, is called “{NEITHER.lower()}”."
        )
    return (
        f"It knows {names}, and nothing else: a photo of a teapot gets one of these names too. Its "
        f"set held too few photos to tell what is “{NEITHER.lower()}”, or it was trained before "
        "runs learned that."
    )
