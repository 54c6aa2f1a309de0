"""The Classify page's parts: photos in, one answer or one sentence for each."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from pages.ui import networks, resources, tables, words
from pipeline import mode
from pipeline.classify.answering import answers
from pipeline.classify.classifier import Answer
from pipeline.photos.incoming import Incoming
from pipeline.workspace.runs import Run

KEPT: Final = "classify_answers"  # session: answers of the files that are on the page
CARDS: Final = 12
BARS: Final = 3
UNSURE: Final = 0.7
NEITHER: Final = "None of them"


@dataclass(frozen=True, slots=True)
class Asked:
    """One file with its answer, or with the reason why there is none."""

    name: str
    jpeg: bytes | None
    answer: Answer | None
    reason: str | None


def nobody() -> None:
    """What to do while no run can answer."""
    st.info(
        "No training has finished yet, so nobody can answer. Train one first: the one on the "
        "front page takes about a minute. Or bring back the example, at the foot of Runs.",
        icon=":material/info:",
    )
    st.page_link("pages/train.py", label="Go to Train", icon=":material/arrow_forward:")


def ask(run: Run) -> None:
    """Take photos, show the answers."""
    uploaded = st.file_uploader(
        "Photos (JPEG, PNG or WebP)",
        type="image/*",
        accept_multiple_files=True,
        key="classify_upload",
        max_upload_size=mode.current().limits.file_bytes // 2**20,
        help="One or many. They are looked at and forgotten.",
    )
    files = [(file.name, file.getvalue()) for file in uploaded]
    if st.toggle(
        "Use the camera",
        key="classify_camera_on",
        help="Your browser asks whether PawTune may see the camera.",
    ):
        shot = st.camera_input("Take a photo", key="classify_camera")
        if shot is not None:
            files.insert(0, ("camera photo", shot.getvalue()))
    st.caption(_knows(run))
    if files:
        began = time.monotonic()
        asked = ask_all(run, files)
        _summary(run, asked, time.monotonic() - began)
        _cards(asked)


def _knows(run: Run) -> str:
    """What the run can tell, and what it does with anything else."""
    known = [words.literal(name) for name in run.classes]
    names = words.joined(known[:12]) + (" and more" if len(known) > 12 else "")
    if networks.classifier(run.id).says_neither:
        return (
            f"It knows {names}. A photo that is like none of those it learned from, a teapot "
            f"perhaps, is called “{NEITHER.lower()}”."
        )
    return f"It knows {names}, and nothing else: a photo of a teapot gets one of these names too."


def called(answer: Answer) -> str:
    """What an answer comes to: its class, or that it is none of them."""
    return NEITHER if answer.is_neither else answer.class_name


def ask_all(run: Run, files: Sequence[tuple[str, bytes]]) -> list[Asked]:
    """Answers in the order of the files; what was answered before is not asked again."""
    kept: dict[tuple[str, str], Asked] = st.session_state.get(KEPT, {})
    keys = [(run.id, hashlib.sha256(data).hexdigest()) for _, data in files]
    fresh = {
        key: file for key, file in zip(keys, files, strict=True) if key not in kept
    }  # equal files once
    if fresh:
        found = _stream(run, list(fresh.values()))
        kept = kept | dict(zip(fresh, found, strict=True))
    kept = {key: kept[key] for key in keys}
    st.session_state[KEPT] = kept
    return [
        Asked(name, kept[key].jpeg, kept[key].answer, kept[key].reason)
        for key, (name, _) in zip(keys, files, strict=True)
    ]


def _stream(run: Run, files: Sequence[tuple[str, bytes]]) -> Iterator[Asked]:
    photos = (Incoming(name, "", None, lambda data=data: data) for name, data in files)
    bar = st.progress(0.0, text="Looking at the photos") if len(files) > CARDS else None
    found = answers(photos, networks.classifier(run.id), resources.decoder())
    for number, one in enumerate(found, start=1):
        if bar is not None:
            bar.progress(number / len(files), text=words.progress(number, len(files), "photos"))
        reason = one.error.reason if one.error else None
        yield Asked(one.photo.name, one.jpeg, one.answer, reason)
    if bar is not None:
        bar.empty()


def _summary(run: Run, asked: Sequence[Asked], seconds: float) -> None:
    answered = [one for one in asked if one.answer is not None]
    failed = [one for one in asked if one.answer is None]
    for one in failed:
        st.error(
            f"**{words.literal(one.name)}**: {words.literal(one.reason or '')}",
            icon=":material/broken_image:",
        )
    if not answered:
        return
    st.caption(f"{words.plural(len(answered), 'answer')} in {seconds:.2f} s.")
    if len(asked) > 1:
        names = [called(one.answer) for one in answered if one.answer]
        parts = [f"{words.literal(name)}: {names.count(name)}" for name in dict.fromkeys(names)]
        st.markdown(f"**{', '.join(parts)}**")
        st.dataframe(
            [_row(one) for one in asked],
            hide_index=True,
            height="content" if len(asked) <= 10 else 380,
            column_config={
                "Probability": st.column_config.ProgressColumn(
                    format="percent", min_value=0.0, max_value=1.0
                )
            },
            alt="All photos with their answers",
        )
    columns = ["Photo", "Class", "Probability", *(_share(name) for name in run.classes), "Problem"]
    st.download_button(
        "Answers (CSV)",
        lambda: tables.as_csv([_csv_row(one) for one in asked], columns),
        file_name="answers.csv",
        mime="text/csv",
        key="classify_csv",
        icon=":material/download:",
        on_click="ignore",
        help="One line for each photo, with the probability of every class.",
    )


def _row(one: Asked) -> dict[str, object]:
    return {
        "Photo": one.name,
        "Class": called(one.answer) if one.answer else "",
        "Probability": None
        if one.answer is None or one.answer.is_neither
        else one.answer.probability,
        "Problem": one.reason or "",
    }


def _csv_row(one: Asked) -> dict[str, object]:
    shares = one.answer.probabilities if one.answer else {}
    return _row(one) | {_share(name): round(share, 6) for name, share in shares.items()}


def _share(class_name: str) -> str:
    """A column's name, which no class name can clash with."""
    return f"Probability of {class_name}"


def _cards(asked: Sequence[Asked]) -> None:
    """Each photo with its class and a bar for each of the likeliest classes."""
    answered = [one for one in asked if one.answer is not None]
    pages = -(-len(answered) // CARDS)
    page = st.pagination(pages, key=f"classify_page_{pages}") if pages > 1 else 1
    with st.grid(3, min_column_width=220, gap="small"):
        for one in answered[(page - 1) * CARDS : page * CARDS]:
            with st.container(border=True, height="stretch"):
                _card(one)


def _card(one: Asked) -> None:
    assert one.answer is not None and one.jpeg is not None
    answer = one.answer
    st.image(one.jpeg, width="stretch", alt=f"{one.name}, called {called(answer).lower()}")
    st.subheader(words.literal(called(answer)), anchor=False)
    if answer.is_neither:
        _nearest(answer)
    else:
        _bars(answer)
    st.caption(words.literal(words.short(one.name, 50)))


def _nearest(answer: Answer) -> None:
    """The class that comes nearest, in grey, and why it does not count."""
    st.markdown(
        f":gray[nearest: {words.literal(answer.class_name)}]",
        help="The network looks for the patterns of what it was taught. In this photo it sees "
        "something else: it lies farther from all photos that it learned from than 98 of 100 "
        "of their kind do. It may be wrong about that: an odd photo of the right kind can "
        "end up here too.",
    )
    st.caption(
        ":material/help: Not like anything it was taught. It must choose one of its names, and "
        "would choose this one."
    )


def _bars(answer: Answer) -> None:
    """A bar for each of the likeliest classes."""
    likeliest = sorted(answer.probabilities.items(), key=lambda entry: -entry[1])[:BARS]
    for name, share in likeliest:
        st.progress(
            min(1.0, max(0.0, share)), text=f"{words.literal(name)} · {words.percent(share)}"
        )
    if answer.probability < UNSURE:
        st.caption(":material/help: Not sure: it sees something of more than one of them.")
