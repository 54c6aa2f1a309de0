"""The demo with two real browsers: Streamlit's cookie keeps them apart, and knows them again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from pages.ui.visitor import COOKIE, of_cookie
from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from tests.browser.conftest import Server, Visitor
from tests.workspaces import add_photo_set, class_folders

ANNAS = re.compile("^Birds of Anna")


def name_of(visitor: Visitor) -> str:
    """Who the server takes this browser for."""
    (cookie,) = [one for one in visitor.context.cookies() if one["name"] == COOKIE]
    name = of_cookie(cookie["value"])
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
