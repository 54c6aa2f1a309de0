"""People bring their own photos: a messy folder, a zip from a Mac, the camera; and two visitors."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pipeline.wording import numbers
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from tests.browser.conftest import Server, Visitor, choose
from tests.inputs import pictures
from tests.workspaces import class_folders, jpeg, wait_for


@pytest.fixture
def drawn_pets_not_wanted(own_home: Path, tmp_path: Path) -> None:
    """A workspace that has a set, so that the first visit paints nothing."""
    from tests.workspaces import add_photo_set

    add_photo_set(open_workspace(own_home), class_folders(tmp_path / "first", photos=6), "First")


def open_tab(page: Page, name: str) -> None:
    if name == "Add photos":
        if not page.locator(".st-key-photos_way").count():  # without a set it is all there is
            page.locator(".st-key-photos_add").get_by_role("button").click()
            choose(page.get_by_role("combobox", name="Add to"), "A new photo set")
            expect(page.get_by_role("textbox", name="Name of the set")).to_be_visible()
    else:
        page.locator(".st-key-photos_tab").get_by_text(name, exact=True).click()


def newest(workspace: Workspace, name: str) -> PhotoSetRow:
    return next(row for row in PhotoSets(workspace).list() if row.name == name)


def is_in(workspace: Workspace, name: str) -> bool:
    return any(row.name == name for row in PhotoSets(workspace).list())


def messy(folder: Path) -> Path:
    """Two good classes, and files as people have them."""
    class_folders(folder, photos=12)
    (folder / "red" / "iphone.heic").write_bytes(pictures.heic())
    (folder / "red" / "broken.jpg").write_bytes(jpeg((200, 60, 40), seed=300)[:400])
    (folder / "red" / "screenshot.jpg").write_bytes(b"<!doctype html><title>no</title>")
    (folder / "blue" / "empty.png").write_bytes(b"")
    (folder / "blue" / "film.gif").write_bytes(pictures.animated("GIF"))
    (folder / "loose.jpg").write_bytes(jpeg((40, 200, 60), seed=301))
    (folder / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    return folder


def test_a_folder_of_good_and_bad_files(
    drawn_pets_not_wanted, visit, server: Server, own_home: Path, tmp_path: Path
) -> None:
    workspace = open_workspace(own_home)
    visitor = visit()
    page = visitor.go("/photos")
    open_tab(page, "Add photos")
    visitor.bring_folder(messy(tmp_path / "messy"))
    wait_for(lambda: is_in(workspace, "messy"), "the folder")

    expect(page.get_by_text("30 files received = 26 taken in + 4 rejected")).to_be_visible()
    expect(page.get_by_text("30 files received = 26 in the set + 4 rejected")).to_be_visible()
    expect(page.get_by_text("It cannot be trained on yet. 1 photo has no label")).to_be_visible()
    row = newest(workspace, "messy")
    assert row.class_sizes == {"blue": 12, "red": 13, "unlabelled": 1}
    names = {Path(entry["name"]).name for entry in row.rejected}
    assert names == {"broken.jpg", "screenshot.jpg", "empty.png", "film.gif"}

    page.get_by_role("button", name="Open the check-up").click()
    expect(page.get_by_text("1 photo without a label")).to_be_visible()
    page.get_by_role("button", name="All are blue").click()
    wait_for(lambda: newest(workspace, "messy").class_sizes.get("blue") == 13, "the label")
    # The emptied class goes with another button, on the tab of the classes.
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    assert examine(workspace)["healthy"]


def mac_zip(path: Path) -> Path:
    """What "Compress" in the Finder makes: one more folder, and a shadow of every file."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, colour in (("Katze", (40, 60, 200)), ("Hund", (200, 60, 40))):
            archive.writestr(f"Meine Tiere/{name}/.DS_Store", b"\0\0\0\1Bud1")
            for number in range(8):
                member = f"Meine Tiere/{name}/{number}.jpg"
                archive.writestr(member, jpeg(colour, seed=100 * len(name) + number))
                archive.writestr(f"__MACOSX/Meine Tiere/{name}/._{number}.jpg", b"\0\x05\x16\x07")
    return path


def test_a_zip_from_a_mac(
    drawn_pets_not_wanted, visit, server: Server, own_home: Path, tmp_path: Path
) -> None:
    workspace = open_workspace(own_home)
    page = visit().go("/photos")
    open_tab(page, "Add photos")
    page.locator("input[type=file]").first.set_input_files(mac_zip(tmp_path / "Meine Tiere.zip"))
    wait_for(lambda: is_in(workspace, "Meine Tiere"), "the zip")
    expect(page.get_by_text("16 files received = 16 in the set + 0 rejected")).to_be_visible()
    assert newest(workspace, "Meine Tiere").class_sizes == {"Hund": 8, "Katze": 8}
    wait_for(lambda: not list(workspace.uploads_folder.iterdir()), "the upload's end")


def test_pictures_from_the_camera_go_into_a_class(
    drawn_pets_not_wanted, visit, server: Server, own_home: Path
) -> None:
    workspace = open_workspace(own_home)
    visitor = visit(permissions=["camera"])
    page = visitor.go("/photos")
    open_tab(page, "Add photos")
    choose(page.get_by_role("combobox", name="Add to"), "First")
    page.locator(".st-key-photos_way").get_by_text("The camera").click()
    expect(page.get_by_text("Choose above what the pictures show")).to_be_visible()
    visitor.settle()
    label = page.get_by_role("combobox", name="Label for these photos")
    label.fill("my mug")
    label.press("Enter")
    hold = page.get_by_role("button", name="Hold to take photos")
    video = page.locator(".st-key-photos_burst video")
    wait_for(lambda: video.evaluate("one => one.videoWidth > 0"), "the camera")
    hold.hover()
    page.mouse.down()
    expect(page.get_by_text(re.compile(r"^([3-9]|\d\d+) taken"))).to_be_visible()
    page.mouse.up()
    wait_for(lambda: "my mug" in newest(workspace, "First").classes, "what was taken")
    taken = newest(workspace, "First").class_sizes["my mug"]
    expect(page.get_by_text(f"({numbers.photos(taken)} so far)")).to_be_visible()
    expect(video).to_be_visible()  # still on, for the next hold
    visitor.settle()
    page.locator(".st-key-photos_burst").get_by_role("button", name="Undo").click()
    wait_for(lambda: "my mug" not in newest(workspace, "First").classes, "Undo")
    assert examine(workspace)["healthy"]


NASTY = "<img src=x onerror=alert(1)>"


def test_a_class_name_is_shown_as_it_is_everywhere(trained: Server, visit, own_home: Path) -> None:
    visitor = visit()
    alerts: list[str] = []
    visitor.page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    page = visitor.go("/photos")
    open_tab(page, "Classes")
    page.get_by_role("textbox", name="New name").fill(NASTY)
    page.get_by_role("button", name="Rename it").click()
    workspace = open_workspace(own_home)
    wait_for(lambda: NASTY in PhotoSets(workspace).list()[0].classes, "the new name")
    for tab in ("Look", "Check-up", "Classes", "Keep and share", "Add photos"):
        open_tab(page, tab)
        visitor.settle()
        expect(page.get_by_text("onerror").first).to_be_visible()
        assert page.locator("img[src=x]").count() == 0
    for path in ("/", "/explore", "/augment", "/train", "/runs", "/classify"):
        visitor.go(path)
        assert page.locator("img[src=x]").count() == 0
    assert alerts == []


def bring(visitor: Visitor, path: Path) -> Page:
    page = visitor.go("/photos")
    open_tab(page, "Add photos")
    page.locator("input[type=file]").first.set_input_files(path)
    return page


def test_in_the_demo_a_second_browser_sees_nothing_of_the_first(
    demo, drawn_pets_not_wanted, visit, server: Server, own_home: Path, tmp_path: Path
) -> None:
    workspace = open_workspace(own_home)
    anna, ben = visit(), visit()
    page = bring(anna, mac_zip(tmp_path / "Secret.zip"))
    wait_for(lambda: is_in(workspace, "Secret"), "Anna's set")
    expect(page.get_by_text("16 files received = 16 in the set + 0 rejected")).to_be_visible()
    secret = newest(workspace, "Secret")
    for path in ("/", "/photos", f"/photos?set={secret.id}", "/train", "/augment"):
        page = ben.go(path)
        assert "Secret" not in page.inner_text("body")
        assert "Katze" not in page.inner_text("body")
    expect(ben.go(f"/photos?set={secret.id}").get_by_text("is not here")).to_be_visible()
    open_tab(ben.page, "Add photos")
    expect(ben.page.locator(".st-key-photos_way").get_by_text("A folder")).to_be_visible()
    expect(ben.page.locator(".st-key-photos_way").get_by_text("A path")).to_have_count(0)
    # Anna, who opens another page in the same browser, finds it again.
    again = anna.go("/photos")
    expect(again.get_by_role("combobox", name="Photo set")).to_have_value(
        "Secret · 16 photos, 2 classes"
    )
