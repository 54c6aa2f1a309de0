"""The Photos page: bring photos in, see what came of them, look at them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import gallery, importing, resources
from pipeline.photos.sources import READY_SETS
from pipeline.workspace.database import JobRecord
from pipeline.workspace.home import Workspace
from pipeline.workspace.jobs import Job, Jobs
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.runs import Run
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


def test_accepted_and_rejected_make_received(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("photos")
    assert "41 files received = 40 accepted + 1 rejected" in words(app)
    assert [metric.value for metric in app.metric] == ["40", "32", "4", "4"]
    table = app.dataframe[0].value
    assert table["File"][0].endswith("notes.jpg")
    assert "text file" in table["Reason"][0]


def test_nine_labelled_samples_first_then_pages(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("photos")
    openers = [button for button in app.button if button.key.startswith("photos_open_")]
    assert len(openers) == 9
    assert {button.label for button in openers} == {"blue", "red"}
    assert "Photos 1 to 9 of 40 photos" in words(app)


def test_class_and_split_filter(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("photos")
    app.selectbox(key=f"photos_class_{photo_set.id}").select("red")
    app.selectbox(key=f"photos_split_{photo_set.id}").select("test").run()
    openers = [button for button in app.button if button.key.startswith("photos_open_")]
    assert [button.label for button in openers] == ["red", "red"]


def test_the_selection_is_mixed_and_always_the_same(photo_set: PhotoSetRow) -> None:
    opened = resources.photo_set(photo_set.id)
    everything = gallery.select(opened, gallery.ALL, gallery.ALL)
    assert sorted(everything) == list(range(40))
    assert everything == gallery.select(opened, gallery.ALL, gallery.ALL)
    assert len({opened.photos[index].class_index for index in everything[:9]}) == 2


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
        stage="Downloading cats_and_dogs.zip",
        done=30e6,
        total=68e6,
        unit="bytes",
        speed=4.2e6,
        fraction=0.44,
        seconds_left=9.0,
        pid=None,
    )
    # a running job without a process is settled at the next look, so look at the words alone
    from pages.ui import jobcard

    assert (
        jobcard.details(Jobs(workspace).get(job.id))
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
    app = open_page("photos")
    app.button(key="photos_get_0").click().run()
    job = queued(workspace)[0]
    newer = add_photo_set(workspace, class_folders(tmp_path / "new", photos=12), "Newer")
    change(workspace, job.id, state="done", result={"photo_set": photo_set.id})
    resources.forget_lists()
    app.run()
    assert app.session_state["photo_set_id"] == photo_set.id
    assert newer.id != photo_set.id
    assert "41 files received" in words(app)


def test_a_path_becomes_a_job(no_first_import, open_page: Open, workspace: Workspace) -> None:
    app = open_page("photos")
    app.text_input(key="photos_path").input("/data/birds")
    submit(app, "Import from this path")
    assert queued(workspace)[0].request == {"source": "/data/birds", "name": None, "data_dir": None}


def test_an_empty_path_is_a_sentence(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    app = open_page("photos")
    submit(app, "Import from this path")
    assert "Type the path" in app.error[0].value
    assert queued(workspace) == []


def submit(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


def test_an_uploaded_zip_is_kept_and_imported(
    no_first_import, open_page: Open, workspace: Workspace
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("cat/1.jpg", jpeg((200, 60, 40)))
    app = open_page("photos")
    uploader = app.file_uploader(key="photos_upload_zip_0")
    uploader.upload("garden.zip", packed.getvalue(), "application/zip").run()
    app.button(key="photos_import_zip").click().run()
    job = queued(workspace)[0]
    assert job.request["name"] == "garden"
    kept = Path(job.request["source"])
    assert kept.parent == workspace.uploads_folder
    assert kept.read_bytes() == packed.getvalue()
    # the browser's copy is let go: the uploader has a new key
    assert "photos_upload_zip_1" in [uploader.key for uploader in app.file_uploader]


class Uploaded(io.BytesIO):
    def __init__(self, name: str, data: bytes) -> None:
        super().__init__(data)
        self.name = name


def test_names_of_an_uploaded_folder_stay_data(tmp_path: Path) -> None:
    files = [
        Uploaded("set/cat/1.jpg", b"one"),
        Uploaded("../../outside.jpg", b"two"),
        Uploaded("/etc/passwd", b"three"),
    ]
    target = tmp_path / "packed.zip"
    importing.pack(files, target)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["packed.zip"]
    with zipfile.ZipFile(target) as archive:
        assert [archive.read(entry) for entry in archive.infolist()] == [b"one", b"two", b"three"]


def test_a_full_disk_is_a_sentence() -> None:
    from pipeline.errors import JobError

    with (
        pytest.raises(JobError, match=r"could not be saved .*Free some space"),
        importing._saving("The zip could not be saved"),
    ):
        raise OSError(28, "No space left on device")


def test_rename(open_page: Open, workspace: Workspace, photo_set: PhotoSetRow) -> None:
    app = open_page("photos")
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
    labels = {button.label for button in app.button if button.key.startswith("photos_open_")}
    assert labels
    for label in labels:
        assert "\\<" in label or "\\:\u2060red\\[" in label
    spec = app.get("plotly_chart")[0].proto.spec
    assert "<img" not in spec
