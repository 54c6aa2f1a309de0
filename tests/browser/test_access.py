"""Every page for everybody: axe finds nothing, the focus follows, what happens is read out.

One server and one workspace for all of it; a page is loaded once and looked at in every look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, Visitor
from tests.browser.test_own_photos import open_tab
from tests.workspaces import jpeg

PAGES: Final = ("/", "/photos", "/explore", "/augment", "/train", "/runs", "/evaluate", "/classify")
TABS: Final = ("Map", "Check-up", "Classes", "Keep and share", "Add photos")
WIDTHS: Final = {1440: 900, 400: 850}
# What axe asks: its usual rules, and how large a target is.
OPTIONS: Final = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
# Streamlit's own, which neither CSS nor attributes can mend: rule, selector, reason.
EXCEPTIONS: Final[tuple[tuple[str, str, str], ...]] = (
    ("region", "#stFloatingOverlayPortal", "a tooltip under the pointer lies beside the page"),
)
SAID: Final = "#pawtune_said"
# What is heard of a page from above to below, as far as it matters; numbers may change.
HEARD: Final = {
    "Classify": (
        r'heading "Classify" \[level=1\]',
        'combobox "Model',
        'button "Upload"',
        'switch "Use the camera"',
        'button "Clear 1 photo"',
        'img "red.jpg, predicted',
        r"heading .* \[level=2\]",
        'progressbar "(red|blue)',
        'progressbar "(red|blue)',
        'slider "Not sure below',
        'switch "Show where it looked"',
    ),
    "Train": (
        r'heading "Train" \[level=1\]',
        *(f'button "{name}"' for name in ("Quick", "Tutorial", "Careful")),
        *(f'textbox "{name}"' for name in ("Learning rate", "Epochs", "Dropout")),
        'slider "Fine-tune from layer"',
        *(f'button "{name}"' for name in ("Start training", "Landscape", "Sweep")),
    ),
    "Start": (
        r'heading "Teach a network your photos" \[level=1\]',
        r'heading "Your runs" \[level=2\]',
        r'heading "Try a photo" \[level=2\]',
        'button "Upload"',
        'switch "Use the camera"',
    ),
}


def stops(visitor: Visitor) -> Iterator[str]:
    """Every page as it opens, its other tabs, and Classify with its answers."""
    for path in PAGES:
        page = visitor.go(path)
        yield path
        if path == "/photos":
            for tab in TABS:
                open_tab(page, tab)
                visitor.settle()
                yield f"{path}, {tab}"
            visitor.go("/photos?new=1")
            yield f"{path}, New set"
        if path == "/runs":
            page.get_by_role("tab", name="Compare").click()
            visitor.settle()
            yield f"{path}, Compare"
        if path == "/classify":
            drop(page, "red.jpg", "blue.jpg")
            visitor.settle()
            yield f"{path}, answers"


def drop(page: Page, *names: str) -> None:
    """Drop photos on Classify and wait for their answers."""
    colours = {"red.jpg": (220, 40, 40), "blue.jpg": (40, 60, 200)}
    page.locator("input[type=file]").first.set_input_files(
        files=[
            {"name": name, "mimeType": "image/jpeg", "buffer": jpeg(colours[name])}
            for name in names
        ]
    )
    expect(page.get_by_role("img", name=re.compile(f"^{names[-1]}, predicted"))).to_be_visible()


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it is, one line for each element."""
    page.evaluate("script => { window.axe ?? (0, eval)(script) }", AXE_SCRIPT)
    found: dict[str, Any] = page.evaluate("options => axe.run(document, options)", OPTIONS)
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]}"
        for rule in found["violations"]
        for node in rule["nodes"]
        if not any(
            rule["id"] == name and selector in str(node["target"])
            for name, selector, _ in EXCEPTIONS
        )
    ]


def look(page: Page, scheme: str) -> None:
    """Ask for light or dark, and wait until all has faded over to it."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(
        "isDark => getComputedStyle(document.querySelector('.stApp')).backgroundColor"
        ".match(/\\d+/)[0] < 80 === isDark && document.getAnimations().every(one => "
        "one.playState !== 'running' || one.effect.getTiming().iterations === Infinity)",
        arg=scheme == "dark",
    )


def too_wide(page: Page) -> list[str]:
    """By how much a page is wider than the window."""
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [f"{wide} pixels wider than the window"] if wide > 0 else []


def test_every_page_in_every_look_is_for_everybody(trained: Server, visit) -> None:
    visitor = visit()
    page, found = visitor.page, []
    for stop in stops(visitor):
        expect(page.get_by_role("heading", level=1), stop).to_have_count(1)
        expect(page.get_by_test_id("stException"), stop).to_have_count(0)
        page.mouse.move(0, 0)
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                look(page, scheme)
                problems = too_wide(page) + violations(page)
                found += [f"{stop}, {width} px, {scheme}: {one}" for one in problems]
    assert not found, "\n".join(found)


def expect_heard(page: Page, wanted: Sequence[str]) -> None:
    """These lines are among those of the accessibility tree, in this order."""
    lines = iter(page.get_by_test_id("stMain").aria_snapshot().splitlines())
    for want in wanted:
        assert any(re.search(want, line) for line in lines), f"{want} is not heard, or elsewhere"


def test_focus_and_words_follow_what_is_done(trained: Server, visit) -> None:
    visitor = visit()
    page = visitor.go("/classify")
    drop(page, "red.jpg")
    expect(page.locator(SAID)).to_have_text(re.compile(r"^red\.jpg: (red|blue|Not sure|None)"))
    expect(page.locator(".st-key-classify_answers h2").first).to_be_focused()
    expect_heard(page, HEARD["Classify"])
    for name in ("Train", "Start"):
        link = page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True)
        link.focus()
        link.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_be_focused()
        visitor.settle()
        expect_heard(page, HEARD[name])
