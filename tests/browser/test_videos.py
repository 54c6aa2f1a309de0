"""A video dropped on the Photos page becomes photos of one class."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from tests.browser.test_own_photos import drawn_pets_not_wanted, is_in, newest, open_tab
from tests.inputs import clips
from tests.workspaces import wait_for

__all__ = ["drawn_pets_not_wanted"]


def test_a_video_becomes_photos_of_one_class(
    drawn_pets_not_wanted, visit, own_home: Path, tmp_path: Path
) -> None:
    clips.needs_pyav()
    workspace = open_workspace(own_home)
    film = tmp_path / "tom.mp4"
    film.write_bytes(clips.walk(seconds=6))
    visitor = visit()
    page = visitor.go("/photos")
    open_tab(page, "Add photos")
    expect(page.get_by_text("Videos (MP4, MOV and WebM), at most 500 MB each")).to_be_visible()
    shows = page.locator(".st-key-photos_loose_new").get_by_role("combobox")
    shows.fill("Tom")
    shows.press("Enter")
    visitor.settle()
    page.locator("input[type=file]").first.set_input_files(film)
    wait_for(lambda: is_in(workspace, "tom"), "the video")

    expect(page.get_by_text("12 files received = 12 taken in + 0 rejected")).to_be_visible()
    expect(page.get_by_text("12 pictures were taken out of 1 video").first).to_be_visible()
    row = newest(workspace, "tom")
    assert row.class_sizes == {"Tom": 12}
    photos = PhotoSets(workspace).open(row.id).photos
    assert [photo.name for photo in photos][:2] == ["tom.mp4 at 0:00.00", "tom.mp4 at 0:00.50"]
    assert len({photo.clip for photo in photos}) == 1
    # With this one video alone it cannot be tested with what it never saw.
    expect(page.get_by_text("bring three or more of each class").first).to_be_visible()
