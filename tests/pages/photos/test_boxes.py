"""New set: boxes are filled, named and taken away; nothing is imported before Train."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.photos.boxes import SOMETHING_ELSE
from pipeline.settings import mode
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.pages.conftest import Open
from tests.pages.photos.boxes import drop, filled, made, name, opened, press, said, some
from tests.pages.photos.conftest import queued

CONTENT = dict[str, int]


def content(app) -> CONTENT:
    """How many photos each box has, by what it is called."""
    boxes = made(app).boxes
    return {boxes.titles[box.number]: len(box.photos) for box in boxes.boxes}


def test_what_is_dropped_waits_and_is_counted(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    app = filled(open_page)
    assert content(app) == {"Mia": 6, "Rex": 6}
    assert said(app).count("**6**: enough to try, 20 are better") == 2
    assert queued(workspace) == [], "nothing is imported before Train"
    assert [path.suffix for path in workspace.uploads_folder.iterdir()] == [".zip"] * 2
    assert not app.button(key="new_set_train").disabled


def test_photos_first_and_names_afterwards(no_first_import, open_page: Open) -> None:
    app = drop(opened(open_page), 1, *some(1, 5))
    app = drop(app, 2, *some(2, 5))
    assert content(app) == {"Class 1": 5, "Class 2": 5}
    assert not app.button(key="new_set_train").disabled, "a name is no condition"
    assert content(name(app, 2, "Rex")) == {"Class 1": 5, "Rex": 5}


def test_a_folder_of_class_folders_fills_the_boxes(no_first_import, open_page: Open) -> None:
    files = [
        (f"pets/{called}/{file}", data)
        for number, called in ((1, "Mia"), (2, "Rex"))
        for file, data in some(number, 5)
    ]
    app = drop(opened(open_page), 0, *files)
    assert content(app) == {"Mia": 5, "Rex": 5}
    assert app.text_input(key="new_set_name_1").value == "Mia"


def test_two_boxes_of_one_name_become_one_and_undo_parts_them(
    no_first_import, open_page: Open
) -> None:
    app = name(filled(open_page), 2, "mia")
    assert content(app) == {"Mia": 12}
    assert "A second class is missing" in said(app)
    app = press(app, "undo")
    assert content(app) == {"Mia": 6, "Rex": 6}


def test_boxes_come_and_go(no_first_import, open_page: Open) -> None:
    app = press(press(opened(open_page), "add"), "else")
    assert list(content(app)) == ["Class 1", "Class 2", "Class 3", SOMETHING_ELSE]
    assert "new_set_else" not in [button.key for button in app.button], "one is enough"
    app = press(press(app, "away_4"), "away_2")
    assert list(content(app)) == ["Class 1", "Class 2"]
    app = press(app, "undo")
    assert len(content(app)) == 3


def test_what_cannot_be_used_is_told_and_not_counted(no_first_import, open_page: Open) -> None:
    twin = some(1, 1)[0]
    app = drop(opened(open_page), 1, *some(1, 5), ("again.jpg", twin[1]), ("note.jpg", b"text"))
    assert "**5**: enough to try" in said(app)
    assert "1 file cannot be used" in said(app)


def test_start_over_empties_the_boxes_until_undo(no_first_import, open_page: Open) -> None:
    app = press(filled(open_page), "anew")
    assert content(app) == {"Class 1": 0, "Class 2": 0}
    assert content(press(app, "undo")) == {"Mia": 6, "Rex": 6}


def test_what_was_emptied_leaves_the_disk_when_something_new_comes(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    app = press(filled(open_page), "anew")
    before = set(workspace.uploads_folder.iterdir())
    app = drop(app, 1, *some(1, 1))
    assert content(press(app, "undo")) == {"Class 1": 0, "Class 2": 0}
    assert before and not before & set(workspace.uploads_folder.iterdir())


def test_what_waits_outlasts_a_look_at_the_sets(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = press(filled(open_page), "close")
    button = app.button(key="photos_new_set")
    assert button.label == "New set (12 photos waiting)"
    app = button.click().run()
    assert content(app) == {"Mia": 6, "Rex": 6}


def test_add_photos_and_new_set_stand_beside_the_set(
    open_page: Open, photo_set: PhotoSetRow
) -> None:
    app = open_page("photos")
    assert app.button(key="photos_new_set").label == "New set"
    assert app.button(key="photos_add").label == "Add photos"
    app = app.button(key="photos_add").click().run()
    assert app.session_state["photos_tab"] == "add"
    assert "Your own photos" in said(app)
    assert app.selectbox(key=f"photos_into_{photo_set.id}").value == photo_set.id


def test_what_shall_be_a_set_of_its_own_is_imported_as_one(
    open_page: Open, photo_set: PhotoSetRow
) -> None:
    app = press(opened(open_page), "import")
    assert not app.exception
    assert app.session_state["photos_tab"] == "add"
    into = f"photos_into_{photo_set.id}"
    assert app.selectbox(key=into).value == "new"
    app = app.button(key="photos_add").click().run()
    assert app.selectbox(key=into).value == photo_set.id, "each way leads where it says"


def zipped(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, data in files:
            archive.writestr(path, data)
    return out.getvalue()


def test_a_zip_fills_the_box_and_its_class_folders_the_boxes_of_their_names(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    app = drop(opened(open_page), 1, ("mia.zip", zipped(*some(1, 5), ("note.txt", b"text"))))
    assert "**5**: enough to try" in said(app)
    assert "1 file cannot be used" in said(app)
    folders = [
        (f"pets/{called}/{file}", data)
        for number, called in ((1, "Tom"), (2, "Rex"))
        for file, data in some(number, 5, first=20)
    ]
    app = drop(app, 0, ("pets.zip", zipped(*folders, ("__MACOSX/pets/Tom/._20.jpg", b"shadow"))))
    assert not app.exception
    assert content(app) == {"Class 1": 6, "Tom": 5, "Rex": 5}
    app = press(app, "train")
    with zipfile.ZipFile(queued(workspace)[0].request["source"]) as archive:
        photos = [name for name in archive.namelist() if name.startswith(("Tom", "Rex"))]
    assert sorted(photos) == sorted(
        f"{name}/{n}.jpg" for name in ("Tom", "Rex") for n in range(20, 25)
    )


def test_a_zip_that_cannot_be_read_says_why(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    app = drop(opened(open_page), 1, ("torn.zip", zipped(*some(1, 5))[:-30]))
    assert "torn.zip is damaged or incomplete" in said(app)
    assert content(app) == {"Class 1": 0, "Class 2": 0}
    assert list(workspace.uploads_folder.iterdir()) == []


def test_what_a_zip_refuses_keeps_nobody_from_training(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    app = filled(open_page)
    app = drop(app, 1, ("more.zip", zipped(*some(1, 1, first=20), ("inner.zip", b"PK"))))
    assert "1 file cannot be used" in said(app)
    app = press(app, "train")
    assert "Drop it again" not in said(app)
    with zipfile.ZipFile(queued(workspace)[0].request["source"]) as archive:
        assert len(archive.namelist()) == 13


def test_a_page_that_is_loaded_anew_has_what_waited(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    first = filled(open_page)
    again = opened(open_page)
    assert not again.exception
    assert content(again) == {"Mia": 6, "Rex": 6}
    assert said(again).count("**6**: enough to try") == 2
    assert not again.button(key="new_set_train").disabled
    press(again, "undo")
    assert content(first) == {"Mia": 6, "Rex": 6}, "what one session changes is not another's"
    press(again, "anew")
    assert content(opened(open_page)) == {"Class 1": 0, "Class 2": 0}
    assert "Drop it again" not in said(press(first, "train")), "nor are the files on the disk"


def test_a_page_that_is_loaded_anew_follows_the_training(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    press(filled(open_page), "train")
    again = opened(open_page)
    assert not again.exception
    assert again.button(key="new_set_train").disabled
    assert [bar.proto.text for bar in again.get("progress")] == ["Step 1 of 2: Starting"]


def test_what_is_gone_from_the_disk_waits_no_longer(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    filled(open_page)
    for path in list(workspace.uploads_folder.iterdir()):
        path.unlink()
    assert content(opened(open_page)) == {"Class 1": 0, "Class 2": 0}


@pytest.mark.parametrize("page", ["photos", "explore", "augment", "train"])
def test_a_page_without_photos_leads_to_the_boxes(
    no_first_import, open_page: Open, page: str
) -> None:
    app = open_page(page)
    links = [(link.proto.page, link.proto.query_string) for link in app.get("page_link")]
    assert any(name.startswith("photos") and "new=1" in query for name, query in links)


def leave_room_for_no_more(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A visitor may have what waits already, or as much of other photos, and not both."""
    waiting = sum(file.num_bytes for file in made(app).files.values())
    monkeypatch.setattr(mode, "DEMO", replace(mode.DEMO, visitor_bytes=waiting * 3 // 2))


def test_in_the_demo_what_waits_counts(
    no_first_import, open_page: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    app = drop(opened(open_page), 1, *some(1, 1))
    leave_room_for_no_more(app, monkeypatch)
    app = drop(app, 2, *some(2, 1))
    assert "Bring fewer photos" in said(app)
    assert content(app) == {"Class 1": 1, "Class 2": 0}
    assert "Bring fewer photos" not in said(app.run())


def test_in_the_demo_what_was_taken_out_counts_until_it_is_gone(
    no_first_import, open_page: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Undo brings it back, so it still lies on the disk."""
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    app = drop(opened(open_page), 1, *some(1, 1))
    leave_room_for_no_more(app, monkeypatch)
    app = drop(press(app, "away_1"), 2, *some(2, 1))
    assert "Bring fewer photos" in said(app)
    app = drop(press(app, "anew"), 2, *some(2, 1))
    assert content(app) == {"Class 1": 0, "Class 2": 1}


def test_a_file_that_waited_too_long_is_told(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    app = filled(open_page)
    for path in list(workspace.uploads_folder.iterdir()):
        Path(path).unlink()
    app = press(app, "train")
    assert "Drop it again" in said(app)
    assert queued(workspace) == []
