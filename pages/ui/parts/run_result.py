"""How a run ended: its verdict, its badge, and what may help."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.ui import frame, markdown, stores
from pages.ui.parts import built_in, downloads
from pipeline.wording import (
    curve_points,
    near_copies,
    numbers,
    score_text,
    sealed_text,
    uneven_classes,
)
from pipeline.workspace.run import Run
from pipeline.workspace.states import RunState

UNTESTED: Final = (
    "Its photo set has no test photos, so there is no score: how good it is on photos that it has "
    "never seen, nobody knows. The curves tell how it did on the validation photos."
)
ASK_IT: Final = "Try it on a photo"


def badge(run: Run) -> None:
    """Says so where a run is the baseline; nothing otherwise."""
    if run.is_baseline:
        st.badge(
            "baseline",
            icon=":material/push_pin:",
            color="violet",
            help="Other runs are held against this one. There is one baseline at a time.",
        )


def ending(run: Run) -> None:
    """How a run ended, and where to go from here."""
    outcome(run)
    if not run.epochs and run.state == RunState.STOPPED:
        st.markdown("Stopped before a first epoch was kept; there is nothing to test.")
    with st.container(horizontal=True):
        frame.link("Runs", "All about this run", run=run.id)
        if run.can_answer:
            frame.link("Classify", ASK_IT, run=run.id)


def outcome(run: Run) -> None:
    """What went wrong, and the result, as far as there are any."""
    if run.error:
        st.error(markdown.literal(run.error), icon=":material/error:")
        built_in.instead(run)
    if run.score or (run.is_sealed and run.can_answer):
        st.markdown(verdict(run))
    elif run.can_answer:
        st.markdown(UNTESTED)
    beside = score_text.beside(run.config, run.test, run.cross_validation)
    if beside:
        st.caption(beside)


def verdict(run: Run) -> str:
    """The result in two or three sentences, with its interval."""
    score = run.shown
    if score is not None:
        sentences = [f"**{score_text.verdict(score, run.config)}**"]
        sentences.append(sealed_text.SEALED if run.is_sealed else "")
        sentences.append(_could_be_luck(run, score))
        sentences.append(beside(run))
    elif run.is_sealed:
        accuracy = run.kept.val_accuracy if run.kept else None
        sentences = [sealed_text.instead_of_a_score(accuracy)]
    else:
        return score_text.verdict(None)
    return " ".join(filter(None, [*sentences, _stopped(run)]))


def _stopped(run: Run) -> str:
    """What was kept of a run that did not get to its end; nothing for others."""
    if run.state != RunState.STOPPED:
        return ""
    kept = curve_points.name(run.config, run.epochs, run.best_epoch) if run.best_epoch else ""
    stopped = "" if run.error else "You stopped it; "  # what else did, is said above
    said = f"{stopped}the best until then was kept{kept and f', {kept}'}."
    return said[0].upper() + said[1:]


def beside(run: Run) -> str:
    """What has to stand beside a score, in Markdown: uneven classes, near copies; often nothing."""
    names = [markdown.name(one, run.classes, 40) for one in run.classes]
    said = uneven_classes.sentence(run.shown, names), near_copies.sentence(run.shown)
    return " ".join(filter(None, said))


def _could_be_luck(run: Run, score: score_text.Score) -> str:
    """Whether the network may be no better than one that looks at no photo; nothing otherwise.

    The best of those always answers the class that most of the photos show.
    """
    effortless = score.get("largest_share", 1 / max(2, len(run.classes)))
    if score["low"] > effortless:
        return ""
    share, largest = numbers.percent(effortless, 0), int(score.get("largest_class", -1))
    known = 0 <= largest < len(run.classes)
    name = markdown.name(run.classes[largest], run.classes, 40) if known else ""
    gives = f"always answering {name} gives" if known else "chance is"
    return f"That could be luck: {gives} {share}. {_what_may_help(run)} may help."


def _what_may_help(run: Run) -> str:
    if curve_points.is_solved(run.config) and not run.config.fine_tune_epochs:
        return "More photos, a larger image size or fine-tuning"
    return "More photos, more epochs or a higher learning rate"


def curves_download(run: Run, key: str) -> None:
    """A button that hands the curves over as CSV, made when somebody presses it.

    Args:
        run: Whose curves.
        key: The button's.
    """
    runs = stores.runs()
    downloads.csv(
        "Curves (CSV)",
        lambda: runs.curves_csv(run.id),
        file_name=f"{run.id}-curves.csv",
        key=key,
        purpose="One line for each point of the curves, for a spreadsheet.",
    )
