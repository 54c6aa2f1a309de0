"""Takes the README's screenshots of an exported web page: light, dark, and on a phone.

    python -m tests.browser.take_page_screenshots http://127.0.0.1:8000/ PHOTO [FOLDER]

Export a run as `web`, unpack it, and serve its folder: `python -m http.server`.
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.conftest import REPOSITORY

LOOKS = {"light": (960, 620, "light"), "dark": (960, 620, "dark"), "phone": (400, 780, "light")}


def main(url: str, photo: Path, folder: Path) -> None:
    """Ask about a photo in each look; write `page-LOOK.webp`."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for look, (width, height, scheme) in LOOKS.items():
            size = {"width": width, "height": height}
            page = browser.new_page(viewport=size, color_scheme=scheme)
            page.goto(url)
            page.locator("#ways").wait_for()
            page.locator("#choose").set_input_files(photo)
            page.locator("#bars li").first.wait_for()
            page.locator("#where").check()
            page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
            shot = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
            shot.convert("RGB").save(folder / f"page-{look}.webp", quality=80, method=6)
            page.close()
        browser.close()


if __name__ == "__main__":
    given = sys.argv[3] if len(sys.argv) > 3 else REPOSITORY / "pages" / "ui" / "screenshots"
    main(sys.argv[1], Path(sys.argv[2]), Path(given))
