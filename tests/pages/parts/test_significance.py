"""Is one run really better: the verdict in words, with the photos behind it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.evaluation.predictions import read_predictions, write_predictions
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.run_notes import Remarks
from pipeline.workspace.runs import PREDICTIONS
from tests.pages.conftest import Open, compared, finished_run, judged_run, words
from tests.workspaces import add_photo_set, add_run, class_folders, cross_validate


def test_two_runs_are_compared_on_the_same_photos(
    open_page: Open, workspace: Workspace, run: Run, photo_set: PhotoSetRow
) -> None:
    finished_run(workspace, photo_set, "Second try")
    text = words(compared(open_page("runs")))
    assert "right on the same photos and wrong on the same" in text
    assert "Both were tested on the same 4 photos" in text


def answer(run: Run, wrong: list[int]) -> None:
    """Let a run be right on all its test photos but these."""
    told = read_predictions(run.folder / PREDICTIONS)
    assert told is not None
    truth = told.truth
    probabilities = np.full((len(truth), 2), 0.1, np.float32)
    probabilities[np.arange(len(truth)), truth] = 0.9
    probabilities[wrong] = probabilities[wrong][:, ::-1]
    write_predictions(run.folder / PREDICTIONS, replace(told, probabilities=probabilities))


@pytest.fixture
def many(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    """A set with 40 test photos."""
    return add_photo_set(workspace, class_folders(tmp_path / "many", photos=200), "Many")


def test_the_verdict_in_words_with_the_photos_behind_it(
    open_page: Open, workspace: Workspace, many: PhotoSetRow
) -> None:
    first = add_run(workspace, many.id, "A")
    second = add_run(workspace, many.id, "B")
    answer(first, list(range(14)))
    answer(second, list(range(14, 23)))
    Remarks(workspace).pin(first.id)
    app = compared(open_page("runs"))
    text = words(app)
    assert (
        "“B” is right on 14 photos that “A” got wrong, “A” on 9 that “B” got wrong: no real "
        "difference with this many photos"
    ) in text.replace("\\", "")
    assert "would most likely settle it" in text
    assert "Both were tested on the same 40 photos" in text
    groups = [one.label for one in app.expander if "alone" in one.label]
    assert groups == ["Right by “B” alone \\(14\\)", "Right by “A” alone \\(9\\)"]
    alts = [picture.alt for group in app.get("image") for picture in group.proto.imgs]
    said = [alt for alt in alts if "said" in alt]
    assert len(said) == 16, "eight of each at a time"
    assert all("; A said" in alt for alt in said[:8])


def test_two_runs_of_one_name_are_told_apart(
    open_page: Open, workspace: Workspace, many: PhotoSetRow
) -> None:
    first, second = (add_run(workspace, many.id, "Try") for _ in range(2))
    answer(first, list(range(14)))
    answer(second, list(range(14, 23)))
    app = compared(open_page("runs"))
    assert not app.exception
    groups = [one.label.replace("\\", "") for one in app.expander if "alone" in one.label]
    assert groups == ["Right by “Try (2)” alone (9)", "Right by “Try (1)” alone (14)"]
    alts = [picture.alt for group in app.get("image") for picture in group.proto.imgs]
    said = [alt for alt in alts if "said" in alt]
    assert len(said) == 16
    assert all("; Try (" in alt for alt in said)


def test_three_verdicts_at_once_are_remarked_on(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    made = [add_run(workspace, photo_set.id, f"Run {number}") for number in range(4)]
    app = compared(open_page("runs"))
    assert "wrong 1 time in 20" not in words(app)
    assert "Each of these 3 verdicts is wrong 1 time in 20" in words(compared(app, *made))


def test_two_runs_that_all_photos_judged_are_compared_on_all_of_them(
    open_page: Open, workspace: Workspace, judged: Run, photo_set: PhotoSetRow
) -> None:
    other = judged_run(workspace, photo_set, "Other settings")
    cross_validate(workspace, other, wrong=12)
    app = compared(open_page("runs"))
    text = words(app)
    assert not app.exception
    assert "Both were tested on the same 40 photos" in text
    assert "“All judge” is right on 10 photos that “Other settings” got wrong" in text
    assert "points against *Other settings* on the same photos" in text


def test_a_run_that_all_photos_judged_meets_another_on_the_test_photos(
    open_page: Open, workspace: Workspace, judged: Run, photo_set: PhotoSetRow
) -> None:
    finished_run(workspace, photo_set, "Tuned")
    text = words(compared(open_page("runs")))
    assert "Both were tested on the same 4 photos" in text
    assert "held against each other are the answers about the test photos" in text
