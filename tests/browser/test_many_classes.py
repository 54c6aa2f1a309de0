"""Three hundred classes: small pages, pickers that can be searched; light, dark and narrow."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from pages.ui.evaluate.matrix import WORST
from pipeline.workspace.home import open_workspace
from tests.browser.conftest import Server
from tests.inputs.many_classes import numbered, run_on, set_of

CLASSES = 300
MOST_ELEMENTS = 4_000  # a matrix of all of them had 93,624
WIDTHS = {"light": 1280, "dark": 1280, "narrow": 390}


@pytest.fixture(scope="module")
def many_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a set of three hundred classes and a run on it, made once."""
    folder = tmp_path_factory.mktemp("many")
    workspace = open_workspace(folder / "home")
    run_on(workspace, set_of(workspace, folder / "photos", numbered(CLASSES), photos=5))
    workspace.database.close()
    return folder / "home"


@pytest.fixture
def many(own_home: Path, many_home: Path) -> None:
    shutil.copytree(many_home, own_home)


def elements(page: Page) -> int:
    count: int = page.evaluate("document.querySelectorAll('*').length")
    return count


def search(picker: Locator, part: str) -> None:
    """Type a part of a name, as whoever looks for one of three hundred does."""
    box = picker.get_by_role("combobox")
    box.click()
    box.fill(part)
    expect(picker.page.get_by_role("option")).to_have_count(1)
    box.press("Enter")


def picker(page: Page, label: str) -> Locator:
    named = page.get_by_test_id("stSelectbox")
    return named.filter(has=page.get_by_text(label, exact=True)).first


@pytest.mark.parametrize("look", WIDTHS)
def test_every_page_of_many_classes_stays_small(
    many: None, visit, server: Server, look: str
) -> None:
    scheme = "dark" if look == "dark" else "light"
    size = {"width": WIDTHS[look], "height": 900}
    visitor = visit(color_scheme=scheme, viewport=size)
    for name in ("photos", "train", "runs", "evaluate"):
        page = visitor.go(f"/{name}")
        assert elements(page) < MOST_ELEMENTS, name
        wide: int = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= WIDTHS[look], f"{name} can be moved sideways"


def test_a_class_is_found_among_many(many: None, visit, server: Server) -> None:
    visitor = visit()
    page = visitor.go("/photos")
    search(picker(page, "Class"), "number 217")
    expect(page.get_by_text("5 photos. Click one to see it large")).to_be_visible()

    page.locator(".st-key-photos_tab").get_by_text("Classes", exact=True).click()
    expect(page.get_by_text("The 20 largest and the 20 smallest of 300.")).to_be_visible()
    visitor.settle()
    search(picker(page, "Class with its photos"), "number 288")
    page.get_by_role("button", name="Take it out").click()
    chosen = picker(page, "Photo set").get_by_role("combobox")
    expect(chosen).to_have_value(re.compile("299 classes"))


def test_the_worst_are_a_list_and_a_matrix_whose_cells_are_clicked(
    many: None, visit, server: Server
) -> None:
    page = visit().go("/evaluate")
    expect(page.get_by_text(f"The {WORST} classes that were mixed up most")).to_be_visible()
    expect(page.get_by_text("Choose a line to see its photos.")).to_be_visible()
    matrix = page.locator(".matrix")
    expect(matrix.locator("tbody th.row")).to_have_count(WORST)
    matrix.locator("button.mistake").first.click()
    expect(page.get_by_role("heading", name=re.compile("^Actual .* predicted "))).to_be_visible()
    page.get_by_role("button", name="Show all photos").click()
    expect(page.get_by_role("heading", name=re.compile("^Actual "))).to_have_count(0)
