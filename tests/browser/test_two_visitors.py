"""The demo with real browsers: the cookie keeps them apart, and knows them again."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from pages.ui.visitor_cookie import PLAIN, SECURE, visitor_of
from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs
from pipeline.workspace.tables import JobRecord
from tests.browser.conftest import Server, Visitor
from tests.browser.stopwatch import Stopwatch, words_at_first_look
from tests.browser.test_own_photos import bring, mac_zip
from tests.workspaces import add_photo_set, class_folders, wait_for

TRAINING_MS = 240_000
ANNAS = re.compile("^Birds of Anna")


def name_of(visitor: Visitor) -> str:
    """Who the server takes this browser for."""
    name = visitor_of({one["name"]: one["value"] for one in visitor.context.cookies()})
    assert name
    return name


def test_photos_of_one_are_not_there_for_the_other(
    demo: None, server: Server, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    anna, ben = visit(), visit()
    anna.go("/classify")
    ben.go("/classify")
    assert name_of(anna) != name_of(ben)
    workspace = open_workspace(server.home)
    photos = class_folders(tmp_path / "photos")
    row = add_photo_set(workspace, photos, "Birds of Anna", name_of(anna))
    address = f"/augment?set={row.id}"

    mine = anna.go(address)
    expect(mine.get_by_role("combobox", name="Photo set")).to_have_value(ANNAS)
    theirs = ben.go(address)
    expect(theirs.get_by_text("There is no photo set yet").first).to_be_visible()
    expect(theirs.get_by_role("combobox", name="Photo set")).to_have_count(0)

    # The same browser is the same visitor in another window, and after the server's restart.
    for visitor in (anna, ben):
        visitor.page.close()  # open ones would complain that the server is away
    server.stop()
    server.start()
    window = anna.context.new_page()
    window.goto(server.url + address)
    expect(window.get_by_role("combobox", name="Photo set")).to_have_value(ANNAS)
    assert [one.name for one in PhotoSets(workspace, name_of(anna)).list()] == ["Birds of Anna"]
    assert PhotoSets(workspace, name_of(ben)).list() == ()


def test_the_very_first_page_knows_its_visitor(
    demo: None, server: Server, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    """The cookie comes with the page, before the page's script connects."""
    anna = visit()
    page = bring(anna, mac_zip(tmp_path / "Mine.zip"))
    workspace = open_workspace(server.home)

    def owners() -> list[str | None]:
        with workspace.database.reading() as session:
            return [job.visitor for job in session.query(JobRecord) if "Mine" in job.title]

    wait_for(owners, "the upload")
    assert owners() == [name_of(anna)]
    (cookie,) = [one for one in anna.context.cookies() if one["name"] == PLAIN]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    assert PLAIN not in page.evaluate("document.cookie")


def test_a_forged_cookie_is_replaced_with_the_page(
    demo: None, server: Server, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    photos = class_folders(tmp_path / "photos")
    workspace = open_workspace(server.home)
    victim = visitor_of({PLAIN: "1" * 64})
    add_photo_set(workspace, photos, "Birds of Anna", victim)
    mallory = visit()
    for forged in (victim, "1" * 65, "1" * 3000):
        cookie = {"name": PLAIN, "value": forged, "url": server.url}
        mallory.context.add_cookies([cookie])
        page = mallory.go("/augment")
        expect(page.get_by_text("There is no photo set yet").first).to_be_visible()
        assert name_of(mallory) != victim


def test_behind_a_proxy_with_tls_the_cookie_is_for_tls_alone(demo: None, server: Server) -> None:
    said = {"Accept": "text/html", "X-Forwarded-Proto": "https"}
    with urllib.request.urlopen(urllib.request.Request(server.url, headers=said)) as answer:
        ours = [one for one in answer.headers.get_all("set-cookie") if "pawtune" in one]
    assert len(ours) == 1
    assert ours[0].startswith(f"{SECURE}=")
    assert ours[0].endswith("; HttpOnly; SameSite=Lax; Secure")


@pytest.mark.timeout(600)  # a whole training, with whatever else the machine does
def test_the_first_network_is_trained_once_for_all_who_want_it(
    demo: None,
    with_example: None,
    server: Server,
    visit: Callable[..., Visitor],
    stopwatch: Callable[[str], Stopwatch],
) -> None:
    """Journey E: the first visitor trains, the second joins in, the third sees it again."""
    anna, ben, cleo = visit(), visit(), visit()
    watch = stopwatch("E")
    learned: dict[Page, Locator] = {}
    for visitor, who in ((anna, "first visitor"), (ben, "second visitor")):
        page = visitor.page
        learned[page] = page.get_by_role("heading", name="First network has learned")
        watch.start()
        page.goto(server.url)
        button = page.get_by_role("button", name="Try training")
        expect(button).to_be_enabled()
        words = words_at_first_look(page)
        watch.lap(f"{who}: the main button may be pressed", words=words)
        pressed = watch.start()
        watch.press(button)
        bar = page.locator(".st-key-start_at_work").get_by_test_id("stMarkdownContainer").first
        expect(bar).to_be_visible()
        watch.lap(f"{who}: what is told after the press", told=bar.inner_text())
    for page, heading in learned.items():
        expect(heading).to_be_visible(timeout=TRAINING_MS)
        expect(page.get_by_role("heading", name="Cat, ")).to_have_count(2)
    watch.lap("second visitor: pressed, trained", since=pressed, clicks=1)
    runs = [run for run in Runs(open_workspace(server.home)).list() if not run.is_example]
    assert [run.name for run in runs] == ["First network"], "one for all"

    page = cleo.page
    page.goto(server.url)
    watch.start()
    watch.press(page.get_by_role("button", name="Try training"))
    expect(page.get_by_text("This training was done here before")).to_be_visible()
    heading = page.get_by_role("heading", name="First network has learned")
    expect(heading).to_be_visible()
    watch.lap("third visitor: pressed, trained")
    assert len(Runs(open_workspace(server.home)).list()) == 1 + len(runs) == 2
