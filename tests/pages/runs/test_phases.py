"""What each phase of a training froze, brought and cost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pages.ui.parts import run_curves
from pages.ui.runs import phases as runs_phases
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from tests.pages.conftest import Open
from tests.pages.known_curves import curve, photos
from tests.workspaces import add_run

# === The sentence below the curves ===


def test_without_fine_tuning_nothing_is_said_of_it(known: Run) -> None:
    assert run_curves.sentence(curve(known, [0.9, 0.9], [])) is None
    assert "There was no fine-tuning" in runs_phases.frozen(curve(known, [0.9, 0.9], []))


# === What was frozen, and the cost ===


@pytest.mark.parametrize(
    ("first", "says"),
    [
        (100, "the first 100 layers stayed frozen; the other 54 learned together with the head"),
        (0, "nothing was frozen: all layers learned"),
        (154, "they all stayed frozen, and the head went on learning"),
    ],
)
def test_what_was_frozen(known: Run, first: int, says: str) -> None:
    run = replace(known, config=replace(known.config, fine_tune_at=first))
    assert says in runs_phases.frozen(run)
    assert "all 154 layers of the backbone" in runs_phases.frozen(run)


def test_the_cost_of_each_phase(known: Run) -> None:
    told = runs_phases.costs(known)
    first, second = (told[name] for name in ("Feature extraction", "Fine-tuning"))
    lines = dict(zip(told["Phase"], zip(first, second, strict=True), strict=True))
    assert lines["Trainable weights"] == ("1,281", "1,800,000")
    assert lines["Went on for"] == ("3 epochs", "2 epochs")
    assert lines["Time"] == ("30 s", "25 s")
    assert lines["Time for each epoch"] == ("10 s", "12 s")
    assert lines["Share of the time"] == ("55 %", "45 %")
    gained = curve(known, [0.9, 0.9, 0.9], [0.92, 0.92, 0.92])
    assert runs_phases.cost_sentence(gained) == (
        "Fine-tuning took 25 s, for a difference that may be chance."
    )
    gained = curve(known, [0.9] * 4, [0.95, 0.95, 0.95])
    assert runs_phases.cost_sentence(gained) == (
        "Fine-tuning took 25 s for 5.0 points: 5 s for each point."
    )
    lost = curve(known, [0.95, 0.95, 0.95], [0.9, 0.9, 0.9])
    assert runs_phases.cost_sentence(lost) == "Fine-tuning took 25 s, and did harm."


def test_a_gain_that_rounds_to_nothing_has_no_price_for_a_point(
    known: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos(monkeypatch, 20_000)  # seven wrong before, none after
    gained = curve(known, [0.99965] * 4, [1.0] * 3)
    assert runs_phases.cost_sentence(gained) == "Fine-tuning took 25 s for less than 0.1 points."


def test_a_run_without_times_or_counts_has_fewer_lines(known: Run) -> None:
    bare = replace(known, phase_seconds={}, parameters=None)
    assert runs_phases.costs(bare)["Phase"] == ["Went on for", "Validation accuracy at its end"]
    assert runs_phases.cost_sentence(bare) == ""


def test_a_solved_head_has_steps(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    config = TrainConfig(head=SOLVED, fine_tune_epochs=3)
    made = add_run(workspace, photo_set.id, config=config)
    told = runs_phases.costs(made)
    assert told["Feature extraction"][1] == "12 solver steps"
    app = open_page("runs", run=made.id)
    assert not app.exception
    assert any("12 solver steps" in str(table.value.to_numpy()) for table in app.table)
