"""The frame of every page: set-up, menu, what is running, what it explains, errors as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st

from pages.ui import access, markdown, resources, stores, upload_answers, visitor
from pipeline.errors import PawTuneError, SettingError
from pipeline.jobs.job import Job
from pipeline.photos.sources.opened import DRAWN_PETS
from pipeline.progress import TESTING_STEPS
from pipeline.settings import mode
from pipeline.workspace.states import JobState

HERE: Final = Path(__file__).parent
TEXT_PX: Final = 760  # a line of text no longer than the eye likes
_MESSAGE: Final = "frame_message"  # said after the next rerun
_LESSONS: Final = "frame_lessons"  # answer by question, of the page that is drawn
LEARN: Final = "Explanations"
ABOUT: Final = "What is this page for?"


@dataclass(frozen=True, slots=True)
class Page:
    """One entry of the menu; its script, its icon, and what one does there."""

    name: str
    script: str
    icon: str
    what: str


PAGES: Final = (
    Page("Start", "app.py", ":material/home:", "What this is, and what is running."),
    Page(
        "Photos",
        "pages/photos.py",
        ":material/photo_library:",
        "Choose a set of labelled photos, or bring your own, and look at it.",
    ),
    Page(
        "Explore",
        "pages/explore.py",
        ":material/travel_explore:",
        "See what a network that knows 1,000 things already makes of them.",
    ),
    Page(
        "Augment",
        "pages/augment.py",
        ":material/flip:",
        "Turn, mirror and zoom: many photos out of few.",
    ),
    Page(
        "Train",
        "pages/train.py",
        ":material/model_training:",
        "Start a training and watch the network learn.",
    ),
    Page(
        "Runs",
        "pages/runs.py",
        ":material/query_stats:",
        "Every training with its curves and scores, side by side.",
    ),
    Page(
        "Evaluate",
        "pages/evaluate.py",
        ":material/troubleshoot:",
        "What it gets wrong, where it looks, and which labels may be wrong.",
    ),
    Page(
        "Classify",
        "pages/classify.py",
        ":material/pets:",
        "Drop in a photo that it has never seen, and get an answer.",
    ),
)

# Where one sees a running job, and how the sidebar calls it.
_DOING: Final = {
    "train": ("pages/train.py", "Training"),
    "import": ("pages/photos.py", "Importing"),
    "explore": ("pages/explore.py", "Preparing Explore"),
    "timing": ("pages/train.py", "Measuring speed"),
    "prepare": ("pages/train.py", "Preparing a preview"),
    "save": ("pages/photos.py", "Saving a photo set"),
    "export": ("pages/runs.py", "Exporting a run"),
    "evaluate": ("pages/evaluate.py", "Evaluating"),
    "sweep": ("pages/train.py", "Trying settings"),
    "study": ("pages/photos.py", "Studying photos"),
    "map": ("pages/photos.py", "Drawing a map"),
    "backup": ("pages/photos.py", "Backing up"),
    "restore": ("pages/photos.py", "Restoring"),
}

_TESTING: Final = "Testing"
_PAINTING: Final = "Painting pets"


def _page(name: str) -> Page:
    return next(page for page in PAGES if page.name == name)


def open_page(name: str) -> None:
    """Set the page up and draw the menu; the first call of every page."""
    page = _page(name)
    upload_answers.keep()
    st.set_page_config(
        page_title="PawTune" if page is PAGES[0] else f"{name} · PawTune",
        page_icon=HERE / "paw.svg",
        layout="wide",
        initial_sidebar_state="auto",
    )
    st.html(HERE / "frame.css")
    st.session_state[_LESSONS] = {}
    access.begin(name)
    _expect_mode()
    st.logo(HERE / "pawtune.svg", icon_image=HERE / "paw.svg", size="large")
    with st.sidebar:
        for entry in PAGES:
            st.page_link(entry.script, label=entry.name, icon=entry.icon, width="stretch")
        with guard():
            _at_work(bool(stores.jobs().active()))
        st.caption(_privacy())
    message = st.session_state.pop(_MESSAGE, None)
    if message:
        st.toast(message, icon=":material/check:")


def _expect_mode() -> None:
    """Go no further in a mode that there is not, or in a demo that could not keep its word."""
    try:
        if mode.is_demo():
            # Whatever the server was started with: a visitor has no use for a bug's details.
            st.set_option("client.showErrorDetails", "none")
        visitor.expect_protection()
    except SettingError as error:
        st.error(markdown.literal(str(error)), icon=":material/error:")
        st.stop()


def _privacy() -> str:
    """Where photos are, and who sees them."""
    if not mode.is_demo():
        return ":material/lock: Photos and training stay on this computer."
    hours = mode.current().hours_kept
    return (
        ":material/lock: A demo: your photos stay on its server, only this browser sees them, and "
        f"they are deleted after {hours:g} hours."
    )


@contextmanager
def guard() -> Iterator[None]:
    """Show what a person can act on as a sentence; a bug stays a bug.

    Every page and every fragment stands in one.
    """
    try:
        yield
    except PawTuneError as error:
        st.error(markdown.literal(str(error)), icon=":material/error:")


def lead(text: str, more: str = "") -> None:
    """What one sees on a page, in a line.

    Args:
        text: The line.
        more: Why it matters, for who is here first; stands in the page's drawer.
    """
    st.markdown(text, width=TEXT_PX)
    if more:
        learn(ABOUT, more)


def learn(question: str, answer: str) -> None:
    """Put an explanation into the page's drawer; see `drawer`."""
    st.session_state.setdefault(_LESSONS, {})[question] = answer


def drawer() -> None:
    """All that a page explains, at its foot, closed until somebody asks; a page's last call."""
    lessons: dict[str, str] = st.session_state.get(_LESSONS, {})
    if lessons:
        with st.expander(LEARN, icon=":material/school:"):
            for question, answer in lessons.items():
                st.markdown(f"**{question}**\n\n{answer}", width=TEXT_PX)


def link(name: str, label: str, icon: str = "", **address: str) -> None:
    """A link to another page.

    Args:
        name: The page's, as in the menu.
        label: On the link.
        icon: The page's own where none is given.
        address: What its address shall name, such as `run`.
    """
    page = _page(name)
    st.page_link(page.script, label=label, icon=icon or page.icon, query_params=address or None)


def go_to_train() -> None:
    """The way on from a page that needs a run."""
    link("Train", "Go to Train", ":material/arrow_forward:")


def say_later(message: str) -> None:
    """Say something after the next rerun; a toast right before one would be lost."""
    st.session_state[_MESSAGE] = message


def show_change(message: str) -> None:
    """Draw everything anew with what was just changed, and say what that was."""
    resources.forget_lists()
    say_later(message)
    st.rerun(scope="app")


def _at_work(busy: bool) -> None:
    """What is running, in the sidebar of every page, while anything is."""

    @st.fragment(run_every="2s" if busy else None)
    @guard()
    def show() -> None:
        jobs = stores.settled_jobs()
        for job in jobs[:4]:
            one_at_work(job)
        if len(jobs) > 4:
            st.caption(f"and {len(jobs) - 4:,} more waiting")

    show()


def one_at_work(job: Job) -> None:
    """A job as a line: a link to where one sees it, and how far it is."""
    page, name = _DOING[job.kind]
    waiting = job.state == JobState.QUEUED
    is_tested = job.stage is not None and job.stage.step in TESTING_STEPS
    if job.request.get("source") == DRAWN_PETS:
        name = _PAINTING  # nobody's own photos, and often nobody has asked for them
    if is_tested:
        name = _TESTING  # as the page calls it
    is_whole = job.fraction is None or job.is_packing or is_tested
    share = "" if waiting or is_whole else f", {job.fraction:.0%}"
    st.page_link(
        page,
        label=f"{name}: waiting" if waiting else f"{name}{share}",
        icon=":material/schedule:" if waiting else "spinner",
        query_params={"run": job.run_id} if job.run_id else None,
        width="stretch",
    )
