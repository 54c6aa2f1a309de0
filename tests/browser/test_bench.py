"""The bench of the Train page: a loop without scrolling, typed numbers, the strip, addresses."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from pipeline.settings.presets import PRESETS, QUICK
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs
from tests.browser.conftest import Server, Visitor
from tests.workspaces import add_run

BENCH = {"width": 1280, "height": 800}
PHONE = {"width": 400, "height": 850}
LOOP = (
    "set_choice",
    "train_presets",
    "train_learning_rate_setting",
    "train_epochs_setting",
    "train_dropout_setting",
    "train_fine_tune_epochs_setting",
    "train_fine_tune_at_setting",
    "train_start",
    "train_landscape",
    "train_sweep",
    "train_curves",
)


def box(page: Page, key: str) -> dict[str, float]:
    """Where the element of this key stands in the window."""
    found = page.locator(f".st-key-{key}").first
    expect(found).to_be_visible()
    placed = found.bounding_box()
    assert placed is not None
    return dict(placed)


def field(page: Page, name: str) -> Locator:
    return page.locator(f".st-key-train_{name}_typed").get_by_role("textbox")


def slider(page: Page, name: str) -> Locator:
    return page.locator(f".st-key-train_{name}").get_by_role("slider")


def strip(page: Page) -> Locator:
    return page.get_by_role("slider", name="Fine-tune from layer")


def bench(visitor: Visitor, query: str = "") -> Page:
    """The bench, drawn once to its end; parts of it go on renewing themselves."""
    visitor.page.goto(f"{visitor.server.url}/train{query}")
    expect(strip(visitor.page)).to_be_visible()
    visitor.page.locator("[data-test-script-state=notRunning]").wait_for()  # or typing is lost
    return visitor.page


def type_in(page: Page, name: str, number: str) -> None:
    """Type a number into a field; Enter takes it."""
    field(page, name).fill(number)
    field(page, name).press("Enter")


def newest_run(home: Path) -> str:
    return next(run.id for run in Runs(open_workspace(home)).list() if not run.is_example)


def scrolls_sideways(page: Page) -> bool:
    """Whether the window does, or the part of it beside the sidebar."""
    return bool(
        page.evaluate(
            """() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
            .some((one) => one.scrollWidth > one.clientWidth)"""
        )
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_loop_needs_no_scrolling(visit, trained: Server, own_home: Path, scheme: str) -> None:
    visitor = visit(viewport=BENCH, color_scheme=scheme)
    page = bench(visitor, f"?run={newest_run(own_home)}")
    expect(page.locator(".st-key-train_curves .live polyline").first).to_be_visible()
    outside = {
        key: placed
        for key in LOOP
        if (placed := box(page, key))["y"] < 0
        or placed["y"] + placed["height"] > BENCH["height"]
        or placed["x"] + placed["width"] > BENCH["width"]
    }
    assert not outside
    assert box(page, "bench_settings")["width"] == pytest.approx(320, abs=12)
    assert not scrolls_sideways(page)


def test_a_number_is_typed_and_the_slider_moves_with_it(visit, trained: Server) -> None:
    visitor = visit(viewport=BENCH)
    page = bench(visitor)
    type_in(page, "learning_rate", "2e-4")
    expect(field(page, "learning_rate")).to_have_value("0.0002")
    expect(slider(page, "learning_rate")).to_have_attribute("aria-valuetext", "0.0002")
    slider(page, "learning_rate").press("ArrowRight")
    expect(field(page, "learning_rate")).to_have_value("0.0003")
    type_in(page, "epochs", "900")
    expect(page.get_by_text("Epochs: a whole number between 1 and 100, please.")).to_be_visible()
    expect(field(page, "epochs")).to_have_value("10")


def test_the_line_is_moved_by_keyboard_and_mouse(visit, trained: Server) -> None:
    visitor = visit(viewport=BENCH)
    page = bench(visitor)
    expect(strip(page)).to_have_attribute("aria-valuenow", "100")
    strip(page).press("ArrowLeft")
    expect(field(page, "fine_tune_at")).to_have_value("98")  # where block 11 begins
    strip(page).press("Shift+ArrowRight")
    expect(field(page, "fine_tune_at")).to_have_value("99")
    strip(page).press("End")
    expect(field(page, "fine_tune_at")).to_have_value("154")
    expect(page.get_by_text("weights learn: the head alone")).to_be_visible()
    placed = strip(page).bounding_box()
    assert placed is not None
    page.mouse.move(placed["x"] + placed["width"] - 4, placed["y"] + 12)
    page.mouse.down()
    page.mouse.move(placed["x"] + 2, placed["y"] + 12, steps=4)
    page.mouse.up()
    expect(field(page, "fine_tune_at")).to_have_value("0")
    type_in(page, "fine_tune_at", "27")
    expect(strip(page)).to_have_attribute("aria-valuenow", "27")


def test_settings_outlast_a_refresh_and_go_to_another_browser(visit, trained: Server) -> None:
    visitor = visit(viewport=BENCH)
    page = bench(visitor)
    type_in(page, "learning_rate", "2e-4")
    page.wait_for_url("**/train?learning_rate=0.0002")
    type_in(page, "epochs", "3")
    page.wait_for_url("**/train?*epochs=3*")
    assert "learning_rate=0.0002" in page.url and "dropout" not in page.url
    page.reload()
    expect(field(page, "epochs")).to_have_value("3")
    expect(field(page, "learning_rate")).to_have_value("0.0002")

    other = visit(viewport=PHONE)
    elsewhere = bench(other, page.url.removeprefix(f"{trained.url}/train"))
    expect(field(elsewhere, "epochs")).to_have_value("3")

    page.go_back()  # to the settings before
    expect(field(page, "epochs")).to_have_value("10")
    expect(field(page, "learning_rate")).to_have_value("0.0002")
    page.get_by_role("link", name="Runs").first.click()
    expect(page.get_by_role("heading", name="Runs", exact=True)).to_be_visible()
    page.get_by_role("link", name="Train").first.click()
    expect(field(page, "learning_rate")).to_have_value("0.0002")
    page.wait_for_url("**/train?*learning_rate=0.0002*")

    page.goto(f"{trained.url}/train?epochs=900")
    expect(page.get_by_text("the default was taken instead")).to_be_visible()
    expect(field(page, "epochs")).to_have_value("10")


def test_on_a_phone_the_curves_stay_on_top(visit, trained: Server, own_home: Path) -> None:
    visitor = visit(viewport=PHONE)
    page = bench(visitor, f"?run={newest_run(own_home)}")
    expect(page.locator(".st-key-train_curves .live polyline").first).to_be_visible()
    page.locator(".st-key-train_start").evaluate("one => one.scrollIntoView({block: 'end'})")
    curves = page.locator(":has(> .st-key-bench_curves)").last.bounding_box()
    assert curves is not None
    assert 0 <= curves["y"] < 100, "they are still there"
    assert curves["height"] < PHONE["height"] / 2
    start = box(page, "train_start")
    assert start["y"] >= curves["y"] + curves["height"], "below the curves"
    assert start["y"] + start["height"] <= PHONE["height"]
    assert not scrolls_sideways(page)


@pytest.mark.parametrize("viewport", [BENCH, PHONE])
def test_many_columns_scroll_in_their_table_alone(
    visit, trained: Server, own_home: Path, viewport: ViewportSize
) -> None:
    workspace = open_workspace(own_home)
    (row,) = PhotoSets(workspace).list()
    for number, config in enumerate((TrainConfig(), PRESETS[QUICK].config), 1):
        add_run(workspace, row.id, f"A name that goes on and on, {number}", config=config)
    page = bench(visit(viewport=viewport))
    for place in range(2):
        page.locator(".st-key-train_runs").get_by_role("checkbox").nth(place).check(force=True)
        expect(page.locator(".st-key-train_runs .mark[style]")).to_have_count(place + 1)
    expect(
        page.locator(".st-key-compare_verdicts").get_by_text("no difference").first
    ).to_be_attached()
    assert not scrolls_sideways(page)
