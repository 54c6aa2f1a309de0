"""Looked-over photos go into a set, once, with their labels."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import streamlit as st
from sqlalchemy import update
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from pages.ui.classify import feedback
from pipeline.jobs.job import Job
from pipeline.jobs.queue import Jobs
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import import_photos
from pipeline.photos.merging import Joining
from pipeline.photos.sources import open_source
from pipeline.progress import silent
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.tables import AlbumRecord, JobRecord
from tests.pages.classify.conftest import THREE, button_labels, judge, said, under
from tests.pages.conftest import BLUE, Open, only, upload, words
from tests.workspaces import jpeg

pytestmark = pytest.mark.thorough


def waiting(workspace: Workspace) -> list[Job]:
    return [job for job in Jobs(workspace).active() if job.kind == "import"]


def classes_in(source: str, tmp_path: Path) -> dict[str, str]:
    with open_source(source, tmp_path, silent) as opened:
        return {one.name: one.class_name for one in opened.photos}


def test_what_was_looked_over_joins_a_set_with_its_labels(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, run: Run, tmp_path: Path
) -> None:
    app = upload(open_page("classify"), *THREE)
    assert "classify_add" not in [button.key for button in app.button]
    judge(app, 0, feedback.RIGHT)
    assert "Add 1 looked-over photo to this set" in button_labels(app)
    judge(app, 1, feedback.WRONG)  # not said what it is: it cannot be added yet
    assert "Add 1 looked-over photo to this set" in button_labels(app)
    under(app, "selectbox", "is")[0].set_value("blue").run()
    under(app, "selectbox", "shows")[0].set_value("red").run()  # was called none of them
    assert not app.exception
    assert "**3 looked-over photos** (blue: 2 and red: 1)" in words(app)
    app.button(key="classify_add").click().run()
    assert not app.exception
    assert not app.error
    (job,) = waiting(workspace)
    assert job.request["into"] == photo_set.id
    assert classes_in(job.request["source"], tmp_path) == {
        "blue/a.jpg": "blue",
        "blue/b.jpg": "blue",
        "red/c.jpg": "red",
    }
    assert words(app).count("Sent to the set as") == 3
    with zipfile.ZipFile(job.request["source"]) as archive:
        assert archive.read("blue/b.jpg") == THREE[1][1]  # the bytes that came


def test_what_was_sent_comes_in_and_twins_are_noticed(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, run: Run, tmp_path: Path
) -> None:
    known = (tmp_path / "colours" / "blue" / "3.jpg").read_bytes()
    app = upload(open_page("classify"), ("new.jpg", jpeg(BLUE, 77)), ("known.jpg", known))
    app.button(key="classify_all_right").click().run()
    assert not app.exception
    app.button(key="classify_add").click().run()
    (job,) = waiting(workspace)
    base = PhotoSets(workspace).open(photo_set.id)
    with open_source(job.request["source"], tmp_path, silent) as opened, Decoder(1) as decoder:
        imported = import_photos(
            opened.photos, workspace.photo_sets_folder, decoder, silent, Joining(base)
        )
    assert imported.accepted == 1
    assert "in the set already" in str(imported.rejected[0].why)
    assert len(imported.photo_set.photos) == len(base.photos) + 1


def meaning(app: AppTest) -> list[Selectbox]:
    return [box for box in app.selectbox if (box.key or "").startswith("classify_means")]


def test_a_label_that_the_set_does_not_know_is_a_new_class_or_means_one(
    open_page: Open, workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    app = upload(said(open_page("classify"), THREE[1], "crimson"), *THREE)
    assert "New to this set: **crimson**." in words(app)
    (means,) = meaning(app)
    assert means.options == ["A new class", "blue", "red"]
    assert means.value == -1
    means.set_value(1).run()
    app.button(key="classify_add").click().run()
    assert not app.exception
    (job,) = waiting(workspace)
    assert set(classes_in(job.request["source"], tmp_path).values()) == {"red"}
    assert "Sent to the set as red." in words(app)


def test_a_label_nearly_like_a_class_is_offered_it(
    open_page: Open, workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    app = upload(said(open_page("classify"), THREE[1], "Reds"), *THREE)
    (means,) = meaning(app)
    assert means.options[means.index] == "red"
    means.set_value(-1).run()
    app.button(key="classify_add").click().run()
    (job,) = waiting(workspace)
    assert set(classes_in(job.request["source"], tmp_path).values()) == {"Reds"}
    app = upload(said(open_page("classify"), THREE[1], "RED"), *THREE)
    assert meaning(app) == [], "letters of another case are the same class"


def test_a_new_set_is_made_with_a_name(open_page: Open, workspace: Workspace, run: Run) -> None:
    app = upload(open_page("classify"), *THREE)
    judge(app, 0, feedback.RIGHT)
    app.selectbox(key="classify_into").set_value("new").run()
    app.text_input(key="classify_set_name").set_value("Garden").run()
    app.button(key="classify_add").click().run()
    (job,) = waiting(workspace)
    assert (job.request["into"], job.request["name"]) == (None, "Garden")


def test_a_label_that_can_be_no_folder_goes_beside_its_photos(
    open_page: Open, workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    app = upload(said(open_page("classify"), THREE[1], "black/white"), *THREE)
    judge(app, 0, feedback.RIGHT)
    app.button(key="classify_add").click().run()
    assert not app.exception
    sent = {
        job.request["label"]: classes_in(job.request["source"], tmp_path)
        for job in waiting(workspace)
    }
    assert sent == {None: {"blue/a.jpg": "blue"}, "black/white": {"b.jpg": ""}}


def test_a_new_set_is_not_made_twice_for_a_label_that_can_be_no_folder(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    app = upload(said(open_page("classify"), THREE[1], "black/white"), *THREE)
    judge(app, 0, feedback.RIGHT)
    app.selectbox(key="classify_into").set_value("new").run()
    app.button(key="classify_add").click().run()
    assert not app.exception
    assert waiting(workspace) == []
    assert list(workspace.uploads_folder.iterdir()) == []
    assert (
        "No folder can be called “black/white”, and a new set gets its classes from folders: give "
        "those photos another label, or choose a set that is there already."
    ) in words(app).replace("\\", "")
    under(app, "selectbox", "is")[0].set_value("red").run()
    app.button(key="classify_add").click().run()
    (job,) = waiting(workspace)
    assert job.request["into"] is None


def test_a_new_set_of_nothing_but_such_a_label_is_one_import(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    app = upload(said(open_page("classify"), THREE[1], "black/white"), *THREE)
    app.selectbox(key="classify_into").set_value("new").run()
    app.button(key="classify_add").click().run()
    (job,) = waiting(workspace)
    assert (job.request["into"], job.request["label"]) == (None, "black/white")


@pytest.mark.parametrize("stays", [THREE[1:2], (("notes.jpg", b"no photo"),), ()])
def test_a_photo_that_left_the_page_is_a_new_one_when_it_comes_back(
    open_page: Open, workspace: Workspace, run: Run, stays: tuple[tuple[str, bytes], ...]
) -> None:
    app = upload(open_page("classify"), *THREE[:2])
    judge(app, 0, feedback.RIGHT)
    app.button(key="classify_add").click().run()
    assert "Sent to the set as blue." in words(app)
    only(app, *stays)
    upload(app, *THREE[:2])
    assert not app.exception
    assert "Sent to the set" not in words(app)
    judge(app, 0, feedback.RIGHT)
    app.selectbox(key="classify_into").set_value("new").run()
    app.button(key="classify_add").click().run()
    assert [job.request["into"] is None for job in waiting(workspace)] == [False, True]
    assert "Sent to the set as blue." in words(app)


def test_what_was_sent_keeps_its_name_while_other_photos_go(open_page: Open, run: Run) -> None:
    app = upload(open_page("classify"), *THREE[:2])
    judge(app, 0, feedback.RIGHT)
    app.button(key="classify_add").click().run()
    next(one for one in app.button if one.key.endswith("b.jpg")).click().run()
    assert len(app.header) == 1
    assert "Sent to the set as blue." in words(app)


def test_what_did_not_get_in_can_be_sent_again(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    app = upload(open_page("classify"), *THREE)
    judge(app, 0, feedback.RIGHT)
    app.button(key="classify_add").click().run()
    assert "classify_add" not in [button.key for button in app.button]
    with workspace.database.writing() as session:
        session.execute(
            update(JobRecord)
            .where(JobRecord.kind == "import")
            .values(state="failed", error="The disk is full.")
        )
    app.run()
    assert not app.exception
    assert "The disk is full" in words(app).replace("\\", "")
    assert "Add 1 looked-over photo to this set" in button_labels(app)


def test_after_the_import_the_way_leads_on(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, run: Run
) -> None:
    app = upload(open_page("classify"), *THREE)
    judge(app, 0, feedback.RIGHT)
    app.button(key="classify_add").click().run()
    (job,) = waiting(workspace)
    result = {"photo_set": photo_set.id, "received": 1, "accepted": 1, "rejected": [], "notes": []}
    with workspace.database.writing() as session:
        session.execute(
            update(JobRecord).where(JobRecord.id == job.id).values(state="done", result=result)
        )
    app.run()
    assert "1 file received = 1 taken in + 0 rejected" in words(app)
    links = [link.proto.label for link in app.main.get("page_link")]
    assert links == ["Look at the set", "Train on it"]
    app.button(key=f"classify_read_{job.id}").click().run()
    assert not app.main.get("page_link")


def test_the_demo_offers_ones_own_sets_alone_and_keeps_its_limits(
    open_page: Open,
    workspace: Workspace,
    photo_set: PhotoSetRow,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    before = st.get_option("client.showErrorDetails")
    monkeypatch.setattr("pages.ui.visitor.visitor", lambda: "a" * 32)
    app = upload(open_page("classify"), *THREE)
    judge(app, 0, feedback.RIGHT)
    into = app.selectbox(key="classify_into")
    assert into.options == ["A new photo set"]  # the public one is nobody's to change
    for number in range(5):
        with workspace.database.writing() as session:
            session.add(AlbumRecord(id=f"album-{number}", name="x", source="x", visitor="b" * 32))
    for _ in range(3):
        Jobs(workspace, "a" * 32).submit_import("drawn:pets", f"Pets {_}")
    app.button(key="classify_add").click().run()
    st.set_option("client.showErrorDetails", before)
    assert not app.exception
    assert "that is the most at a time" in words(app)
    assert "Sent to the set" not in words(app)
    assert not list(workspace.uploads_folder.iterdir())
