"""A sweep: started, left alone over a refresh, judged; its best settings are taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.sweeps import Sweeps
from tests.workspaces import add_photo_set, class_folders

_PATIENCE_MS = 120_000
_SETTINGS = (
    "weights=built-in&alpha=0.5&image_size_px=96&epochs=3&fine_tune_epochs=0"
    "&horizontal_flip=off&rotation=0"
)


@pytest.fixture
def workspace(own_home: Path) -> Workspace:
    return open_workspace(own_home)


def test_settings_are_tried_judged_and_taken(visit, workspace: Workspace, tmp_path: Path) -> None:
    row = add_photo_set(workspace, class_folders(tmp_path / "pets", 30, ("cat", "dog")), "Pets")
    page = visit().go(f"/train?set={row.id}&{_SETTINGS}")
    page.locator(".st-key-train_sweep").get_by_role("button").first.click()
    runs = page.get_by_label("Runs", exact=True)
    runs.fill("4")
    runs.press("Enter")
    page.get_by_role("button", name="Start the sweep").click()
    expect(page.get_by_text("settings tried")).to_be_visible(timeout=_PATIENCE_MS)
    page.reload()
    box = page.locator(".st-key-sweep")
    box.wait_for(timeout=_PATIENCE_MS)
    expect(box.get_by_text("4 of 4 settings tried")).to_be_visible(timeout=_PATIENCE_MS)
    expect(box.get_by_text("asked once")).to_be_visible(timeout=_PATIENCE_MS)
    (sweep_id,) = Sweeps(workspace).ids(row.id)
    best = max(
        Sweeps(workspace).get(sweep_id).runs,
        key=lambda run: (run.kept.val_accuracy, -run.kept.val_loss) if run.kept else (0.0, 0.0),
    )
    box.get_by_role("button", name="Take its settings").click()
    page.wait_for_url("**learning_rate=**")
    assert f"dropout={best.config.dropout:g}" in page.url or best.config.dropout == 0.2
    box.get_by_role("link", name="Open the run").click()
    expect(page.get_by_text("dropout").first).to_be_visible(timeout=_PATIENCE_MS)
