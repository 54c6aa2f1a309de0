"""The first network of one's own: one button, the training as it learns, and what came of it."""

from __future__ import annotations

import time
from typing import Final

import streamlit as st

from pages.ui import frame, markdown, resources, stores, visitor
from pages.ui.parts import job_card, picture_row, run_result, time_estimate, who_answers
from pages.ui.parts.picture_row import Picture
from pages.ui.parts.tiles import alt, select
from pages.ui.start import learning, samples
from pages.ui.start.samples import Photo
from pipeline.errors import PawTuneError
from pipeline.files import sizes
from pipeline.jobs.job import Job
from pipeline.photos.sources.opened import DRAWN_PETS, TUTORIAL, ready_set
from pipeline.workspace.run import Run

_FOLLOWED: Final = "start_followed"  # session: id of the job that is watched, or was
_REPLAY: Final = "start_replay"  # session: since when a finished training is drawn again
_REAL: Final = "start_real"  # key of the switch to real photos
_ADDRESS: Final = "first"
TESTS: Final = 6
OWN_PHOTOS: Final = "Use your own photos"
_REAL_HELP: Final = "3,000 photos of cats and dogs, fetched once, instead of the drawn pets."


def followed() -> Job | None:
    """The first training that who looks has started, running or ended; None while there is none."""
    wanted = st.query_params.get(_ADDRESS) or st.session_state.get(_FOLLOWED)
    try:
        if wanted:
            return stores.jobs().get(wanted)
    except PawTuneError:  # deleted since, or another one's
        pass
    # On one's own computer there is no doubt who has started it.
    return stores.first_training().at_work() if visitor.visitor() is None else None


def network(job: Job | None) -> Run | None:
    """What came of it, where it can answer and is not being drawn again."""
    if job is None or not job.finished or job.run_id is None or is_replayed():
        return None
    found = next((run for run in resources.run_list() if run.id == job.run_id), None)
    return found if found is not None and found.can_answer else None


def button(kind: str = "primary") -> None:
    """One press to a first trained network, at any time: it waits for its photos by itself."""
    offers_real = _offers_real()
    source = TUTORIAL if stores.first_training().photos(TUTORIAL) else DRAWN_PETS
    if offers_real and st.session_state.get(_REAL):
        source = TUTORIAL
    downloads = source == TUTORIAL and offers_real
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            f"Try training ({'download, then ' if downloads else ''}about a minute)",
            key="start_first",
            type="primary" if kind == "primary" else "secondary",
            icon=":material/rocket_launch:",
            help="A network of your own, from one press. You watch it learn, and may stop it.",
        )
        if offers_real:
            st.toggle(f"On real photos ({_download_size()} download)", key=_REAL, help=_REAL_HELP)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(_on_what(source), width="content")
        frame.link("Photos", OWN_PHOTOS, new="1")
    if pressed:
        _start(source)


def _on_what(source: str) -> str:
    if source == DRAWN_PETS:
        return "To see how it learns, on 800 drawn pets. Your own photos come next:"
    return "To see how it learns, on 3,000 real photos. Your own photos come next:"


def _start(source: str) -> None:
    queue = stores.first_training()
    finished = queue.finished(source) if visitor.visitor() is not None else None
    if finished is not None:
        st.session_state[_REPLAY] = time.monotonic()
        job_id = finished.job_id
    else:
        time_estimate.give_way()
        job = queue.submit(source)
        if job.run_id is None:  # it waits for its photos; meanwhile its process may get ready
            stores.keep_warm()
        job_id = job.id
    resources.forget_lists()
    st.session_state[_FOLLOWED] = job_id
    st.query_params[_ADDRESS] = job_id
    st.rerun()


def is_replayed() -> bool:
    """Whether a finished training is being drawn again."""
    since = st.session_state.get(_REPLAY)
    return since is not None and time.monotonic() - since < learning.REPLAY_S


def show(job: Job) -> None:
    """The training as it learns, and how it ended."""
    if not job.finished:
        _watch(job.id)
        return
    if job.run_id is None:
        job_card.ending(job)
        button()
        return
    run = stores.runs().get(job.run_id)
    if is_replayed():
        _replay(run)
        return
    _result(run)


def _watch(job_id: str) -> None:
    @st.fragment(run_every=learning.LOOK_S)
    @frame.guard()
    def watch() -> None:
        stores.jobs().settle()
        job = stores.jobs().get(job_id)
        if job.finished:
            resources.forget_lists()
            st.rerun(scope="app")
        run = stores.runs().get(job.run_id) if job.run_id else None
        learning.progress(job, run)
        with st.container(key="start_learning"):
            if run is not None and run.epochs:
                learning.pictures(run)

    watch()


def _replay(run: Run) -> None:
    @st.fragment(run_every=learning.LOOK_S / 2)
    @frame.guard()
    def watch() -> None:
        if not is_replayed():
            st.rerun(scope="app")
        past_s = time.monotonic() - st.session_state[_REPLAY]
        shown = learning.at(run, past_s / learning.REPLAY_S)
        st.progress(
            len(shown.epochs) / len(run.epochs),
            text="This training was done here before, with the same photos and settings: its "
            "curve again, quicker.",
        )
        with st.container(key="start_learning"):
            learning.pictures(shown)

    watch()


def _result(run: Run) -> None:
    name = markdown.literal(run.name)
    st.header(f"{name} has learned" if run.can_answer else name, anchor=False)
    if run.error or not run.can_answer:
        run_result.outcome(run)
        button("secondary")
    else:
        st.markdown(run_result.verdict(run))
        if who_answers.learned_from_drawings(run):
            st.caption(
                ":material/draw: Its photos are drawings, and a real photo is often “none of them” "
                "to it. So what comes next?"
            )
            _next()
        _tests(run)
    if run.epochs:
        learning.pictures(run)
    with st.container(horizontal=True):
        frame.link("Runs", "All about this run", run=run.id)
        frame.link("Classify", run_result.ASK_IT, run=run.id)
        if not who_answers.learned_from_drawings(run):
            frame.link("Photos", OWN_PHOTOS, new="1")


def _next() -> None:
    """From drawings to real photos: one's own, or those that are fetched."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(OWN_PHOTOS, key="start_own", type="primary", icon=":material/add_box:"):
            st.switch_page("pages/photos.py", query_params={"new": "1"})
        if _offers_real() and st.button(
            f"Train on real photos ({_download_size()} download)",
            key="start_real_next",
            icon=":material/rocket_launch:",
            help=_REAL_HELP,
        ):
            _start(TUTORIAL)


def _offers_real() -> bool:
    """Whether the tutorial's photos could be fetched, and are not there yet."""
    return visitor.visitor() is None and not stores.first_training().photos(TUTORIAL)


def _download_size() -> str:
    return sizes.size(ready_set(TUTORIAL).download_bytes or 0)


def _tests(run: Run) -> None:
    """A few test photos, to ask about by a click: neither network has seen them."""
    photo_set = resources.photo_set(run.photo_set_id)
    classes = range(len(photo_set.classes))
    of_each = [select(photo_set, one, "test")[: TESTS // len(classes)] for one in classes]
    chosen = [index for turn in zip(*of_each, strict=False) for index in turn]
    photos = [Photo(alt(photo_set, photo_set.photos[i]), photo_set.jpeg(i)) for i in chosen]
    what = "drawings" if who_answers.learned_from_drawings(run) else "photos"
    st.markdown(f"Ask about {what} that it has never seen:")
    now = samples.photo(samples.paintings())
    picture_row.show(
        [Picture(photo.jpeg, photo.name) for photo in photos],
        f"Test {what}",
        "start_tests",
        photos.index(now) if now in photos else None,
        lambda place: samples.ask_about(photos[place]),
    )
