"""What is known of a photo."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from pages.ui.parts import photo_facts
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from tests.workspaces import add_photo_set, class_folders


def test_of_every_photo(workspace: Workspace, photo_set: PhotoSetRow) -> None:
    facts = dict(photo_facts.facts(PhotoSets(workspace).open(photo_set.id), 0))
    assert list(facts) == ["Split", "File", "Kept", "Came as"]
    assert facts["Split"] == "Training"
    assert facts["File"].endswith(".jpg")
    assert facts["Kept"].startswith("48 by 48 pixels, ")
    assert facts["Came as"] == "JPEG, 48 by 48 pixels"


def test_of_one_that_was_turned(workspace: Workspace, tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "turned", photos=5)
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (90, 60), (9, 90, 9)).save(folder / "red" / "turned.jpg", exif=exif)
    row = add_photo_set(workspace, folder, "Turned")
    photo_set = PhotoSets(workspace).open(row.id)
    (index,) = (i for i, one in enumerate(photo_set.photos) if one.name.endswith("turned.jpg"))
    facts = dict(photo_facts.facts(photo_set, index))
    assert facts["Kept"].startswith("60 by 90 pixels")
    assert facts["Came as"] == "JPEG, 90 by 60 pixels, turned upright"
