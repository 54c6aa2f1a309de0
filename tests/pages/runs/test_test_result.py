"""The test photos of a run: what was called what."""

from __future__ import annotations

from pages.ui.runs import test_result
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs, find
from tests.pages.conftest import Open, look_at, words


def test_a_batch_of_predictions_beside_labels(open_page: Open, run: Run) -> None:
    app = look_at(open_page("runs", run=run.id), "runs_tabs", "A test batch")
    assert "3 of 4 photos right" in words(app)
    printed = next(block.value for block in app.code if "Predictions:" in block.value)
    assert "Labels:" in printed
    table = next(frame.value for frame in app.dataframe if "Prediction" in frame.value)
    assert int((table["Prediction"] != table["Label"]).sum()) == 1
    assert list(table["Right"]).count(False) == 1


def test_test_photos_tell_predicted_and_true(open_page: Open, run: Run) -> None:
    app = open_page("runs", run=run.id)
    alts = [picture.alt for group in app.get("image") for picture in group.proto.imgs]
    assert len([alt for alt in alts if alt.startswith("Test photo labelled")]) == 4
    found = Runs(workspace_of(run)).predictions(run.id)
    wrong = test_result.pick(found, test_result.WRONG)
    assert len(wrong) == 1
    assert found.called[wrong[0]] != found.truth[wrong[0]]
    unsure = test_result.pick(found, test_result.UNSURE)
    sure = found.probabilities.max(axis=1)
    assert sure[unsure[0]] == sure.min()


def test_what_classify_would_make_of_the_test_photos_is_told(open_page: Open, run: Run) -> None:
    assert "Classify would name" not in words(open_page("runs", run=run.id))  # earlier versions
    counted = {"named": 2, "named_right": 1, "unsure": 1, "none": 1}
    with workspace_of(run).database.writing() as session:
        record = find(session, run.id)
        record.test = {**record.test, **counted}
    assert "Of 4 test photos, Classify would name 2, 1 of them rightly; 1 would be" in words(
        open_page("runs", run=run.id)
    )


def workspace_of(run: Run) -> Workspace:
    return Workspace(run.folder.parents[1])


def test_damaged_predictions_are_a_sentence(open_page: Open, run: Run) -> None:
    (run.folder / "predictions.npz").write_bytes(b"broken")
    app = open_page("runs", run=run.id)
    assert not app.exception
    assert "missing or damaged" in words(app)


def test_numbers_are_those_of_the_first_score(open_page: Open, run: Run, judged: Run) -> None:
    metrics = {one.label: one.value for one in open_page("runs", run=judged.id).metric}
    assert metrics["Accuracy"] == "95.0 %"
    assert metrics["All photos"] == "40"
    metrics = {one.label: one.value for one in open_page("runs", run=run.id).metric}
    assert metrics["Test accuracy"] == "75.0 %"
    assert metrics["Test photos"] == "4"
