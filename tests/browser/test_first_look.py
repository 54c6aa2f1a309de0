"""What is seen at the first look is seen whole: nothing cut, covered, stacked or out of line."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Server
from tests.workspaces import jpeg

WIDTHS_PX = (1440, 1024, 400)
CUT = """whole => [whole, ...whole.querySelectorAll('*')].some(
  one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflow === 'hidden')"""
# Pixels of a cell's name that lie below the line.
COVERED = """line => {
  const handle = line.getBoundingClientRect()
  return [...line.parentElement.querySelectorAll('.cell')].map((cell) => {
    const words = document.createRange()
    words.selectNodeContents(cell)
    const name = words.getBoundingClientRect()
    return Math.min(name.right, handle.right) - Math.max(name.left, handle.left)
  }).reduce((most, one) => Math.max(most, one), 0)
}"""


def left(one: Locator) -> float:
    box = one.bounding_box()
    assert box is not None
    return box["x"]


def top(one: Locator) -> float:
    box = one.bounding_box()
    assert box is not None
    return box["y"]


@pytest.mark.parametrize("width", WIDTHS_PX)
def test_start_is_whole_and_in_line(with_example: None, visit, server: Server, width: int) -> None:
    visitor = visit(viewport={"width": width, "height": 900})
    page: Page = visitor.go("/")
    expect(page.get_by_role("heading", name="Cat, 99 %")).to_be_visible()
    expect(page.get_by_text("Drawing of a cat, a sample")).to_be_visible()
    title = page.get_by_role("heading", level=1)
    step = page.get_by_test_id("stMain").get_by_role("link", name="1. Photos")
    assert abs(left(step.get_by_test_id("stIconMaterial")) - left(title)) <= 2
    for link in page.get_by_test_id("stMain").get_by_test_id("stPageLink-NavLink").all():
        assert not link.evaluate(CUT), link.inner_text()
    page.get_by_role("button", name="Try training").click()
    stop = page.get_by_test_id("stMain").get_by_role("button", name="Stop")
    expect(stop).to_be_visible()  # what is above moves together
    hint = page.get_by_test_id("stFileUploaderDropzoneInstructions").first
    expect(hint).to_contain_text("per file")
    assert not hint.evaluate(CUT)


@pytest.mark.parametrize("width", WIDTHS_PX)
def test_right_stands_beside_wrong_on_every_card(trained: Server, visit, width: int) -> None:
    visitor = visit(viewport={"width": width, "height": 900})
    page = visitor.go("/classify")
    colours = [(220, 40, 40), (40, 60, 220), (210, 60, 50), (50, 60, 200)]
    page.locator("input[type=file]").first.set_input_files(
        files=[
            {"name": f"{place}.png", "mimeType": "image/png", "buffer": jpeg(colour)}
            for place, colour in enumerate(colours)
        ]
    )
    # A network that is not sure gives no name that could be right.
    slider = page.locator(".st-key-classify_panel").get_by_role("slider").first
    expect(slider).to_be_visible()
    slider.press("Home")
    right, wrong = (page.get_by_role("radio", name=name) for name in ("Right", "Wrong"))
    expect(right.first).to_be_visible()
    visitor.settle()
    for place in range(right.count()):
        assert abs(top(right.nth(place)) - top(wrong.nth(place))) < 2
        for one in (right, wrong):
            assert not one.nth(place).evaluate(CUT)


def test_the_line_of_the_block_strip_covers_no_name(trained: Server, visit) -> None:
    visitor = visit()
    page = visitor.go("/train")
    strip = page.get_by_role("slider", name="Fine-tune from layer")
    line = strip.locator(".line")
    for _ in range(16):  # from the default to both ends, over every edge of a block
        assert line.evaluate(COVERED) <= 0
        at = strip.get_attribute("aria-valuenow")
        strip.press("ArrowRight" if strip.get_attribute("aria-valuenow") != "154" else "Home")
        expect(strip).not_to_have_attribute("aria-valuenow", str(at))
