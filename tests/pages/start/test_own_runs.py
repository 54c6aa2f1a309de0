"""The runs of who looks."""

from __future__ import annotations

from dataclasses import replace

from pages.ui.start import own_runs
from pipeline.workspace import example
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from tests.pages.conftest import Open, words
from tests.workspaces import add_run, cross_validate


def test_neither_the_example_nor_what_is_everybodys(with_example: None, run: Run) -> None:
    assert own_runs.own([run, replace(run, is_own=False), example.read()]) == [run]


def test_the_newest_five_with_their_scores(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    for number in range(7):
        add_run(workspace, photo_set.id, f"Run number {number}")
    links = [link.proto.label for link in open_page().main.get("page_link")]
    assert [label.strip("*") for label in links[:6]] == [
        *(f"Run number {number}" for number in (6, 5, 4, 3, 2)),
        "Use your own photos",
    ]


def test_a_tuned_run_of_a_tiny_set_shows_what_all_photos_say(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    cross_validate(workspace, add_run(workspace, photo_set.id, "Tuned"))
    said = words(open_page())
    assert "95.0 % of all 40 photos before fine-tuning (" in said
    assert "test photos (" not in said
