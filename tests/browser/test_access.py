"""Every page for everybody: axe finds nothing, the focus follows, what happens is read out.

One server and one workspace for all of it; a page is loaded once and looked at in every look, and
what opens over it or happens on it in two of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from tests.browser.conftest import Server, Visitor
from tests.browser.test_own_photos import open_tab
from tests.workspaces import jpeg

PAGES: Final = ("/", "/photos", "/explore", "/augment", "/train", "/runs", "/evaluate", "/classify")
TABS: Final = ("Map", "Check-up", "Classes", "Keep and share", "Add photos")
DESKTOP: Final = {"width": 1440, "height": 900}
PHONE: Final = {"width": 400, "height": 850}
# How a page is looked at, and what comes and goes on it: window and colours.
LOOKS: Final = [(window, scheme) for window in (DESKTOP, PHONE) for scheme in ("light", "dark")]
BRIEFLY: Final = [(DESKTOP, "dark"), (PHONE, "light")]
LONG: Final = "weights=none&alpha=0.35&image_size_px=96&epochs=1&fine_tune_epochs=60&views=1"
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
        'button "On the phone"',
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


def moments(visitor: Visitor, home: Path) -> Iterator[str]:
    """What opens over a page, a camera, and a training at work."""
    page = visitor.go("/photos")
    page.locator(".photos li .open").first.click()
    expect(page.get_by_role("dialog", name="One photo, large").get_by_role("img")).to_be_visible()
    yield "a large photo"
    page.keyboard.press("Escape")
    open_tab(page, "Keep and share")
    yield from dialogs(page, "Delete this set …")
    page = visitor.go("/photos?new=1")
    page.get_by_role("button", name="Camera").first.click()
    expect(page.get_by_role("button", name="Close camera")).to_be_visible()
    yield "the camera of a box"
    page = visitor.go("/runs")
    yield from dialogs(page, "Rename", "Delete")
    page = visitor.go("/classify")
    page.get_by_text("Use the camera").click()
    expect(page.locator("video")).to_be_visible()
    yield "the camera of Classify"
    page = visitor.go(f"/train?set={PhotoSets(open_workspace(home)).list()[0].id}&{LONG}")
    page.get_by_test_id("stTooltipHoverTarget").filter(visible=True).first.hover()
    expect(page.get_by_role("tooltip")).to_be_visible()
    yield "a tooltip"
    page.mouse.move(0, 0)
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_role("button", name="Stop and keep the best")).to_be_visible()
    yield "a training at work"


def dialogs(page: Page, *buttons: str) -> Iterator[str]:
    """What opens at each of these buttons."""
    for name in buttons:
        page.get_by_test_id("stMain").get_by_role("button", name=name).click()
        expect(page.get_by_role("dialog").get_by_role("button").first).to_be_visible()
        yield f"{name}, asked"
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


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


def violations(page: Page, excused: set[tuple[str, str, str]]) -> list[str]:
    """What axe finds on the page as it is, one line for each element.

    Args:
        page: It.
        excused: Gets those of `EXCEPTIONS` that there was a need for.
    """
    page.evaluate("script => { window.axe ?? (0, eval)(script) }", AXE_SCRIPT)
    found: dict[str, Any] = page.evaluate("options => axe.run(document, options)", OPTIONS)
    told = []
    for rule in found["violations"]:
        for node in rule["nodes"]:
            excuses = {
                one for one in EXCEPTIONS if one[0] == rule["id"] and one[1] in str(node["target"])
            }
            excused |= excuses
            if not excuses:
                told.append(f"{rule['id']}: {node['target']} {node['html'][:160]}")
    return told


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


def problems(
    page: Page, stop: str, looks: Sequence[tuple[Any, str]], excused: set[tuple[str, str, str]]
) -> list[str]:
    """What is wrong at a stop, in each of these looks; the page is light and wide afterwards."""
    found = []
    for window, scheme in looks:
        page.set_viewport_size(window)
        look(page, scheme)
        wrong = too_wide(page) + violations(page, excused)
        found += [f"{stop}, {window['width']} px, {scheme}: {one}" for one in wrong]
    page.set_viewport_size(DESKTOP)
    look(page, "light")
    return found


def test_every_page_in_every_look_is_for_everybody(trained: Server, visit, own_home: Path) -> None:
    visitor = visit(permissions=["camera"])
    page, found, excused = visitor.page, [], set()
    for stop in stops(visitor):
        expect(page.get_by_role("heading", level=1), stop).to_have_count(1)
        expect(page.get_by_test_id("stException"), stop).to_have_count(0)
        page.mouse.move(0, 0)
        found += problems(page, stop, LOOKS, excused)
    for moment in moments(visitor, own_home):
        found += problems(page, moment, BRIEFLY, excused)
    assert not found, "\n".join(found)
    assert excused == set(EXCEPTIONS), "an exception that nothing needs: remove it"


def test_the_demo_is_for_everybody(demo: None, server: Server, visit) -> None:
    visitor = visit()
    found, excused = [], set()
    for path in ("/", "/photos?new=1", "/train"):
        found += problems(visitor.go(path), f"demo, {path}", BRIEFLY, excused)
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
    visitor.go("/photos")
    open_tab(page, "Keep and share")
    page.get_by_role("button", name="Prepare", exact=True).click()
    expect(page.locator(SAID)).to_contain_text(re.compile("Colours: (waiting|running)"))
    expect(page.locator(SAID)).to_contain_text("Colours: finished")
