"""A training that goes on: a run trained further on more photos, and a stopped one continued."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from pipeline.workspace.doctor import examine
from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs
from tests.browser.conftest import Server, choose
from tests.browser.test_journeys import TRAINING_MS, newest_run
from tests.browser.test_own_photos import newest, open_tab
from tests.workspaces import class_folders, wait_for

# All of a network learns for long enough that Stop comes in time, however busy the machine.
LONG = "weights=none&alpha=0.5&image_size_px=160&epochs=1&fine_tune_epochs=100&fine_tune_at=0"


def test_a_run_is_trained_further_on_photos_that_joined(
    trained: Server, visit, own_home: Path, tmp_path: Path
) -> None:
    workspace = open_workspace(own_home)
    earlier = newest_run(own_home)
    more = class_folders(tmp_path / "more", photos=40)
    visitor = visit()
    page = visitor.go(f"/photos?set={earlier.photo_set_id}")
    open_tab(page, "Add photos")
    choose(page.get_by_role("combobox", name="Add to"), "Colours")
    visitor.bring_folder(more)
    wait_for(lambda: newest(workspace, "Colours").accepted == 80, "the photos that join")

    page = visitor.go(f"/runs?run={earlier.id}")
    page.get_by_role("button", name="Train further").click()
    expect(page.get_by_text(f"Starts from {earlier.name}")).to_be_visible()
    expect(page.get_by_role("combobox", name="Photo set")).to_have_value(
        "Colours · 80 photos, 2 classes"
    )
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_text("were predicted correctly (").first).to_be_visible(timeout=TRAINING_MS)
    run = newest_run(own_home)
    assert run.started_from is not None
    assert (run.state, run.started_from.run, run.started_from.has_seen) == (
        "done",
        earlier.id,
        True,
    )
    assert run.photo_set_id == newest(workspace, "Colours").id != earlier.photo_set_id
    page = visitor.go(f"/runs?run={run.id}")
    expect(page.get_by_text(f"Started from the network of {earlier.name}")).to_be_visible()
    expect(page.get_by_text("its test photos alone can judge it")).to_be_visible()
    assert Runs(workspace).get(earlier.id) == earlier, "it stays as it is"
    assert examine(workspace)["healthy"]


def test_a_stopped_run_is_continued(trained: Server, visit, own_home: Path) -> None:
    workspace = open_workspace(own_home)
    visitor = visit()
    page = visitor.go(f"/train?{LONG}")
    page.get_by_role("button", name="Start training").click()
    stop = page.get_by_role("button", name="Stop and keep the best")
    expect(stop).to_be_visible(timeout=TRAINING_MS)
    wait_for(lambda: len(newest_run(own_home).epochs) >= 2, "two epochs", 240)
    page.get_by_role("button", name="Stop and keep the best").click()
    expect(page.get_by_text("were predicted correctly (").first).to_be_visible(timeout=TRAINING_MS)
    expect(page.locator("#pawtune_said")).to_contain_text("training stopped.")
    stopped = newest_run(own_home)
    assert (stopped.state, stopped.can_answer) == ("stopped", True)
    assert stopped.epochs_left

    page = visitor.go(f"/runs?run={stopped.id}")
    page.get_by_role("button", name="Continue", exact=True).click()
    wait_for(lambda: len(newest_run(own_home).epochs) > len(stopped.epochs), "an epoch more", 240)
    page.get_by_role("button", name="Stop and keep the best").click()
    wait_for(lambda: newest_run(own_home).state == "stopped", "the end", 240)
    run = newest_run(own_home)
    assert run.id == stopped.id
    assert run.epochs[: len(stopped.epochs)] == stopped.epochs
    assert run.can_answer and run.results != stopped.results
    expect(page.get_by_text("You stopped it").first).to_be_visible()
    assert PhotoSets(workspace).get(run.photo_set_id).accepted == 60
    assert examine(workspace)["healthy"]
