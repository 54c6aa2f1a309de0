"""Takes the README's screenshots from a running app: light and dark, every page.

    python -m tests.browser.take_screenshots http://localhost:8501 [FOLDER]

Start the app on a workspace whose first set is the drawn pets and which has a finished
run, so that every page has something to show.
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.conftest import REPOSITORY

PAGES = {
    "start": "/",
    "photos": "/photos",
    "explore": "/explore",
    "augment": "/augment",
    "train": "/train",
    "runs": "/runs",
    "evaluate": "/evaluate",
    "classify": "/classify",
}
DRAWN = "document.querySelectorAll('[data-testid=stSkeleton]').length === 0"
SIZE = {"width": 1280, "height": 860}


def main(url: str, folder: Path, run: str | None = None) -> None:
    """Visit every page in both colour schemes; write `NAME-SCHEME.webp`."""
    folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            context = browser.new_context(viewport=SIZE, color_scheme=scheme)
            context.set_default_timeout(60_000)
            page = context.new_page()
            for name, path in PAGES.items():
                query = f"?run={run}" if run and name in ("train", "runs", "evaluate") else ""
                page.goto(url + path + query, wait_until="networkidle")
                page.wait_for_selector(
                    "[data-testid='stApp'][data-test-connection-state='CONNECTED']"
                    "[data-test-script-state='notRunning']"
                )
                if name == "classify":
                    classify(page)
                page.wait_for_function(DRAWN)
                page.wait_for_load_state("networkidle")
                shot = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
                shot.convert("RGB").save(folder / f"{name}-{scheme}.webp", quality=82, method=6)
            context.close()
        browser.close()


def classify(page) -> None:
    """Ask about three freshly painted pets."""
    from pipeline.photos.sources.drawn import paint

    files = []
    for kind, seed in (("cat", 77), ("dog", 78), ("cat", 83)):
        stream = io.BytesIO()
        paint(kind, seed, 384).save(stream, "JPEG", quality=92)
        name = f"my {kind} {seed}.jpg"
        files.append({"name": name, "mimeType": "image/jpeg", "buffer": stream.getvalue()})
    page.locator("input[type=file]").first.set_input_files(files=files)
    page.get_by_role("heading", level=2).nth(2).wait_for()


if __name__ == "__main__":
    given = sys.argv[2] if len(sys.argv) > 2 else REPOSITORY / "pages" / "ui" / "screenshots"
    main(sys.argv[1], Path(given), sys.argv[3] if len(sys.argv) > 3 else None)
