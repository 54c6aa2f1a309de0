"""The curves of one run on the pages, and the sentence below them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pages.ui.parts import run_curves
from pages.ui.runs import phases as runs_phases
from pipeline.coach.curves import Course
from pipeline.coach.phase_rules import fine_tuning_gained
from pipeline.wording import numbers
from pipeline.workspace.run import Run
from tests.pages.conftest import Open, axis_titles, look_at, words
from tests.pages.known_curves import curve, photos
from tests.workspaces import SOLVER_STEPS


def test_the_table_has_the_curves_own_numbers(open_page: Open, run: Run) -> None:
    app = open_page("runs", run=run.id)
    table = next(one.value for one in app.dataframe if "Validation loss" in one.value)
    assert list(table["Point"]) == ["baseline", *(f"epoch {n}" for n in range(1, 6))]
    assert table["Validation accuracy %"].iloc[0] == pytest.approx(38)
    for line, epoch in zip(table.iloc[1:].itertuples(), run.epochs, strict=True):
        assert line[2] == numbers.percentage(epoch.accuracy)
        assert line[5] == pytest.approx(epoch.val_loss)
    app.toggle(key="runs_overlay").set_value(True).run()
    table = next(one.value for one in app.dataframe if "Validation loss" in one.value)
    assert table["Point"].iloc[-1] == "tutorial, epoch 21"


def test_a_quick_run_on_the_pages(open_page: Open, quick: Run) -> None:
    app = open_page("runs", run=quick.id)
    assert not app.exception
    assert axis_titles(app, "runs") == {"step of the solver"}
    text = words(app)
    assert "the points are the solver's steps, not epochs" in text
    assert "Whether fine-tuning helped" not in text
    assert "There was no fine-tuning" in text
    app = open_page("train", run=quick.id)
    assert not app.exception
    assert "Whether fine-tuning helped" not in words(app)
    assert "Why can the head be solved in closed form?" in words(app)


def test_a_careful_run_on_the_pages(open_page: Open, careful: Run) -> None:
    app = open_page("runs", run=careful.id)
    assert axis_titles(app, "runs") == {"step of the solver, then epoch of fine-tuning"}
    assert "whose epochs are counted anew" in words(app)
    look_at(app, "runs_tabs", "Scores")
    moments = next(frame.value for frame in app.dataframe if "Moment" in frame.value)["Moment"]
    assert list(moments) == [
        "Baseline",
        f"After feature extraction, solver step {SOLVER_STEPS}",
        "After fine-tuning, epoch 4",
        "Saved: fine-tuning epoch 4",
        "Saved",
    ]


def test_a_clear_gain(known: Run) -> None:
    said = run_curves.sentence(curve(known, [0.95] * 4, [0.975, 0.98, 0.981]))
    assert said == (
        "**Fine-tuning added 2.9 points** of validation accuracy, beyond the noise with "
        "1,000 validation photos."
    )


def test_a_gain_that_may_be_the_heads_own_is_told_as_the_coach_tells_it(known: Run) -> None:
    made = curve(known, [0.5, 0.6, 0.7, 0.75, 0.8, 0.85], [0.95, 0.95, 0.95])
    falling = tuple(replace(one, val_loss=1 - one.epoch / 10) for one in made.epochs)
    rising = replace(made, epochs=falling)
    assert run_curves.sentence(rising) == (
        "**Validation accuracy rose by 10.0 points** during fine-tuning, beyond the noise; "
        "how much of it fine-tuning did, nobody can tell: the head was still improving."
    )
    assert runs_phases.cost_sentence(rising) == "", "no price for points that may be the head's"
    coach = fine_tuning_gained(
        Course(rising.config, rising.epochs, run_curves.split_classes(rising))
    )
    assert coach is not None
    assert "nobody can tell" in coach.says
    short = run_curves.sentence(curve(known, [0.8, 0.85], [0.95, 0.95, 0.95]))
    assert str(short).endswith("the head had 2 epochs only, and might have got better, too.")


def test_a_gain_within_chance_is_no_gain(known: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    photos(monkeypatch, 120)
    said = run_curves.sentence(curve(known, [0.95, 0.95, 0.95], [0.958, 0.958, 0.958]))
    assert said == (
        "Fine-tuning changed validation accuracy by +0.8 points: within the noise with "
        "120 validation photos."
    )
    lost = run_curves.sentence(curve(known, [0.958, 0.958, 0.958], [0.95, 0.95, 0.95]))
    assert "by \N{MINUS SIGN}0.8 points: within the noise" in str(lost)


def test_up_and_down_is_nothing_that_lasts(known: Run) -> None:
    said = run_curves.sentence(curve(known, [0.95, 0.96, 0.95], [0.93, 0.94, 0.955]))
    assert "made no measurable difference in validation accuracy" in str(said)


def test_a_loss_is_said_and_what_was_kept(known: Run) -> None:
    lost = curve(known, [0.95, 0.95, 0.95], [0.8, 0.8, 0.8])
    said = str(run_curves.sentence(replace(lost, best_epoch=3)))
    assert said.startswith("**Fine-tuning took 15.0 points of validation accuracy away**")
    assert said.endswith("What was kept is the network from before it.")


@pytest.mark.parametrize(
    ("number", "second", "says"),
    [
        (12, [0.9, 0.9], "with fewer than 20, single photos decide"),
        (1000, [0.9], "one epoch of it tells too little"),
        (1000, [float("nan"), 0.9], "the curves are not whole"),
        (0, [0.9, 0.97], "was 95.0 % before fine-tuning and 97.0 % after it"),
    ],
)
def test_what_cannot_be_told_is_not_told(
    known: Run, monkeypatch: pytest.MonkeyPatch, number: int, second: list[float], says: str
) -> None:
    photos(monkeypatch, number)
    assert says in str(run_curves.sentence(curve(known, [0.95, 0.95], second)))


@pytest.mark.parametrize("page", ["train", "runs"])
def test_it_stands_below_the_curves_on_both_pages(open_page: Open, run: Run, page: str) -> None:
    text = words(open_page(page, run=run.id))
    assert "Whether fine-tuning helped, 4 validation photos cannot tell" in text
    assert "lifted" not in text
