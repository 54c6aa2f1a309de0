"""What a run came to, in a sentence."""

from __future__ import annotations

from dataclasses import replace

from pages.ui.parts import run_result
from pipeline.wording import sealed_text
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.tables import RunRecord
from tests.pages.conftest import Open, words
from tests.workspaces import SOLVER_STEPS, cross_validate


def test_stopped_and_lucky_results_say_what_fits(quick: Run, careful: Run) -> None:
    lucky = {"loss": 0.7, "accuracy": 0.5, "low": 0.3, "high": 0.7, "photos": 20}
    assert "learning rate" not in run_result.verdict(replace(quick, test=lucky))
    assert "fine-tuning may help" in run_result.verdict(replace(quick, test=lucky))
    stopped = replace(careful, state="stopped", best_epoch=SOLVER_STEPS)
    assert f"the best until then was kept, solver step {SOLVER_STEPS}" in run_result.verdict(
        stopped
    )


def test_luck_is_what_always_answering_the_largest_class_would_bring(quick: Run) -> None:
    test = {"loss": 0.2, "accuracy": 0.95, "low": 0.911, "high": 0.974, "photos": 200}
    assert "could be luck" not in run_result.verdict(replace(quick, test=test)), "as it was told"
    test |= {"largest_class": 1, "largest_share": 0.95}
    said = run_result.verdict(replace(quick, test=test))
    assert f"That could be luck: always answering {quick.classes[1]} gives 95 %." in said
    better = test | {"low": 0.951, "accuracy": 0.98}
    assert "could be luck" not in run_result.verdict(replace(quick, test=better))


def test_a_run_without_test_photos_says_so_and_is_asked_about_other_photos(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    with workspace.database.writing() as session:
        session.query(RunRecord).filter_by(id=run.id).one().test = None
    for page in ("train", "runs"):
        app = open_page(page, run=run.id)
        assert not app.exception
        assert "no test photos, so there is no score" in words(app)
    app = open_page("evaluate")
    assert not app.exception
    assert "test" not in app.selectbox(key=f"evaluate_photos_{run.id}").value
    assert app.button(key="evaluate_ask")


def test_luck_is_called_luck(open_page: Open, workspace: Workspace, run: Run) -> None:
    with workspace.database.writing() as session:
        record = session.query(RunRecord).filter_by(id=run.id).one()
        record.test = {"loss": 0.7, "accuracy": 0.5, "low": 0.3, "high": 0.7, "photos": 20}
    assert "could be luck" in words(open_page("train", run=run.id))


def test_near_copies_are_said_wherever_the_score_is(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    with workspace.database.writing() as session:
        record = session.query(RunRecord).filter_by(id=run.id).one()
        test = {"loss": 0.1, "accuracy": 0.95, "low": 0.76, "high": 0.99, "photos": 20}
        record.test = test | {"near_copies": 12}
    said = "12 of these 20 test photos have a near copy"
    for page in ("train", "runs", "evaluate"):
        assert said in words(open_page(page, run=run.id)), page
    front = open_page()
    assert any(said in (one.help or "") for one in front.markdown)


def test_a_run_of_an_earlier_version_says_nothing_of_copies(quick: Run) -> None:
    assert "near copy" not in run_result.verdict(quick)


def test_all_photos_of_a_small_set_are_the_score(open_page: Open, judged: Run) -> None:
    said = "95.0 % of all 40 photos were predicted correctly"
    for page in ("train", "runs"):
        text = words(open_page(page, run=judged.id))
        assert said in text, page
        assert "each by a network trained without it" in text, page
        assert "4 test photos" not in text.partition("What each phase did")[0], page
    assert "95.0 % of all 40 photos (" in words(open_page())


def test_what_was_judged_before_fine_tuning_stands_beside(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    cross_validate(workspace, run)
    text = words(open_page("runs", run=run.id))
    assert "95.0 % of all 40 photos before fine-tuning were predicted correctly" in text
    assert "75.0 %" not in text, "of four photos single ones decide"


def test_uneven_classes_are_said_wherever_the_score_is(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    uneven = {
        "balanced_accuracy": 0.525,
        "worst_class": 1,
        "worst_recall": 0.05,
        "worst_photos": 20,
    }
    with workspace.database.writing() as session:
        record = session.query(RunRecord).filter_by(id=run.id).one()
        test = {"loss": 0.1, "accuracy": 0.95, "low": 0.93, "high": 0.97, "photos": 400}
        record.test = test | uneven
    said = "counting alike it is 52.5 % (balanced accuracy). Lowest recall: red, 1 of 20 photos."
    for page in ("train", "runs"):
        assert said in words(open_page(page, run=run.id)), page
    assert "52.5 %" in [one.value for one in open_page("runs", run=run.id).metric]
    front = open_page()
    assert any(said in (one.help or "") for one in front.markdown)


def test_a_stopped_run_under_a_seal_says_what_was_kept(careful: Run) -> None:
    stopped = replace(careful, state="stopped", test=None, is_sealed=True, cross_validation=None)
    said = run_result.verdict(stopped)
    assert said.startswith(sealed_text.SEALED)
    assert "You stopped it; the best until then was kept" in said
