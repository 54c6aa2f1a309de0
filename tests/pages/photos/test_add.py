"""The Photos page: bring photos in, see what came of them, look at them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import resources
from pages.ui.parts import tiles, uploads
from pages.ui.photos import add, gallery, tabs
from pipeline.errors import DiskFullError
from pipeline.jobs.job import Job
from pipeline.jobs.queue import Jobs
from pipeline.photos.editing import RenameClass
from pipeline.photos.sources.opened import READY_SETS
from pipeline.progress import Step
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.tables import JobRecord
from pipeline.workspace.versions import Versions
from tests.pages.conftest import Open, words
from tests.workspaces import add_photo_set, class_folders, jpeg


def queued(workspace: Workspace) -> list[Job]:
    return [job for job in Jobs(workspace).active() if job.kind == "import"]


def change(workspace: Workspace, job_id: str, **columns: object) -> None:
    with workspace.database.writing() as session:
        record = session.query(JobRecord).filter_by(id=job_id).one()
        for name, value in columns.items():
            setattr(record, name, value)


def test_the_first_visit_starts_the_drawn_pets_once(open_page: Open, workspace: Workspace) -> None:
    open_page()
    open_page()
    assert [job.request["source"] for job in queued(workspace)] == ["drawn:pets"]


def test_a_workspace_with_photos_is_left_alone(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    open_page()
    assert queued(workspace) == []


def open_tab(app: AppTest, tab: str) -> AppTest:
    app.session_state["photos_tab"] = tab
    return app.run()


def test_accepted_and_rejected_make_received(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("photos")
    assert "41 files received = 40 in the set + 1 rejected" in words(app)
    assert [metric.value for metric in app.metric] == ["40", "32", "4", "4"]
    table = app.dataframe[0].value
    assert table["File"][0].endswith("notes.jpg")
    assert "text file" in table["Reason"][0]
    assert table["What to do"][0].startswith("Choose a JPEG")


def ticks(app: AppTest) -> list:
    return [box for box in app.checkbox if box.key.startswith("photos_tick_")]


def test_labelled_samples_first_then_pages(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("photos")
    assert len(ticks(app)) == 12
    assert {box.label for box in ticks(app)} == {"blue", "red"}
    assert "Photos 1 to 12 of 40 photos" in words(app)


def test_class_and_split_filter(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("photos")
    app.selectbox(key=f"photos_class_{photo_set.id}").select(1)
    app.selectbox(key=f"photos_split_{photo_set.id}").select("test").run()
    assert [box.label for box in ticks(app)] == ["red", "red"]


def test_the_selection_is_mixed_and_always_the_same(photo_set: PhotoSetRow) -> None:
    opened = resources.photo_set(photo_set.id)
    everything = tiles.select(opened, tiles.ALL, tiles.ALL)
    assert sorted(everything) == list(range(40))
    assert everything == tiles.select(opened, tiles.ALL, tiles.ALL)
    assert len({opened.photos[index].class_index for index in everything[:9]}) == 2
    assert set(tiles.select(opened, tiles.ALL, tiles.ALL, {3, 5})) == {3, 5}


def newest(workspace: Workspace) -> PhotoSetRow:
    return PhotoSets(workspace).list()[0]


def test_picked_photos_get_another_label_and_undo_takes_it_back(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("photos")
    app.button(key="photos_pick_page").click().run()
    assert "**12 photos** picked" in words(app)
    app.selectbox(key=f"photos_label_{photo_set.id}").select("red").run()
    app.button(key="photos_relabel").click().run()
    assert not app.exception
    assert newest(workspace).class_sizes["red"] > 20
    assert newest(workspace).change == "12 photos all labelled red"
    app.button(key="photos_undo").click().run()
    assert newest(workspace).id == photo_set.id
    app.button(key="photos_redo").click().run()
    assert newest(workspace).class_sizes["red"] > 20


def test_one_tick_is_one_photo_taken_out(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("photos")
    ticks(app)[0].check().run()
    assert "**1 photo** picked" in words(app)
    app.button(key="photos_remove").click().run()
    assert newest(workspace).accepted == 39
    assert "41 files received = 39 in the set + 1 rejected + 1 taken out by you" in words(app)


def test_what_is_picked_can_be_shown_alone(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("photos")
    for box in ticks(app)[:3]:
        box.check()
    app.run()
    app.selectbox(key=f"photos_show_{photo_set.id}").select(gallery.PICKED).run()
    assert len(ticks(app)) == 3


# === The check-up ===


@pytest.fixture
def messy(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    """Photos without a folder, a small class, a picture in two classes."""
    folder = class_folders(tmp_path / "messy", photos=30)
    (folder / "loose.jpg").write_bytes(jpeg((40, 200, 60), seed=77))
    (folder / "newt").mkdir()
    (folder / "newt" / "1.jpg").write_bytes(jpeg((10, 10, 10), seed=78))
    (folder / "red" / "same.jpg").write_bytes((folder / "blue" / "3.jpg").read_bytes())
    return add_photo_set(workspace, folder, "Messy")


def test_the_check_up_names_what_to_mend_and_its_button_mends_it(
    open_page: Open, workspace: Workspace, messy: PhotoSetRow
) -> None:
    app = open_tab(open_page("photos", set=messy.id), tabs.CHECK)
    assert not app.exception
    found = words(app)
    for title in ("1 photo without a label", "Too few photos", "1 picture in two classes"):
        assert title in found
    next(button for button in app.button if button.label == "All are blue").click().run()
    assert newest(workspace).class_sizes["blue"] == 31
    app = open_tab(app, tabs.CHECK)
    assert "without a label" not in words(app)
    next(button for button in app.button if button.label == "It is red").click().run()
    assert newest(workspace).class_sizes["blue"] == 30


def test_what_a_finding_is_about_is_shown_in_the_gallery(
    open_page: Open, messy: PhotoSetRow
) -> None:
    app = open_tab(open_page("photos", set=messy.id), tabs.CHECK)
    app.button(key="mend_look_1").click().run()
    assert not app.exception
    assert [box.label for box in ticks(app)] == ["unlabelled"]


def test_a_set_that_is_not_ready_says_so_and_cannot_be_started(
    open_page: Open, messy: PhotoSetRow
) -> None:
    app = open_page("photos", set=messy.id)
    assert "It cannot be trained on yet" in app.warning[0].value
    app.switch_page("pages/train.py").run()
    assert app.button(key="train_start").disabled
    assert any("newt has 1" in warning.value for warning in app.warning)


@pytest.mark.parametrize("page", ["photos", "explore", "augment", "train"])
def test_a_set_of_one_class_breaks_no_page(
    open_page: Open, workspace: Workspace, tmp_path: Path, page: str
) -> None:
    row = add_photo_set(workspace, class_folders(tmp_path / "one", photos=3, names=("blue",)))
    app = open_page(page, set=row.id)
    assert not app.exception
    assert not app.error


# === Classes and versions ===


def test_a_class_is_renamed_merged_made_and_taken_out(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_tab(open_page("photos"), tabs.CLASSES)
    next(field for field in app.text_input if field.label == "New name").input("sky")
    app.button(key="classes_rename").click().run()
    assert newest(workspace).classes == ("red", "sky")
    app = open_tab(app, tabs.CLASSES)
    next(field for field in app.text_input if field.label == "Name of the new class").input("sea")
    app.button(key="classes_make").click().run()
    assert newest(workspace).class_sizes == {"red": 20, "sea": 0, "sky": 20}
    app = open_tab(app, tabs.CLASSES)
    next(box for box in app.selectbox if box.label == "All photos of").select("sky")
    next(box for box in app.selectbox if box.label == "become").select("sea")
    app.button(key="classes_merge").click().run()
    assert newest(workspace).class_sizes == {"red": 20, "sea": 20}
    app = open_tab(app, tabs.CLASSES)
    next(box for box in app.selectbox if box.label == "Class with its photos").select("red")
    app.button(key="classes_remove").click().run()
    assert newest(workspace).classes == ("sea",)
    assert not app.exception
    assert newest(workspace).versions == 5


def test_a_name_that_is_taken_is_a_sentence(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_tab(open_page("photos"), tabs.CLASSES)
    next(field for field in app.text_input if field.label == "New name").input("RED")
    app.button(key="classes_rename").click().run()
    assert "There is a class red already" in app.error[0].value


def test_an_earlier_version_is_looked_at_and_not_changed(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    Versions(workspace).edit(photo_set.id, RenameClass("blue", "sky"))
    resources.forget_lists()
    app = open_page("photos", set=photo_set.id)
    assert "You look at version 1 of 2" in app.info[0].value
    assert all(box.disabled for box in ticks(app))
    app.button(key="photos_newest").click().run()
    assert "You look at version" not in words(app)
    app = open_tab(app, tabs.KEEP)
    assert app.dataframe[0].value["What changed"].tolist() == [
        "Class blue renamed to sky",
        "Imported",
    ]
    app.button(key="photos_forget").click().run()
    assert newest(workspace).versions == 1


@pytest.mark.parametrize("number", range(len(READY_SETS)))
def test_ready_sets_are_one_click_away(
    no_first_import, open_page: Open, workspace: Workspace, number: int
) -> None:
    app = open_page("photos")
    app.button(key=f"photos_get_{number}").click().run()
    assert [job.request["source"] for job in queued(workspace)] == [READY_SETS[number].source]
    assert "Waiting for" in words(app) or "Import" in words(app)


def test_the_card_shows_size_speed_time_left_and_stop(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    job = Jobs(workspace).submit_import("tutorial:cats_and_dogs_filtered", "Tutorial")
    change(
        workspace,
        job.id,
        state="running",
        step=Step.DOWNLOADING,
        about="cats_and_dogs.zip",
        done=30e6,
        total=68e6,
        unit="bytes",
        speed=4.2e6,
        fraction=0.44,
        seconds_left=9.0,
        pid=None,
    )
    # a running job without a process is settled at the next look, so look at the words alone
    from pages.ui.parts import job_card

    assert (
        job_card.details(Jobs(workspace).get(job.id))
        == "30 MB of 68 MB · 4.2 MB a second · about 9 s left"
    )
    app = open_page("photos")
    assert not app.exception


def test_a_failed_download_says_what_works_without_a_network(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    job = Jobs(workspace).submit_import("tutorial:cats_and_dogs_filtered", "Tutorial")
    change(workspace, job.id, state="failed", error="No connection to example.org.")
    app = open_page("photos")
    assert "No connection to example" in words(app)
    assert "Without a network, the drawn pets work" in words(app)


def test_stop_takes_a_waiting_import_out_of_the_queue(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    job = Jobs(workspace).submit_import("drawn:pets", "Drawn pets")
    app = open_page("photos")
    app.button(key=f"stop_{job.id}").click().run()
    assert Jobs(workspace).get(job.id).state == "stopped"
    assert not app.exception


def test_a_finished_import_becomes_the_current_set(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, tmp_path: Path
) -> None:
    app = open_tab(open_page("photos"), tabs.ADD)
    app.button(key="photos_get_0").click().run()
    job = queued(workspace)[0]
    newer = add_photo_set(workspace, class_folders(tmp_path / "new", photos=12), "Newer")
    change(workspace, job.id, state="done", result={"photo_set": photo_set.id})
    resources.forget_lists()
    app.run()
    assert app.session_state["photo_set_id"] == photo_set.id
    assert newer.id != photo_set.id
    assert "41 files received" in words(app)


# === Bringing photos ===


def adding(app: AppTest, way: str = add.FILES) -> AppTest:
    app.session_state["photos_way"] = way
    return open_tab(app, tabs.ADD)


def test_a_path_becomes_a_job(no_first_import, open_page: Open, workspace: Workspace) -> None:
    app = adding(open_page("photos"), add.PATH)
    app.text_input(key="photos_path").input("/data/birds")
    submit(app, "Import from this path")
    request = queued(workspace)[0].request
    assert request["source"] == "/data/birds"
    assert {request[key] for key in ("name", "data_dir", "into", "label")} == {None}


def test_an_empty_path_is_a_sentence(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    app = adding(open_page("photos"), add.PATH)
    submit(app, "Import from this path")
    assert "Type the path" in app.error[0].value
    assert queued(workspace) == []


def submit(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("cat/1.jpg", jpeg((200, 60, 40)))
    return packed.getvalue()


def test_a_dropped_zip_is_kept_and_imported_at_once(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    app = adding(open_page("photos"))
    uploader = app.file_uploader(key="photos_upload_files_0")
    sent = zipped()
    uploader.upload("garden.zip", sent, "application/zip").run()
    job = queued(workspace)[0]
    assert job.request["name"] == "garden"
    kept = Path(job.request["source"])
    assert kept.parent == workspace.uploads_folder
    assert kept.read_bytes() == sent
    # the browser's copy is let go: the uploader has a new key
    app = adding(app)
    assert "photos_upload_files_1" in [uploader.key for uploader in app.file_uploader]


def test_dropped_photos_take_the_label_that_was_chosen_and_join_the_set(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = adding(open_page("photos"))
    app.selectbox(key=f"photos_into_{photo_set.id}").select(photo_set.id).run()
    app.selectbox(key=f"photos_loose_{photo_set.id}").select("red").run()
    uploader = app.file_uploader(key="photos_upload_files_0")
    uploader.upload("a.jpg", jpeg((200, 60, 40), seed=400), "image/jpeg").run()
    job = queued(workspace)[0]
    assert (job.request["into"], job.request["label"]) == (photo_set.id, "red")
    with zipfile.ZipFile(job.request["source"]) as archive:
        assert archive.namelist() == ["a.jpg"]


def test_a_camera_picture_goes_straight_into_its_class(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = adding(open_page("photos"), add.CAMERA)
    assert "Choose above what the pictures show" in words(app)
    app.selectbox(key=f"photos_into_{photo_set.id}").select(photo_set.id).run()
    app.selectbox(key=f"photos_loose_{photo_set.id}").select("red").run()
    app.camera_input[0].upload("shot.jpg", jpeg((200, 60, 40), seed=500), "image/jpeg").run()
    assert not app.exception
    assert not app.error
    assert newest(workspace).class_sizes == {"blue": 20, "red": 21}
    assert newest(workspace).change == "1 photo added"


def take_picture(app: AppTest, row: PhotoSetRow, data: bytes) -> AppTest:
    """On the Photos page, a picture of red for a set."""
    app = adding(app, add.CAMERA)
    app.selectbox(key=f"photos_into_{row.id}").select(row.id).run()
    app.selectbox(key=f"photos_loose_{row.id}").select("red").run()
    return app.camera_input[0].upload("shot.jpg", data, "image/jpeg").run()


def test_the_same_camera_picture_again_is_rejected_and_counted_once(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    data = jpeg((200, 60, 40), seed=500)
    take_picture(open_page("photos"), photo_set, data)
    row = newest(workspace)
    app = take_picture(open_page("photos", set=row.id), row, data)
    assert not app.exception
    assert "not taken in. It is the same picture as camera 1" in words(app).replace("\\", "")
    app.run()
    after = newest(workspace)
    assert (after.id, after.received, after.accepted) == (row.id, 43, 41)
    assert len(after.rejected) == 2, "the file that is no photo, and the second picture"
    assert "not taken in" not in words(app)


def test_a_camera_picture_waits_for_an_import_into_its_set(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    Jobs(workspace).submit_import("/data/birds", into=photo_set.id)
    app = take_picture(open_page("photos"), photo_set, jpeg((200, 60, 40), seed=500))
    assert not app.exception
    assert "on their way into this set" in app.error[0].value
    assert newest(workspace).id == photo_set.id


class Uploaded(io.BytesIO):
    def __init__(self, name: str, data: bytes) -> None:
        super().__init__(data)
        self.name, self.size = name, len(data)


def test_names_of_an_uploaded_folder_stay_data(tmp_path: Path) -> None:
    files = [
        Uploaded("set/cat/1.jpg", b"one"),
        Uploaded("../../outside.jpg", b"two"),
        Uploaded("/etc/passwd", b"three"),
    ]
    target = tmp_path / "packed.zip"
    uploads.pack(files, target)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["packed.zip"]
    with zipfile.ZipFile(target) as archive:
        assert [archive.read(entry) for entry in archive.infolist()] == [b"one", b"two", b"three"]


def test_zips_and_photos_dropped_together_are_imported_each(workspace: Workspace) -> None:
    files = [
        Uploaded("one.zip", zipped()),
        Uploaded("a.jpg", jpeg((1, 2, 3))),
        Uploaded("b.jpg", jpeg((3, 2, 1))),
    ]
    kept = uploads.keep(files)
    assert [title for _, title in kept] == ["one", "My photos"]
    with zipfile.ZipFile(kept[1][0]) as archive:
        assert archive.namelist() == ["a.jpg", "b.jpg"]


def test_a_full_disk_is_a_sentence(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", full)
    with pytest.raises(DiskFullError, match=r"could not be saved .*Free some space"):
        uploads.keep([Uploaded("one.zip", zipped())])
    assert list(workspace.uploads_folder.iterdir()) == []


def test_what_came_of_an_import_is_told_file_by_file(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    job = Jobs(workspace).submit_import("/data/birds", "Birds")
    app = open_page("photos")
    rejected = [
        {"name": "a.txt", "reason": "It is 1. 2. 3. text.", "advice": "Choose a photo. Or two."},
        {"name": "b.zip", "reason": "It is too large.", "advice": ""},
        {"name": "old.txt", "reason": "This is a text file. Leave it out."},  # before there was one
    ]
    change(
        workspace,
        job.id,
        state="failed",
        error="None of these files can be used.",
        result={"received": 3, "rejected": rejected},
    )
    app.run()
    assert "3 files received = 0 taken in + 3 rejected" in words(app)
    table = app.dataframe[0].value
    assert list(table["Reason"]) == [one["reason"] for one in rejected]
    assert list(table["What to do"]) == ["Choose a photo. Or two.", "Leave it out.", ""]


def test_rename(open_page: Open, workspace: Workspace, photo_set: PhotoSetRow) -> None:
    app = open_tab(open_page("photos"), tabs.KEEP)
    next(field for field in app.text_input if field.label == "Name").input("Paint samples")
    submit(app, "Save the name")
    assert PhotoSets(workspace).get(photo_set.id).name == "Paint samples"
    assert not app.exception


def test_a_set_with_runs_cannot_be_deleted(workspace: Workspace, run: Run) -> None:
    from pipeline.errors import PhotoSetError

    with pytest.raises(PhotoSetError, match="Runs page"):
        PhotoSets(workspace).delete(run.photo_set_id)


def test_choosing_a_set_changes_the_address_and_the_other_pages(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, tmp_path: Path
) -> None:
    add_photo_set(workspace, class_folders(tmp_path / "new", photos=12), "Newer")
    resources.forget_lists()
    app = open_page("photos")
    assert app.selectbox(key="set_choice").value != photo_set.id
    app.selectbox(key="set_choice").select(photo_set.id).run()
    assert photo_set.id in app.query_params["set"]
    app.switch_page("pages/augment.py").run()
    assert app.selectbox(key="set_choice").value == photo_set.id


def test_an_address_with_an_unknown_set_warns(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("photos", set="0123456789abcdef")
    assert "not here" in app.warning[0].value
    assert not app.exception


def test_names_are_shown_literally(open_page: Open, workspace: Workspace, tmp_path: Path) -> None:
    names = ("<img src=x onerror=alert(1)>", ":red[x] $y$")
    folder = class_folders(tmp_path / "nasty", photos=12, names=names)
    row = add_photo_set(workspace, folder, "**Bold** :material/home:")
    app = open_page("photos", set=row.id)
    assert not app.exception
    labels = {box.label for box in ticks(app)}
    assert labels
    for label in labels:
        assert "\\<" in label or "\\:\u2060red\\[" in label
    app = open_tab(app, tabs.CLASSES)
    spec = app.get("plotly_chart")[0].proto.spec
    assert "<img" not in spec


def test_a_class_may_be_called_as_the_choice_of_all(
    open_page: Open, workspace: Workspace, tmp_path: Path
) -> None:
    folder = class_folders(tmp_path / "odd", photos=6, names=("all", "red"))
    row = add_photo_set(workspace, folder, "Odd names")
    app = open_page("photos", set=row.id)
    assert len(ticks(app)) == 12
    app.selectbox(key=f"photos_class_{row.id}").select(0).run()
    assert [box.label for box in ticks(app)] == ["all"] * 6


def test_the_photos_of_a_finding_are_shown_in_the_gallery(
    open_page: Open, photo_set: PhotoSetRow
) -> None:
    app = open_page("photos", set=photo_set.id)
    findings = resources.checkup(photo_set.id, len(photo_set.rejected)).findings
    number, finding = next((n, one) for n, one in enumerate(findings) if one.photos)
    app.session_state[f"photos_show_{photo_set.id}"] = number
    app.run()
    assert not app.exception
    box = app.selectbox(key=f"photos_show_{photo_set.id}")
    assert finding.title in box.options
    assert f"of {len(finding.photos)} photo" in words(app)
