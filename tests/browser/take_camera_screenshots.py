"""Takes the README's screenshots of the camera: live, collecting, and the phone's page.

    python -m tests.browser.take_camera_screenshots http://localhost:8501 [FOLDER]

The example answers, so a fresh workspace will do. What the browser's pretended camera sees is
drawn; photos are taken on *New set*, and none is kept.
"""

from __future__ import annotations

import io
import sys
import tempfile
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Locator, Page

from pipeline.classify.bundle import read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.photos.sources.drawn import paint
from pipeline.settings.environment import EXAMPLE
from tests.benchmarks.serving import open_browser, open_page, settle
from tests.conftest import REPOSITORY
from tests.live_clip import SIZE, write_clip

WIDE: Final = {"width": 1280, "height": 860}
TALL: Final = {"width": 1280, "height": 1500}  # a whole card
NARROW: Final = {"width": 400, "height": 860}
PHOTOS: Final = 12  # of one hold
PATIENCE_MS: Final = 60_000


def main(url: str, folder: Path) -> None:
    """Write `live-LOOK.webp`, `collect-LOOK.webp` and `phone-LOOK.webp`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        still = write_clip(Path(place) / "still.y4m", [known_cat()], 1)
        many = (paint("cat", seed, 240) for seed in range(80))
        moving = write_clip(Path(place) / "moving.y4m", many, 0.2, 10)
        with camera(still) as browser:
            for look in ("light", "dark"):
                live(guest(browser, WIDE, look), url, folder / f"live-{look}.webp")
            phone(browser, url, folder)
        with camera(moving) as browser:
            for look in ("light", "dark"):
                collect(guest(browser, WIDE, look), url, folder / f"collect-{look}.webp")


@cache
def known_cat() -> Image.Image:
    """A drawn cat that the example is sure of, in the camera's shape."""
    example = Classifier(read_bundle(EXAMPLE / "bundle"))
    for seed in range(100):
        seen = paint("cat", seed, 480).convert("RGB").resize(SIZE)
        small = np.asarray(seen.resize((example.image_size_px, example.image_size_px)))
        (answer,) = example.answers(small[np.newaxis])
        is_near = answer.strangeness is not None and answer.strangeness < 0.8
        if answer.class_name == "Cat" and answer.probability > 0.95 and is_near:
            return seen
    raise AssertionError("the example knows no drawn cat")


def camera(clip: Path) -> AbstractContextManager[Browser]:
    """A browser whose camera plays a clip and may be seen."""
    return open_browser(
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        "--autoplay-policy=no-user-gesture-required",
        f"--use-file-for-fake-video-capture={clip}",
    )


def guest(browser: Browser, size: dict[str, int], scheme: str) -> Page:
    """Somebody with a window of this size."""
    context = browser.new_context(viewport=size, color_scheme=scheme)
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()


def live(page: Page, url: str, path: Path) -> None:
    """Classify with its camera on, and where the network looks."""
    open_page(page, f"{url}/classify")
    page.get_by_text("Use the camera").click()
    page.locator(".live .note[data-rate]").wait_for()
    page.get_by_role("button", name="Show where it looks").click()
    page.get_by_role("button", name="Take this").scroll_into_view_if_needed()
    page.locator(".live .bars li").first.wait_for()
    shoot(page, path)


def collect(page: Page, url: str, path: Path) -> None:
    """A box of a new set whose camera has just taken photos."""
    open_page(page, f"{url}/photos?new=1")
    box = page.locator(".st-key-new_set_card_1")
    box.get_by_role("textbox").fill("Mia")
    box.get_by_role("textbox").press("Enter")
    page.locator("ol[aria-label='Photos of Mia']").wait_for(state="attached")
    settle(page)
    box.get_by_role("button", name="Camera", exact=True).click()
    hold = box.get_by_role("button", name="Hold to take photos")
    hold.hover()
    page.mouse.down()
    box.locator("li img").nth(PHOTOS - 1).wait_for()
    page.mouse.up()
    undo = box.get_by_role("button", name="Undo")
    undo.wait_for()
    page.mouse.move(0, 0)
    settle(page)
    shoot(page, path, box)
    undo.click()  # what waits in a box is found by whoever opens the page next
    box.locator("li img").first.wait_for(state="detached")


def phone(browser: Browser, url: str, folder: Path) -> None:
    """The card with the code, and what the phone shows; switched off again at the end."""
    desk = guest(browser, WIDE, "light")
    open_page(desk, f"{url}/classify")
    desk.get_by_role("button", name="On the phone").click()
    desk.get_by_role("button", name="Switch on for one hour").click()
    desk.get_by_role("img", name="The code to scan with the phone").wait_for()
    settle(desk)
    address = desk.locator(".st-key-phone_card").get_by_test_id("stCode").inner_text().strip()
    photo = io.BytesIO()
    known_cat().save(photo, "JPEG", quality=92)
    file = {"name": "cat.jpg", "mimeType": "image/jpeg", "buffer": photo.getvalue()}
    for look in ("light", "dark"):
        page = guest(browser, NARROW, look)
        page.goto(address)
        page.locator("#ask_buttons_take").set_input_files(file)
        page.locator("#bars li").first.wait_for()
        shoot(page, folder / f"phone-{look}.webp")
    shoot(desk, folder / "phone-code.webp", desk.locator(".st-key-phone_card"))
    desk.get_by_role("button", name="Switch off").click()
    desk.get_by_role("button", name="Switch on for one hour").wait_for()


def shoot(page: Page, path: Path, part: Locator | None = None) -> None:
    """Keep what the window shows, or a part of the page."""
    page.evaluate("document.activeElement?.blur()")
    if part:
        page.set_viewport_size(TALL)
    seen = (part or page).screenshot(animations="disabled")
    Image.open(io.BytesIO(seen)).convert("RGB").save(path, quality=82, method=6)


if __name__ == "__main__":
    given = sys.argv[2] if len(sys.argv) > 2 else REPOSITORY / "pages" / "ui" / "screenshots"
    main(sys.argv[1], Path(given))
