"""What the computer offers."""

from __future__ import annotations

import pytest

from pipeline.api.operations import LATEST
from pipeline.phone.desk import Desk
from pipeline.phone.goal import Goal
from pipeline.phone.inbox import Came
from pipeline.settings.hyperparameters import ANSWER
from pipeline.workspace.home import Workspace


@pytest.fixture
def desk(workspace: Workspace) -> Desk:
    return Desk(lambda: workspace)


def test_without_photos_and_runs_it_says_what_to_do(desk: Desk) -> None:
    told = desk.told(90.5)
    assert (told["minutes"], told["goal"], told["run"]) == (2, None, None)
    assert told["no_run"].endswith("Train one to its end first.")
    desk.goal = Goal("album", "Only unlabelled photos", {}, into="set")
    assert desk.told(1)["goal"] is None
    desk.run = "run-that-was-deleted"
    assert "no such run" in desk.told(1)["no_run"]


@pytest.mark.usefixtures("with_example")
def test_the_run_that_the_page_shows_answers_else_the_newest(desk: Desk) -> None:
    assert desk.run == LATEST
    told = desk.told(60)
    assert (told["run"], told["sure_from"]) == (
        "Example: cats and dogs",
        ANSWER["sure_from"].default,
    )
    assert desk.network()[0] == "starter"


def test_another_link_counts_anew_and_loses_no_photo(desk: Desk, workspace: Workspace) -> None:
    desk.asked, desk.bringing.received = 3, 5
    desk.inbox.put(Came("1", workspace.uploads_folder / "a.zip", (("a.jpg", 1),)))
    desk.begin_anew()
    assert (desk.asked, desk.bringing.received, len(desk.inbox)) == (0, 0, 1)
