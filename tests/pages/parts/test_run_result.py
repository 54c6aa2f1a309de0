"""What a run came to, in a sentence."""

from __future__ import annotations

from dataclasses import replace

from pages.ui.parts import run_result
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.tables import RunRecord
from tests.pages.conftest import Open, words
from tests.workspaces import SOLVER_STEPS


def test_stopped_and_lucky_results_say_what_fits(quick: Run, careful: Run) -> None:
    lucky = {"loss": 0.7, "accuracy": 0.5, "low": 0.3, "high": 0.7, "photos": 20}
    assert "learning rate" not in run_result.verdict(replace(quick, test=lucky))
    assert "fine-tuning may help" in run_result.verdict(replace(quick, test=lucky))
    stopped = replace(careful, state="stopped", best_epoch=SOLVER_STEPS)
    assert f"the best until then was kept, solver step {SOLVER_STEPS}" in run_result.verdict(
        stopped
    )


def test_luck_is_called_luck(open_page: Open, workspace: Workspace, run: Run) -> None:
    with workspace.database.writing() as session:
        record = session.query(RunRecord).filter_by(id=run.id).one()
        record.test = {"loss": 0.7, "accuracy": 0.5, "low": 0.3, "high": 0.7, "photos": 20}
    assert "could be luck" in words(open_page("train", run=run.id))
