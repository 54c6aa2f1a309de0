"""The wall of photos: it scrolls, one opens large, keys label; ticks change many."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.browser.test_own_photos import newest
from tests.workspaces import add_photo_set, class_folders, wait_for

NAME = "Pets"
MOST_TILES = 120


@pytest.fixture
def workspace(own_home: Path) -> Workspace:
    return open_workspace(own_home)


@pytest.fixture
def row(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    return add_photo_set(workspace, class_folders(tmp_path / "pets", 150, ("cat", "dog")), NAME)


def seen(page: Page) -> None:
    """Every photo in sight shows itself."""
    page.wait_for_function(
        """() => {
          const find = (root) => root.querySelector('.photos .scroll') ??
            [...root.querySelectorAll('*')].map((one) => one.shadowRoot && find(one.shadowRoot))
              .find(Boolean);
          const scroll = find(document);
          const edge = scroll.getBoundingClientRect();
          const tiles = [...scroll.querySelectorAll('li')].filter((one) => {
            const { top, bottom } = one.getBoundingClientRect();
            return bottom > edge.top && top < edge.bottom;
          });
          return tiles.length > 5 && tiles.every((one) => one.querySelector('img').src);
        }"""
    )


def opened(page: Page, number: int) -> None:
    """The photo of this number is open, and shows itself as high as the window."""
    viewer = page.get_by_role("dialog", name="One photo, large")
    expect(viewer.get_by_text(f"{number} of 300")).to_be_visible()
    picture = viewer.get_by_role("img")
    expect(picture).to_have_attribute("src", re.compile("^data:image/jpeg"))
    box, size = picture.bounding_box(), page.viewport_size
    assert box is not None
    assert size is not None
    assert box["height"] == size["height"]


def test_photos_are_looked_through_large_and_labelled_with_keys(
    visit, workspace: Workspace, row: PhotoSetRow
) -> None:
    page = visit().go(f"/photos?set={row.id}")
    seen(page)
    scroll = page.locator(".photos .scroll")
    scroll.evaluate("(one) => { one.scrollTop = one.scrollHeight }")
    seen(page)
    assert page.locator(".photos li").count() < MOST_TILES
    scroll.evaluate("(one) => { one.scrollTop = 0 }")
    page.locator(".photos li .open").first.click()
    opened(page, 1)
    page.keyboard.press("ArrowRight")
    opened(page, 2)
    page.keyboard.press("ArrowLeft")
    opened(page, 1)
    was = page.locator(".viewer .now").inner_text()
    page.keyboard.press("d" if was == "cat" else "c")  # the first letter of its name
    opened(page, 2)
    page.keyboard.press("x")
    page.keyboard.press("x")
    expect(page.get_by_text("3 not saved yet")).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_text("2 not saved yet")).to_be_visible()
    opened(page, 3)
    page.keyboard.press("Escape")
    wait_for(lambda: newest(workspace, NAME).id != row.id, "a new version")
    assert newest(workspace, NAME).change == "1 label changed, 1 photo taken out"
    expect(page.get_by_text("299 photos. Click one")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("300 photos. Click one")).to_be_visible()


def test_many_answers_are_kept_ten_at_a_time_while_the_photo_stays_open(
    visit, workspace: Workspace, row: PhotoSetRow
) -> None:
    page = visit().go(f"/photos?set={row.id}")
    seen(page)
    page.locator(".photos li .open").first.click()
    for number in range(1, 13):
        opened(page, number)
        page.keyboard.press("1" if page.locator(".viewer .now").inner_text() == "dog" else "2")
    opened(page, 13)
    page.keyboard.press("Escape")  # what was said while the first ten are being kept is not lost
    wait_for(lambda: newest(workspace, NAME).version == 3, "two new versions")
    assert newest(workspace, NAME).change == "2 labels changed"


def test_photos_are_picked_with_keys_and_modifiers(
    visit, workspace: Workspace, row: PhotoSetRow
) -> None:
    page = visit().go(f"/photos?set={row.id}")
    seen(page)
    photos = page.locator(".photos li .open")
    take_out = page.get_by_role("button", name="Take out")
    expect(take_out).to_have_count(0)
    photos.nth(5).focus()  # as a screen reader does, which walks by itself
    page.keyboard.press("ArrowRight")
    expect(photos.nth(6)).to_be_focused()
    photos.nth(1).click(modifiers=["Control"])
    expect(page.get_by_text("1 selected")).to_be_visible()
    photos.nth(4).click(modifiers=["Shift"])
    expect(page.get_by_text("4 selected")).to_be_visible()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_text("5 selected")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_text("4 selected")).to_be_visible()
    take_out.click()
    wait_for(lambda: newest(workspace, NAME).accepted == 296, "a new version")
    expect(page.get_by_text("296 photos. Click one")).to_be_visible()
    expect(take_out).to_have_count(0)
