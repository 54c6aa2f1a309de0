"""Somebody's own two pets, from the first drop to a network that knows them, by the clock."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from pipeline.workspace.doctor import examine
from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs
from tests.browser.conftest import Server, Visitor
from tests.browser.stopwatch import Stopwatch, words_at_first_look
from tests.workspaces import jpeg, wait_for

TRAINING_MS = 120_000
MOST_CLICKS = 8
COLOURS = {1: (40, 60, 200), 2: (200, 60, 40)}
# What a browser does when files are dropped on an element, or pasted into the page.
DROP = """([card, files]) => {
  const carrier = new DataTransfer()
  for (const [name, data] of files) {
    const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0))
    carrier.items.add(new File([bytes], name, { type: "image/jpeg" }))
  }
  if (!card) {
    const told = { bubbles: true, cancelable: true, clipboardData: carrier }
    document.dispatchEvent(new ClipboardEvent("paste", told))
    return
  }
  for (const kind of ["dragenter", "dragover", "drop"]) {
    const told = { bubbles: true, cancelable: true, dataTransfer: carrier }
    document.querySelector(card).dispatchEvent(new DragEvent(kind, told))
  }
}"""


def photos(number: int, count: int, first: int = 0) -> list[tuple[str, str]]:
    """Names and Base64 of photos of one colour."""
    return [
        (f"{place}.jpg", base64.b64encode(jpeg(COLOURS[number], 100 * number + place, 96)).decode())
        for place in range(first, first + count)
    ]


def card(page: Page, number: int) -> Locator:
    return page.locator(f".st-key-new_set_card_{number}")


def listens(page: Page, number: int) -> None:
    """Wait until the script of a box has run: its frame is there before, and hears nothing."""
    card(page, number).locator("section.strip .empty:not(:empty)").wait_for(state="attached")


def drop(page: Page, number: int, files: list[tuple[str, str]]) -> None:
    """Drop files anywhere on a box, and wait until they show."""
    listens(page, number)
    page.evaluate(DROP, [f".st-key-new_set_card_{number}", files])


@pytest.mark.slow
def test_from_the_first_drop_to_a_network_that_knows_two_pets(
    a_set_is_there,
    imagenet,
    visit,
    server: Server,
    own_home: Path,
    stopwatch: Callable[[str], Stopwatch],
) -> None:
    workspace = open_workspace(own_home)
    visitor: Visitor = visit()
    page = visitor.go("/photos")
    page.get_by_role("button", name="New set").click()
    expect(page.get_by_role("heading", name="New set")).to_be_visible()
    visitor.settle()  # nobody drops within the blink in which the boxes come
    words, watch = words_at_first_look(page), stopwatch("D")
    for number, name in ((1, "Mia"), (2, "Rex")):
        drop(page, number, photos(number, 12))
        expect(card(page, number).locator("li img")).to_have_count(12)
        field = card(page, number).get_by_role("textbox")
        field.fill(name)
        field.press("Enter")
        expect(card(page, number).get_by_text("12: good for a try, 20 are better")).to_be_visible()
    assert len(PhotoSets(workspace).list()) == 1, "nothing is imported before Train"
    page.get_by_role("button", name="Train", exact=True).click()
    knows = page.get_by_role("heading", name="Knows Mia from Rex: 24 of 24")
    expect(knows).to_be_visible(timeout=TRAINING_MS)
    expect(knows).to_be_in_viewport()
    clicks = 1 + 2 * 2 + 1  # New set; for each box a drop and a name; Train
    watch.lap("24 photos of two pets, from the first drop to trained", clicks=clicks, words=words)
    assert clicks <= MOST_CLICKS
    row = PhotoSets(workspace).list()[0]
    assert (row.name, row.class_sizes, row.received) == ("Mia and Rex", {"Mia": 12, "Rex": 12}, 24)
    run = next(run for run in Runs(workspace).list() if not run.is_example)
    assert run.photo_set_id == row.id
    page.locator(".st-key-new_set_knows").get_by_role("link").click()
    expect(page.get_by_role("heading", name="Classify")).to_be_visible()
    assert examine(workspace)["healthy"]


def test_every_way_into_a_box(a_set_is_there, visit, server: Server) -> None:
    visitor = visit(permissions=["camera"])
    page = visitor.go("/photos?new=1")
    # Pasted while the pointer is on a box: into this one; else they wait for a label.
    listens(page, 2)
    card(page, 2).hover()
    page.evaluate(DROP, ["", photos(2, 2)])
    expect(card(page, 2).locator("li img")).to_have_count(2)
    page.mouse.move(2, 2)
    page.evaluate("document.activeElement.blur()")
    page.evaluate(DROP, ["", photos(2, 2, first=10)])
    expect(page.get_by_text("2 photos to be labelled")).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_text("1 photo to be labelled")).to_be_visible()
    page.keyboard.press("2")
    expect(card(page, 2).locator("li img")).to_have_count(4)
    # A burst of the camera, for as long as the button is held.
    box = card(page, 1)
    box.get_by_role("button", name="Camera").click()
    burst = box.get_by_role("button", name="Hold to take photos")
    expect(burst).to_be_focused()
    wait_for(lambda: box.locator("video").evaluate("video => video.videoWidth > 0"), "the camera")
    page.keyboard.down("Space")
    expect(box.get_by_text(re.compile(r"^[3-9] taken"))).to_be_visible()
    page.keyboard.up("Space")
    expect(box.locator("li img").first).to_be_visible()
    box.get_by_role("button", name="Close camera").click()
    expect(box.locator("video")).to_be_hidden()
    # By keyboard from one box into the other, and out.
    visitor.settle()
    taken = box.locator("li img").count()
    box.locator("button.open").first.press("Enter")
    box.get_by_role("button", name="Move to Class 2").press("Enter")
    expect(box.locator("li img")).to_have_count(taken - 1)
    expect(card(page, 2).locator("li img")).to_have_count(5)
    card(page, 2).locator("button.open").last.press("Delete")
    expect(card(page, 2).locator("li img")).to_have_count(4)
    page.get_by_role("button", name="Undo").click()
    expect(card(page, 2).locator("li img")).to_have_count(5)
    # What is no photo says so.
    drop(page, 1, [("note.jpg", base64.b64encode(b"no photo").decode())])
    expect(box.get_by_text("1 file cannot be used")).to_be_visible()


def test_a_name_half_typed_is_taken_with_the_photos_and_both_outlast_a_reload(
    a_set_is_there, visit, server: Server
) -> None:
    visitor = visit()
    page = visitor.go("/photos?new=1")
    card(page, 2).get_by_role("textbox").press_sequentially("Rex")
    drop(page, 2, photos(2, 5))
    expect(card(page, 2).locator("li img")).to_have_count(5)
    expect(card(page, 2).locator("ol[aria-label='Photos of Rex']")).to_be_visible()
    visitor.settle()
    page.reload()
    expect(card(page, 2).locator("li img")).to_have_count(5)
    expect(card(page, 2).get_by_role("textbox")).to_have_value("Rex")


def test_nothing_of_the_sets_stays_where_new_set_is_pressed_early(
    a_set_is_there, visit, server: Server
) -> None:
    page = visit().go("/")
    page.get_by_test_id("stSidebar").get_by_role("link", name="Photos").click()
    page.get_by_role("button", name="New set").click()
    listens(page, 1)
    page.get_by_role("button", name="Import a set").click()  # nothing covers it
    expect(page.locator(".st-key-photos_way")).to_be_visible()
