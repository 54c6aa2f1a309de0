"""The front page's parts: the way through the app, what is at work, the latest runs."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.ui import frame, markdown, resources, stores
from pages.ui.parts import built_in, job_card, run_result
from pages.ui.parts.tiles import ALL, Tile, alt, grid, select
from pipeline.photos.sources.opened import DRAWN_PETS
from pipeline.wording import score_text, text
from pipeline.workspace.run import Run
from pipeline.workspace.states import RunState

LATEST: Final = 5
STRIP: Final = 6


def way() -> None:
    """The pages as cards, in the order in which one walks them."""
    with st.grid(3, min_column_width=230, gap="small"):
        for number, page in enumerate(frame.PAGES[1:], start=1):
            with st.container(border=True, height="stretch"):
                st.page_link(
                    page.script, label=f"**{number}. {page.name}**", icon=page.icon, width="stretch"
                )
                st.caption(page.what)


def opening() -> None:
    """A row of photos from the newest set, and the two usual next steps."""
    for notice in stores.notices():
        st.warning(markdown.literal(notice), icon=":material/healing:")
    rows = resources.photo_set_list()
    if rows:
        photo_set = resources.photo_set(rows[0].id)
        chosen = select(photo_set, ALL, ALL)[:STRIP]
        tiles = [
            Tile(resources.thumbnail(photo_set.id, i), "", alt(photo_set, photo_set.photos[i]))
            for i in chosen
        ]
        grid(tiles, columns=STRIP, gap="xsmall")
    drawn = next((row for row in rows if row.source == DRAWN_PETS and not row.missing), None)
    with st.container(horizontal=True):
        # At the very first start the drawn pets are on their way.
        if drawn is not None or any(job.kind == "import" for job in stores.jobs().active()):
            built_in.first_training(drawn)
        if st.button(
            "Look at the photos",
            key="start_photos",
            icon=":material/photo_library:",
            help="The first step: what the network will learn from.",
        ):
            st.switch_page("pages/photos.py")
        if st.button(
            "Go straight to training",
            key="start_train",
            icon=":material/play_arrow:",
            help="Everything is set for a good first training.",
        ):
            st.switch_page("pages/train.py")


def current_jobs() -> None:
    """A card for everything that is at work or waits."""
    jobs = stores.settled_jobs()
    if jobs:
        st.header("In progress")
    for job in jobs:
        if job.kind == "train":
            run_id = job.run_id or ""
            frame.link("Train", "Watch this training", ":material/monitoring:", run=run_id)
        job_card.show(job.id, f"{job.title}: done.")


def latest_runs() -> None:
    """The newest runs, each with a link to its curves."""
    runs = resources.run_list()
    st.header("Latest runs")
    if all(run.is_example for run in runs):
        st.markdown(
            "No training of your own yet. Open **Train** and press **Start training**; everything "
            "is set for a good one.",
            width=frame.TEXT_PX,
        )
        frame.go_to_train()
    for run in runs[:LATEST]:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            _one_run(run)


def _one_run(run: Run) -> None:
    word, colour, icon = markdown.STATES[run.state]
    frame.link("Runs", f"**{resources.run_name(run, 60)}**", run=run.id)
    damaged = run.error if run.state is RunState.DAMAGED else None
    st.badge(word, color=colour, icon=icon, help=damaged and markdown.literal(damaged))
    run_result.badge(run)
    if run.score:
        st.markdown(
            score_text.in_short(run.score),
            width="content",
            help=run_result.beside(run) or None,
        )
    st.space("stretch")
    st.caption(text.ago(run.created_at), width="content")
