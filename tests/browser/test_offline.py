"""The first minute on a machine without a network: an answer, a first network, its own answer."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from pipeline.photos.sources import drawn
from pipeline.settings.environment import EXAMPLE_ID
from pipeline.settings.hyperparameters import BUILT_IN, IMAGENET
from pipeline.workspace.home import open_workspace
from pipeline.workspace.runs import Runs
from tests.browser.conftest import Server, Visitor
from tests.browser.stopwatch import Stopwatch, words_at_first_look
from tests.workspaces import wait_for

TRAINING_MS = 240_000
MOST_TABS = 40


def real_photos(shared: Path) -> list[tuple[str, bytes]]:
    """A cat and a dog that the example never learned from."""
    with zipfile.ZipFile(shared / "photos" / "pet_images_180px.zip") as photos:
        names = {"cat": "PetImages/Cat/9003.jpg", "dog": "PetImages/Dog/9001.jpg"}
        return [(f"{kind}.jpg", photos.read(name)) for kind, name in names.items()]


def drawn_photos() -> list[tuple[str, bytes]]:
    """A drawn cat and a drawn dog that are in no photo set."""
    cat, dog = drawn.photos(99, 2, 0, 0)
    return [("cat.jpg", cat.read()), ("dog.jpg", dog.read())]


def ask(page: Page, photos: list[tuple[str, bytes]]) -> list[str]:
    """Drop photos in; what their cards say, in order."""
    page.locator("input[type=file]").first.set_input_files(
        files=[{"name": name, "mimeType": "image/jpeg", "buffer": data} for name, data in photos]
    )
    for name, _ in photos:
        expect(page.get_by_test_id("stCaptionContainer").get_by_text(name)).to_be_visible()
    return [
        text.casefold() for text in page.locator(".st-key-classify_answers h2").all_inner_texts()
    ]


def tabs_to(page: Page, wanted: Locator) -> int:
    """Press Tab until something has the focus; how often that was."""
    for tabs in range(MOST_TABS):
        if wanted.evaluate("one => one === document.activeElement"):
            return tabs
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached with {MOST_TABS} Tabs")


def test_the_example_knows_a_real_cat_from_a_real_dog(
    no_network: None, with_example: None, visit, server: Server, shared: Path
) -> None:
    page = visit().go("/classify")
    expect(page.get_by_text("Knows Cat and Dog")).to_be_visible()
    assert ask(page, real_photos(shared)) == ["cat", "dog"]


@pytest.mark.timeout(600)  # a whole training, with whatever else the machine does
def test_the_first_minute_without_a_network(
    no_network: None,
    with_example: None,
    visit,
    server: Server,
    own_home: Path,
    stopwatch: Callable[[str], Stopwatch],
) -> None:
    """Journeys A and F: opened, answered, one press, a network of one's own that answers beside it.

    The press is one of the keyboard, as everything before it. Then journey G, where ImageNet's
    weights cannot be had.
    """
    visitor, watch = visit(), stopwatch("A")
    page = visitor.page
    opened = watch.start()
    page.goto(server.url)
    expect(page.get_by_role("heading", name="Cat, 99 %")).to_be_visible()
    watch.lap("opened, a cat's photo is answered", words=words_at_first_look(page))
    button = page.get_by_role("button", name="Try training")
    expect(button).to_be_enabled()
    watch.lap("opened, the main button may be pressed", since=opened)
    by_keyboard = stopwatch("F")
    tabs = tabs_to(page, button)
    by_keyboard.lap("from the top to the main button", clicks=f"{tabs} Tabs")
    pressed = watch.start()
    page.keyboard.press("Enter")

    wrong = page.locator(".watched li.wrong")
    expect(page.locator(".watched li")).to_have_count(8, timeout=TRAINING_MS)
    expect(wrong).not_to_have_count(0)
    at_first = wrong.count()
    watch.lap("pressed, the first point of its curve", clicks=1)
    learned = page.get_by_role("heading", name="My first network has learned")
    expect(learned).to_be_visible(timeout=TRAINING_MS)
    watch.lap("pressed, trained", since=pressed, clicks=1)
    expect(page.get_by_role("heading", name="Cat, ")).to_have_count(2)
    wait_for(lambda: wrong.count() < at_first, "photos that turned right")
    page.get_by_role("group", name="Test drawings").get_by_role("button").nth(1).click()
    expect(page.get_by_role("heading", name="Dog")).not_to_have_count(0)

    run = next(run for run in Runs(open_workspace(own_home)).list() if run.id != EXAMPLE_ID)
    assert (run.state, run.config.weights, len(run.epochs)) == ("done", BUILT_IN, 10)
    assert run.test is not None
    assert run.test["accuracy"] >= 0.9, "of 160 test photos; 95 % and more is usual"

    page.get_by_role("link", name="Try it on a photo").click()
    expect(page).to_have_url(re.compile(f"run={run.id}"))
    expect(page.get_by_text("Knows Cat and Dog")).to_be_visible()
    assert ask(page, drawn_photos()) == ["cat", "dog"]
    visitor.go("/classify")
    expect(page.get_by_text("Knows Cat and Dog")).to_be_visible()  # the example, by itself
    without_imagenet(visitor, own_home, stopwatch("G"))


def without_imagenet(visitor: Visitor, home: Path, watch: Stopwatch) -> None:
    """Journey G: a training that wants ImageNet's weights says what is wrong, and what helps."""
    page, runs = visitor.page, Runs(open_workspace(home))
    watch.start()
    page.get_by_role("link", name="Train", exact=True).click()
    start = page.get_by_role("button", name="Start training")
    expect(start).to_be_enabled()
    visitor.settle()
    watch.start()
    watch.clicks = 1  # the menu's
    watch.press(start)
    rescue = page.get_by_role("button", name="Train with the built-in network instead")
    expect(rescue).to_be_visible(timeout=TRAINING_MS)
    told = page.get_by_test_id("stAlert").first.locator("p").first.inner_text()
    watch.lap("no ImageNet weights: pressed, a message with a button that helps", told=told)
    refused = runs.list()[0]
    assert (refused.state, refused.config.weights) == ("failed", IMAGENET)
    rescue.click()
    wait_for(lambda: runs.list()[0].id != refused.id, "the training that helps")
    assert runs.list()[0].config.weights == BUILT_IN
