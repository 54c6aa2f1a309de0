"""How many runs a test has judged, said where scores are compared."""

from __future__ import annotations

import numpy as np
import pytest

from pages.ui.parts.best_of_many import judged_alike
from pipeline.evaluation.best_of_many import expected_largest
from pipeline.evaluation.predictions import Predictions, write_predictions
from pipeline.photos.photo_edits import MovePhotos
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import PREDICTIONS, Runs
from pipeline.workspace.versions import Versions
from tests.pages.conftest import Open, compared, words
from tests.workspaces import add_run


@pytest.fixture
def three(workspace: Workspace, photo_set: PhotoSetRow) -> list[Run]:
    """Each is wrong about another of the four test photos."""
    runs = [add_run(workspace, photo_set.id, f"Try {number}") for number in range(3)]
    for number, run in enumerate(runs):
        found = Runs(workspace).predictions(run.id)
        shares = np.where(np.eye(2)[found.truth] > 0, 0.9, 0.1).astype(np.float32)
        shares[number] = shares[number][::-1]
        kept = Predictions(found.photo_indices, found.truth, shares)
        write_predictions(run.folder / PREDICTIONS, kept)
    return runs


def test_the_table_tells_what_the_best_of_three_is_worth(open_page: Open, three: list[Run]) -> None:
    # Any two disagree about 2 of 4 photos: a spread of sqrt(0.5 / 8) for each.
    lead = expected_largest(3) * 0.25 * 100
    app = open_page("runs")
    said = f"the best of 3 would still look about {lead:.1f} points better than it is"
    assert "3 runs were judged on the same 4 test photos" in words(app)
    assert said in words(app)


def test_two_runs_have_a_verdict_instead(open_page: Open, run: Run, second: Run) -> None:
    assert "runs were judged on the same" not in words(open_page("runs"))


def test_before_the_third_verdict_it_is_said(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, three: list[Run]
) -> None:
    last = add_run(workspace, photo_set.id, "Try 3")
    app = compared(open_page("runs"), *three, last)
    blocks = [one.value for one in app.main if getattr(one, "type", "") in ("caption", "markdown")]
    warned = next(at for at, text in enumerate(blocks) if "Each of these 3 verdicts" in text)
    verdict = next(at for at, text in enumerate(blocks) if "Difference in accuracy" in text)
    assert warned < verdict
    assert sum("4 runs were judged" in text for text in blocks) == 2, "the table, and Compare"


def test_versions_with_the_same_test_photos_count_together(
    workspace: Workspace, photo_set: PhotoSetRow, three: list[Run]
) -> None:
    content = PhotoSets(workspace).open(photo_set.id)
    training, tested = (int(content.indices(split)[0]) for split in ("training", "test"))
    other = "red" if content.classes[content.photos[training].class_index] == "blue" else "blue"
    second = Versions(workspace).edit(photo_set.id, MovePhotos((training,), other))
    again = add_run(workspace, second.id, "Again")
    third = Versions(workspace).edit(second.id, MovePhotos((tested,), other))
    relabelled = add_run(workspace, third.id, "Relabelled")
    (test,) = judged_alike(Runs(workspace).list())
    assert {run.id for run in test} == {again.id, *(run.id for run in three)}
    assert relabelled.id not in {run.id for run in test}
