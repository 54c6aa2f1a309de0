"""The map of photos: a photo shows itself, a lasso picks; a wrong label is mended and undone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from pipeline.photos.photo_edits import MovePhotos
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.studies import KnownFeatures, Studies, Study, hashes
from pipeline.workspace.versions import Versions
from tests.browser.conftest import choose
from tests.browser.test_own_photos import newest, open_tab
from tests.workspaces import add_photo_set, class_folders, wait_for

NAME = "Pets"
WRONG = 3


@pytest.fixture
def workspace(own_home: Path) -> Workspace:
    return open_workspace(own_home)


@pytest.fixture
def row(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    """Forty photos of two classes; one cat is labelled dog. A network has seen them."""
    made = add_photo_set(workspace, class_folders(tmp_path / "pets", 20, ("cat", "dog")), NAME)
    members = PhotoSets(workspace).open(made.id)
    rng = np.random.default_rng(0)
    pooled = np.eye(2, dtype=np.float32)[members.labels()] + 0.3 * rng.random((40, 2), np.float32)
    sha256, nothing = hashes(members), np.zeros((40, 2), np.float32)
    features = KnownFeatures(sha256, pooled, {}, "")
    study = Study(sha256, ("cat", "dog"), nothing, nothing)
    Studies(workspace).keep(made.id, study, features)
    Studies(workspace).keep_map(made.id, features, np.hstack([10 * pooled, pooled]))
    return Versions(workspace).edit(made.id, MovePhotos((WRONG,), "dog"))


def spot(chart: Locator, index: int) -> tuple[float, float]:
    """Where on the screen a point lies."""
    x, y = chart.evaluate(
        "(box, i) => { const edge = box.getBoundingClientRect(), [x, y] = box.where(i);"
        " return [edge.left + x, edge.top + y]; }",
        index,
    )
    return x, y


def wrong(row: PhotoSetRow, workspace: Workspace) -> int:
    """The photo with the wrong label, by its place in this version."""
    photos = PhotoSets(workspace).open(row.id).photos
    return next(i for i, one in enumerate(photos) if one.name.startswith("cat") and one.class_index)


def opened(visit, row: PhotoSetRow) -> tuple[Page, Locator]:
    page = visit().go(f"/photos?set={row.id}")
    open_tab(page, "Map")
    chart = page.locator(".map")
    expect(chart).to_have_attribute("data-painter", "webgl")
    chart.scroll_into_view_if_needed()
    return page, chart


def test_a_wrong_label_is_seen_caught_mended_and_taken_back(
    visit, workspace: Workspace, row: PhotoSetRow
) -> None:
    page, chart = opened(visit, row)
    x, y = spot(chart, wrong(row, workspace))
    page.mouse.move(x, y)
    expect(page.locator(".bubble img")).to_be_visible()
    expect(page.locator(".bubble img")).to_have_attribute("alt", "Training photo labelled dog")
    page.mouse.move(x - 3, y - 3)
    page.mouse.down()
    for dx, dy in ((3, -3), (3, 3), (-3, 3), (-3, -3)):
        page.mouse.move(x + dx, y + dy, steps=4)
    page.mouse.up()
    expect(page.get_by_text("1 selected")).to_be_visible()
    page.get_by_role("button", name="Label", exact=True).click()
    label = page.locator(f".st-key-photos_label_{row.id}").get_by_role("combobox")
    choose(label, "cat", exact=True)
    page.get_by_role("button", name="Apply to 1 photo").click()
    wait_for(lambda: newest(workspace, NAME).id != row.id, "a new version")
    assert newest(workspace, NAME).class_sizes == {"cat": 20, "dog": 20}
    expect(page.locator(".legend")).to_contain_text("cat (20)")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".legend")).to_contain_text("cat (19)")
    assert newest(workspace, NAME).id == row.id


def test_points_are_chosen_by_keys_and_classes_are_hidden(
    visit, workspace: Workspace, row: PhotoSetRow
) -> None:
    page, chart = opened(visit, row)
    chart.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".bubble img")).to_be_visible()
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    expect(page.get_by_text("10 selected")).to_be_visible()
    page.locator(".legend button").first.click()
    expect(page.locator(".legend button").first).to_have_attribute("aria-pressed", "false")


def test_without_webgl_it_is_painted_all_the_same(browser, visit, row: PhotoSetRow) -> None:
    visitor = visit()
    visitor.context.add_init_script(
        "const plain = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...more) {"
        " return kind === 'webgl' ? null : plain.call(this, kind, ...more); };"
    )
    page = visitor.go(f"/photos?set={row.id}")
    open_tab(page, "Map")
    chart = page.locator(".map")
    expect(chart).to_have_attribute("data-painter", "2d")
    inked = chart.locator(".points").evaluate(
        "async (canvas) => { await new Promise(requestAnimationFrame);"
        " const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);"
        " return data.filter((value, at) => at % 4 === 3 && value).length; }"
    )
    assert inked > 40 * 9


def test_evaluate_shows_on_a_slider_how_fine_tuning_moved_the_photos(visit, trained) -> None:
    page = visit().go("/evaluate")
    page.get_by_role("tab", name="Map").click()
    page.get_by_role("button", name="Draw the map").click()
    chart = page.locator(".map")
    expect(chart).to_be_visible(timeout=120_000)
    expect(page.locator("div.legend")).to_contain_text("Right")
    slider = page.get_by_role("slider", name="From before fine-tuning to after it")
    slider.scroll_into_view_if_needed()
    after = chart.evaluate("(box) => [0, 1, 2].map(box.where)")
    slider.press("Home")
    before = chart.evaluate("(box) => [0, 1, 2].map(box.where)")
    assert before != after
    slider.press("End")
    assert chart.evaluate("(box) => [0, 1, 2].map(box.where)") == after
