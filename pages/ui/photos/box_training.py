"""Train on the boxes: one import, one training, and what it knows in the end."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

import streamlit as st

from pages.ui import access, frame, markdown, resources, stores
from pages.ui.parts import (
    built_in,
    import_card,
    job_card,
    pickers,
    run_result,
    tiles,
    time_estimate,
)
from pages.ui.photos import new_set
from pages.ui.photos.new_set import Going, NewSet
from pipeline.errors import RunError
from pipeline.jobs.job import Job
from pipeline.photos.class_boxes import Box
from pipeline.settings.presets import PRESETS, QUICK, fitted
from pipeline.wording import box_text, numbers
from pipeline.wording.box_text import Short
from pipeline.wording.job_text import plainly, waiting
from pipeline.wording.names import apart
from pipeline.workspace.run import Run
from pipeline.workspace.states import JobState

_LOOK_S: Final = 0.5  # between two looks at what is running
_MISTAKES: Final = 8  # photos that are shown
_LEAST_PX: Final = 88  # each of them, so that its words stay whole
_FROM_BUILT_IN: Final = (
    "ImageNet's weights could not be fetched, so it starts from PawTune's built-in network, which "
    "knows less. Press Train again when this computer is connected to the internet."
)


def show(made: NewSet, usable: Collection[str]) -> None:
    """The button, what stands in its way, what is running; below, what came of it.

    Args:
        made: What is put together.
        usable: Keys of the photos that count.
    """
    going = made.going
    trainable = made.boxes.trainable(usable)
    with st.container(key="new_set_train_row"), frame.guard():
        going = made.going = _or_from_built_in(going)
        busy = going is not None and _is_busy(going)
        pressed = st.button(
            "Train",
            key="new_set_train",
            type="primary" if new_set.untrained() or going is None else "secondary",
            icon=":material/play_arrow:",
            width="stretch",
            disabled=len(trainable) < 2 or bool(made.unseen) or busy,
            help="Takes the photos of the boxes in as a set, and trains on it with settings that "
            "fit their number.",
        )
        if pressed:
            made.going = _start(made, trainable, usable)
            st.rerun()
        _what_is_missing(made, trainable, usable)
        if going is not None:
            if going.from_built_in:
                st.caption(f":material/inventory_2: {_FROM_BUILT_IN}")
            _follow(going)
    if going is not None and not busy:
        run = _run(stores.jobs().get(going.train_id))
        if run is not None:
            with frame.guard():
                _result(run)


def _what_is_missing(made: NewSet, trainable: Sequence[Box], usable: Collection[str]) -> None:
    short = [
        Short(place, box.name, sum(photo in usable for photo in box.photos))
        for place, box in enumerate(made.boxes.boxes, start=1)
        if box not in trainable
    ]
    said = box_text.missing(len(trainable), short)
    if not said:
        begun = [box for box in short if box.photos]
        said = box_text.left_out(begun, len(made.boxes.pile))
    if said and made.files:
        st.caption(markdown.literal(said))


def _start(made: NewSet, trainable: Sequence[Box], usable: Collection[str]) -> Going:
    titles = made.boxes.titles
    name = box_text.set_name([titles[box.number] for box in trainable])
    photos = sum(photo in usable for box in trainable for photo in box.photos)
    time_estimate.give_way()
    config = fitted(PRESETS[QUICK].config, photos // 2)  # at least half of them are learned from
    both = stores.after_import().submit(str(made.pack(trainable)), name, config)
    new_set.trained(trainable)
    return Going(both.importing.id, both.training.id)


def _or_from_built_in(going: Going | None) -> Going | None:
    """Where ImageNet's weights could not be had, the same training goes on without them."""
    run = _run(stores.jobs().get(going.train_id)) if going and not going.from_built_in else None
    if going is None or run is None or not built_in.misses_weights(run):
        return going
    job = stores.jobs().submit_train(run.photo_set_id, built_in.config_of(run), run.name)
    stores.runs().delete(run.id)  # it has learned nothing
    resources.forget_lists()
    return replace(going, train_id=job.id, from_built_in=True)


def _is_busy(going: Going) -> bool:
    return not stores.jobs().get(going.train_id).finished


def _follow(going: Going) -> None:
    """What is running, renewed until it is done; then what it knows, in a line."""
    busy = _is_busy(going)

    @st.fragment(run_every=_LOOK_S if busy else None)
    @frame.guard()
    def look() -> None:
        stores.jobs().settle()
        if busy and not _is_busy(going):
            resources.forget_lists()
            st.rerun()
        importing, training = (stores.jobs().get(one) for one in (going.import_id, going.train_id))
        if not importing.finished:
            _at_work(importing, "Step 1 of 2")
        elif not training.finished:
            _at_work(training, "Step 2 of 2")
        else:
            _ended(importing, training)

    look()


def _at_work(job: Job, step: str) -> None:
    told, share = plainly(job.stage, job.sentence), min(1.0, job.fraction or 0.0)
    if job.state == JobState.QUEUED:
        told, share = waiting(job.position, job.seconds_left), 0.0
    st.progress(share, text=f"{step}: {markdown.literal(told)}")


def _ended(importing: Job, training: Job) -> None:
    """What it knows in a line; or why there is no run, file by file."""
    run = _run(training)
    if run is None:
        new_set.trained(())
        if importing.state == JobState.DONE:
            st.error(markdown.literal(training.error or ""), icon=":material/error:")
        else:
            job_card.show(importing.id, "")
        import_card.account(importing)
    elif run.score:
        with st.container(horizontal=True, vertical_alignment="center", key="new_set_knows"):
            knows = box_text.knows(run.classes, run.score)
            access.say(f"knows_{run.id}", knows, place=".st-key-new_set_knows h2")
            st.header(markdown.literal(knows), anchor=False)
            frame.link("Classify", run_result.ASK_IT, run=run.id)


def _run(training: Job) -> Run | None:
    """The run that came of it, as long as nobody deletes it."""
    if training.run_id is None:
        return None
    try:
        return stores.runs().get(training.run_id)
    except RunError:
        return None


def _result(run: Run) -> None:
    """What came of it in full, the photos that it calls wrong, and the ways on."""
    st.session_state[pickers.PHOTO_SET] = run.photo_set_id  # what other pages look at now
    run_result.outcome(run)
    if run.can_answer:
        _mistakes(run)
    with st.container(horizontal=True, key="new_set_ways"):
        frame.link("Runs", "See how it learned", run=run.id)
        frame.link("Photos", "Look at the set", set=run.photo_set_id)


def _mistakes(run: Run) -> None:
    answers = resources.answers(run)
    wrong = (~answers.right).nonzero()[0]
    if not len(wrong):
        return
    st.markdown(f"**{numbers.plural(len(wrong), 'mistake')}**")
    shown = list(apart(run.classes, 20).values())
    found = []
    for place in wrong[:_MISTAKES]:
        called, label = shown[answers.called[place]], shown[answers.truth[place]]
        words = box_text.mistake(called, label)
        picture = resources.thumbnail(run.photo_set_id, int(answers.photo_indices[place]))
        found.append(tiles.Tile(picture, markdown.literal(words), words))
    tiles.grid(found, columns=_MISTAKES, gap="xsmall", least_px=_LEAST_PX)
