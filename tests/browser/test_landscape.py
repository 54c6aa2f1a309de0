"""A landscape whose cells set the controls, and photos that turn right as one looks."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from pipeline.settings import address
from pipeline.settings.train_config import TrainConfig
from tests.browser.conftest import Server, Visitor

CONFIG = TrainConfig(
    weights="built-in",
    alpha=0.5,
    image_size_px=96,
    views=2,
    epochs=12,
    batch_size=8,
    learning_rate=1e-3,
    fine_tune_epochs=0,
)


def tuning(visitor: Visitor, settled: bool = True) -> Page:
    """The bench with the settings in its address, as soon as its curve is drawn."""
    page = visitor.page
    page.goto(f"{visitor.server.url}/train?{urlencode(address.told(CONFIG), doseq=True)}")
    expect(page.locator(".watched li").first).to_be_visible(timeout=120_000)
    if settled:
        visitor.settle()
    return page


def field(page: Page, name: str) -> Locator:
    return page.locator(f".st-key-train_{name}_typed").get_by_role("textbox")


def map_of(page: Page) -> Locator:
    return page.locator(".st-key-landscape .js-plotly-plot .nsewdrag").first


def opened(visitor: Visitor) -> Page:
    page = tuning(visitor)
    page.locator(".st-key-train_landscape").get_by_role("button").click()
    expect(map_of(page)).to_be_visible()
    visitor.settle()
    return page


def click_cell(visitor: Visitor, column: int, columns: int, epoch: int, epochs: int = 20) -> None:
    """A click into a cell, off its middle."""
    place = map_of(visitor.page)
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box is not None
    x = box["width"] * (column + 0.65) / columns
    place.click(position={"x": x, "y": box["height"] * (1 - (epoch - 0.5) / epochs)})
    visitor.settle()


@pytest.mark.parametrize("width", [1280, 400])
def test_a_click_on_a_cell_sets_the_controls(visit, trained: Server, width: int) -> None:
    visitor = visit(viewport={"width": width, "height": 900})
    page = opened(visitor)
    landscape = page.locator(".st-key-landscape")
    expect(landscape.get_by_text("Best: learning rate")).to_be_visible()
    click_cell(visitor, column=8, columns=11, epoch=17)
    expect(field(page, "learning_rate")).to_have_value("0.01")
    expect(field(page, "epochs")).to_have_value("17")
    click_cell(visitor, column=2, columns=11, epoch=3)
    expect(field(page, "learning_rate")).to_have_value("0.00001")
    expect(field(page, "epochs")).to_have_value("3")

    landscape.get_by_text("Dropout", exact=True).click()
    expect(landscape.get_by_text("Best: dropout")).to_be_visible()
    visitor.settle()
    click_cell(visitor, column=4, columns=9, epoch=10)
    expect(field(page, "dropout")).to_have_value("0.4")
    expect(field(page, "epochs")).to_have_value("10")
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")

    landscape.get_by_role("button", name="Close").click()
    expect(landscape).to_have_count(0)


def shown(page: Page) -> tuple[str, int]:
    """The point of the curve, and how many photos are right there."""
    state = page.locator(".watched output").inner_text()
    return state, page.locator(".watched li.right").count()


def test_photos_are_played_and_moved_by_hand(visit, trained: Server) -> None:
    page = tuning(visit())
    watched, photos = page.locator(".watched"), 6  # all validation photos that there are
    expect(watched.locator("li")).to_have_count(photos)
    expect(watched.locator("output")).to_contain_text("epoch 12:")  # it has played to the end
    expect(watched.get_by_role("button")).to_have_text("Play")
    slider = watched.get_by_role("slider")
    slider.focus()
    for epoch in range(11, 0, -1):
        page.keyboard.press("ArrowLeft")
        state, right = shown(page)
        assert state == f"epoch {epoch}: {right} of {photos} right"
        assert slider.get_attribute("aria-valuetext") == state
        marks = watched.locator(".said span:first-child").all_inner_texts()
        assert sum(mark.startswith("✓") for mark in marks) == right
    assert all(alt.startswith("labelled ") for alt in alts(watched))
    watched.get_by_role("button").click()
    expect(watched.get_by_role("button")).to_have_text("Pause")
    expect(watched.locator("output")).to_contain_text("epoch 12:")


def alts(watched: Locator) -> list[str]:
    return [image.get_attribute("alt") or "" for image in watched.locator("img").all()]


def test_whoever_wants_less_motion_sees_the_end_at_once_and_other_settings_on_the_same_photos(
    visit, trained: Server
) -> None:
    page = tuning(visit(reduced_motion="reduce"), settled=False)
    watched = page.locator(".watched")
    assert watched.get_by_role("button").inner_text() == "Play"
    assert shown(page)[0].startswith("epoch 12:")
    sources = "images => images.map(image => image.src)"
    before = watched.locator("img").evaluate_all(sources)
    field(page, "epochs").fill("8")
    field(page, "epochs").press("Enter")
    expect(watched.locator("output")).to_contain_text("epoch 8:")
    assert sorted(watched.locator("img").evaluate_all(sources)) == sorted(before)
