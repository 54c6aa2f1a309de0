"""All answers at once: a table, how many of each, and both as files to take away."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd
import streamlit as st

from pages.ui import markdown
from pages.ui.classify.questions import Question
from pages.ui.parts import downloads, import_card
from pipeline.classify import sorted_folders
from pipeline.classify.answer import Answer, called, gives_name, is_unsure
from pipeline.classify.sorted_folders import Sorted
from pipeline.photos.set_file import folder_names
from pipeline.wording import numbers
from pipeline.wording.answer_text import NEITHER, NOT_SURE
from pipeline.wording.names import apart
from pipeline.workspace.run import Run

MOST_COUNTED: Final = 12  # classes; the table and the files have all of them
_ONE_BY_ONE: Final = 3  # files that cannot be used; more of them are a table


def show(asked: Sequence[Question], sure_from: float) -> None:
    """A line for each file.

    Args:
        asked: The files with their answers.
        sure_from: See `answer.called`.
    """
    names = apart(_classes(asked))
    st.dataframe(
        [_shown(_row(one, sure_from), names) for one in asked],
        hide_index=True,
        height="content" if len(asked) <= 10 else 380,
        column_config={
            "Probability": st.column_config.ProgressColumn(
                format="%.1f %%", min_value=0.0, max_value=100.0
            )
        },
        alt="All photos with their answers",
    )


def _classes(asked: Sequence[Question]) -> Sequence[str]:
    """The classes that whoever answered knows."""
    return next((tuple(one.answer.probabilities) for one in asked if one.answer), ())


def counted(run: Run, answers: Sequence[Answer], sure_from: float, *, aloud: bool = False) -> str:
    """`cat: 3, dog: 1, Not sure: 2`; a class may have any name, those of the last two as well.

    Of many classes the most frequent, and in how many others the rest is. Aloud, names are plain
    text.
    """
    named = Counter(one.class_name for one in answers if gives_name(one, sure_from))
    shown = {name for name, _ in named.most_common(MOST_COUNTED)}
    counts = [
        (name if aloud else markdown.name(name, run.classes), named[name])
        for name in run.classes
        if name in shown
    ]
    rest = len(named) - len(shown)
    counts.append(
        (
            numbers.plural(rest, "other class", "other classes"),
            named.total() - sum(count for _, count in counts),
        )
    )
    counts.append((NOT_SURE, sum(is_unsure(one, sure_from) for one in answers)))
    counts.append((NEITHER, sum(one.is_neither for one in answers)))
    return ", ".join(f"{name}: {count}" for name, count in counts if count)


def problems(failed: Sequence[Question], small: bool = False) -> None:
    """Files that got no answer, with their reasons.

    Args:
        failed: The files.
        small: Whether others got one, which is what one came for.
    """
    if len(failed) > _ONE_BY_ONE:
        title = f"{numbers.plural(len(failed), 'file')} without an answer, and what to do"
        with st.expander(title, icon=":material/broken_image:"):
            rows = [{"name": one.name, **one.why._asdict()} for one in failed if one.why]
            import_card.rejected_table(rows, "classify_rejected")
        return
    for one in failed:
        said = f"**{markdown.literal(one.name)}**: {markdown.literal(str(one.why or ''))}"
        if small:
            st.caption(f":red[:material/broken_image:] {said}")
        else:
            st.error(said, icon=":material/broken_image:")


def files(run: Run, asked: Sequence[Question], sure_from: float) -> None:
    """The answers as a table, and the files themselves in folders, to take away."""
    with st.container(gap="xsmall"):
        downloads.csv(
            "Answers (CSV)",
            lambda: csv_table(run, asked, sure_from),
            file_name="answers.csv",
            key="classify_csv",
            purpose="One line for each photo, with the probability of every class.",
        )
        st.download_button(
            "Sorted into folders (ZIP)",
            lambda: as_zip(run, asked, sure_from),
            file_name="sorted photos.zip",
            mime="application/zip",
            key="classify_zip",
            icon=":material/folder_zip:",
            on_click="ignore",
            help="Your own files, unchanged, in one folder for each class; “not sure” and “none of "
            "them” are folders too. A text file lists what could not be looked at.",
        )


def as_zip(run: Run, asked: Sequence[Question], sure_from: float) -> io.BytesIO:
    """The files in folders by what they are called, those without an answer in a list.

    In memory, as the browser gets it from there: a file on the disk would only be read again.
    """
    names = folder_names((*run.classes, NOT_SURE.lower(), NEITHER.lower()))
    folders = dict(zip(run.classes, names[:-2], strict=True))
    not_sure, neither = names[-2:]

    def folder(answer: Answer) -> str:
        if gives_name(answer, sure_from):
            return folders[answer.class_name]
        return neither if answer.is_neither else not_sure

    out = io.BytesIO()
    sorted_folders.write(
        out,
        (Sorted(folder(one.answer), one.name, one.data) for one in asked if one.answer),
        [(one.name, str(one.why or "")) for one in asked if one.answer is None],
    )
    return out


def _row(one: Question, sure_from: float) -> dict[str, object]:
    answer = one.answer
    return {
        "Photo": one.name,
        "Class": called(answer, sure_from) if answer else "",
        "Likeliest": answer.class_name if answer else "",
        "Probability": None if answer is None or answer.is_neither else answer.probability,
        "Problem": str(one.why or ""),
    }


def _shown(row: dict[str, object], names: Mapping[str, str]) -> dict[str, object]:
    """A row with its probability in percent, as the cards round it, and classes told apart."""
    share = row["Probability"]
    named = {column: names.get(str(row[column]), row[column]) for column in ("Class", "Likeliest")}
    percent = numbers.percentage(share) if isinstance(share, float) else None
    return row | named | {"Probability": percent}


def csv_table(run: Run, asked: Sequence[Question], sure_from: float) -> pd.DataFrame:
    """A line for each photo; no class name can clash with the name of a column."""
    columns = ["Photo", "Class", "Likeliest", "Probability"]
    columns += [*(f"Probability of {name}" for name in run.classes), "Problem"]
    rows = []
    for one in asked:
        shares = one.answer.probabilities if one.answer else {}
        told = {f"Probability of {name}": round(share, 6) for name, share in shares.items()}
        rows.append(_row(one, sure_from) | told)
    return pd.DataFrame(rows, columns=columns)
