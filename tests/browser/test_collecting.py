"""Photos are collected with the camera: three things held before it, trained on, known again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from pipeline.photos.sources.drawn import paint
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from tests.browser.conftest import Server, Visitor, launch
from tests.browser.stopwatch import Stopwatch
from tests.browser.test_class_boxes import card, listens
from tests.live_clip import write_clip
from tests.non_pets import chart
from tests.workspaces import wait_for

THINGS = {"Cat": (200, 30, 30), "Dog": (30, 160, 60), "Chart": (40, 60, 210)}
VIEWS = 72  # of each thing, each in sight for a tenth of a second
EACH = 30
TRAINING_MS = 90_000
# Which of some colours is in the corner of the picture; -1 while there is no picture.
IN_SIGHT = """(video, colours) => {
  if (!video.videoWidth) return -1
  const canvas = new OffscreenCanvas(1, 1)
  canvas.getContext("2d").drawImage(video, 4, 4, 8, 8, 0, 0, 1, 1)
  const seen = canvas.getContext("2d").getImageData(0, 0, 1, 1).data
  const far = colours.map((one) => Math.hypot(...one.map((value, i) => value - seen[i])))
  return far.indexOf(Math.min(...far))
}"""


def views(thing: str) -> Iterator[Image.Image]:
    """A thing from many sides, with its colour in the corner by which the test knows it."""
    for seed in range(VIEWS):
        if thing == "Chart":
            seen = Image.fromarray(chart(np.random.default_rng(seed), 240))
        else:
            seen = paint(thing.lower(), seed, 240)
        seen = seen.convert("RGB").resize((320, 240))
        ImageDraw.Draw(seen).rectangle((0, 0, 16, 16), fill=THINGS[thing])
        yield seen


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    shown = (view for thing in THINGS for view in views(thing))
    return write_clip(tmp_path_factory.mktemp("clip") / "clip.y4m", shown, 0.1, 10)


@pytest.fixture(scope="module")
def browser(playwright: Playwright, chromium: str, clip: Path) -> Iterator[Browser]:
    browser = launch(
        playwright,
        chromium,
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={clip}",
    )
    yield browser
    browser.close()


def in_sight(video: Locator) -> str:
    """What the camera sees; nothing before the first picture."""
    place = video.evaluate(IN_SIGHT, list(THINGS.values()))
    return "" if place < 0 else list(THINGS)[place]


def comes(video: Locator, thing: str) -> None:
    """Wait until a thing comes into sight, for as long as it is there."""
    wait_for(lambda: in_sight(video) not in ("", thing), "another thing")
    wait_for(lambda: in_sight(video) == thing, thing)


def collect(page: Page, number: int, thing: str) -> None:
    """Hold the button of a box while a thing is in sight, until the box has enough of it."""
    box = card(page, number)
    box.get_by_role("button", name="Camera", exact=True).click()
    hold = box.get_by_role("button", name="Hold to take photos")
    expect(hold).to_be_focused()
    expect(box.get_by_text(re.compile("count as one scene"))).to_be_visible()
    pictures, video = box.locator("li img"), box.locator("video")
    wait_for(lambda: bool(in_sight(video)), "a picture")
    while pictures.count() < EACH:
        if in_sight(video) != thing:
            comes(video, thing)
        hold.hover()
        page.mouse.down()
        wait_for(lambda: pictures.count() >= EACH or in_sight(video) != thing, "the end of a hold")
        page.mouse.up()
    expect(box.get_by_text(re.compile(r"^\d+ taken"))).to_be_visible()


@pytest.mark.slow
def test_three_things_thirty_frames_each_trained_live(
    a_set_is_there,
    imagenet,
    visit,
    server: Server,
    own_home: Path,
    stopwatch: Callable[[str], Stopwatch],
) -> None:
    visitor: Visitor = visit(permissions=["camera"])
    page = visitor.go("/photos?new=1")
    page.get_by_role("button", name="One more box").click()
    listens(page, 3)
    visitor.settle()
    watch = stopwatch("H")
    begun = watch.start()
    for number, thing in enumerate(THINGS, start=1):
        field = card(page, number).get_by_role("textbox")
        field.fill(thing)
        field.press("Enter")
        expect(page.locator(f"ol[aria-label='Photos of {thing}']")).to_be_attached()
        collect(page, number, thing)
    watch.lap("thirty frames of each of three things")
    card(page, 3).get_by_role("button", name="Close camera").click()
    visitor.settle()
    page.get_by_role("button", name="Train", exact=True).click()
    knows = page.get_by_role("heading", name=re.compile("^Knows Cat, Chart and Dog apart"))
    expect(knows).to_be_visible(timeout=TRAINING_MS)
    watch.lap("trained")
    page.locator(".st-key-new_set_knows").get_by_role("link").click()
    page.get_by_text("Use the camera").click()
    name, video = page.locator(".live .name"), page.locator(".live video")
    for thing in THINGS:
        wait_for(lambda thing=thing: in_sight(video) == thing and name.inner_text() == thing, thing)
    watch.lap("each of them known by the live camera")
    watch.lap("in all", since=begun)
    row = PhotoSets(open_workspace(own_home)).list()[0]
    assert set(row.class_sizes) == set(THINGS)
    assert min(row.class_sizes.values()) >= EACH
    assert examine(open_workspace(own_home))["healthy"]
