"""The map on the Photos page: there after a study, and what is chosen on it is picked."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from pages.ui import stores
from pages.ui.photos import photo_map, tabs
from pipeline.errors import JobError, PawTuneError
from pipeline.jobs.map_job import draw_map
from pipeline.jobs.queue import Jobs
from pipeline.photos.photo_edits import MovePhotos, RemovePhotos
from pipeline.progress import silent
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.seals import Seals
from pipeline.workspace.studies import KnownFeatures, Studies, Study, hashes
from pipeline.workspace.tables import AlbumRecord, JobRecord
from pipeline.workspace.versions import Versions
from tests.pages.conftest import Open, gallery, walls, words
from tests.pages.photos.conftest import change, open_tab


@pytest.fixture
def studied(workspace: Workspace, photo_set: PhotoSetRow) -> PhotoSetRow:
    """Forty photos, blue and red, of which a network has taken notes."""
    members = PhotoSets(workspace).open(photo_set.id)
    rng = np.random.default_rng(0)
    pooled = np.eye(2, dtype=np.float32)[members.labels()] + 0.05 * rng.random((40, 2), np.float32)
    sha256, nothing = hashes(members), np.zeros((40, 2), np.float32)
    study = Study(sha256, ("blue", "red"), nothing, nothing)
    Studies(workspace).keep(photo_set.id, study, KnownFeatures(sha256, pooled, {}, ""))
    return photo_set


def components(app: AppTest, name: str) -> list[dict]:
    """What each component of a name on the page gets."""
    found = [one.proto for one in app.get("bidi_component")]
    return [json.loads(one.json) for one in found if one.component_name == name]


def drawn(open_page: Open, row: PhotoSetRow) -> AppTest:
    app = open_tab(open_page("photos", set=row.id), tabs.MAP)
    assert not app.exception
    return app


def test_without_a_study_there_is_the_way_to_one(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = drawn(open_page, photo_set)
    assert not components(app, "pawtune_point_map")
    assert "See all photos at once." in words(app)
    assert app.button(key="study_primary")


def test_every_photo_is_a_point_in_the_colour_of_its_class(
    open_page: Open, studied: PhotoSetRow
) -> None:
    app = drawn(open_page, studied)
    (message,) = components(app, "pawtune_point_map")
    assert message["legend"] == [["blue", "20"], ["red", "20"]]
    assert "Map of 40 photos" in message["alt"]
    app.button_group(key="photos_map_by").set_value("split").run()
    (message,) = components(app, "pawtune_point_map")
    assert [name for name, _ in message["legend"]] == ["Training", "Validation", "Test"]


def test_the_table_tells_how_far_classes_keep_to_themselves(
    open_page: Open, studied: PhotoSetRow
) -> None:
    rows = drawn(open_page, studied).dataframe[0].value
    assert rows["Class"].tolist() == ["blue", "red"]
    assert rows.iloc[:, 2].tolist() == ["100 %", "100 %"]


def test_what_is_chosen_on_the_map_is_picked_in_the_gallery(
    open_page: Open, studied: PhotoSetRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[list[int], list[int] | None]] = [([], [3, 25])]
    plain = photo_map.point_map.draw

    def draw(*arguments: object, **options: object) -> object:
        plain(*arguments, **options)
        return told.pop() if told else ([], None)

    app = drawn(open_page, studied)
    assert not walls(app)
    monkeypatch.setattr(photo_map.point_map, "draw", draw)
    app.run()
    assert not app.exception
    assert set(gallery(app).places) == {3, 25} == {*gallery(app).told["picked"]}
    assert "2 selected" in words(app)


def test_a_photo_that_is_pointed_at_goes_to_the_browser(
    open_page: Open, studied: PhotoSetRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_map.point_map, "draw", lambda *_, **__: ([4, 5], None))
    (message,) = components(drawn(open_page, studied), "pawtune_photo_courier")
    assert [one["index"] for one in message["photos"]] == [4, 5]
    assert message["photos"][0]["picture"].startswith("data:image/jpeg;base64,")
    assert message["photos"][0]["alt"].endswith("photo labelled blue")


def test_the_map_stays_when_photos_are_taken_out(
    open_page: Open, workspace: Workspace, studied: PhotoSetRow
) -> None:
    fewer = Versions(workspace).edit(studied.id, RemovePhotos((0, 1)))
    (message,) = components(drawn(open_page, fewer), "pawtune_point_map")
    assert message["legend"] == [["blue", "18"], ["red", "20"]]


def test_photos_among_another_class_are_picked_without_a_mouse(
    open_page: Open, workspace: Workspace, studied: PhotoSetRow
) -> None:
    assert "photos_map_astray" not in {one.key for one in drawn(open_page, studied).button}
    wrong = Versions(workspace).edit(studied.id, MovePhotos((3,), "red"))
    name = PhotoSets(workspace).open(studied.id).photos[3].name
    app = drawn(open_page, wrong)
    app.button(key="photos_map_astray").click().run()
    assert not app.exception
    (picked,) = app.session_state[f"photos_picked_{wrong.id}"]
    assert PhotoSets(workspace).open(wrong.id).photos[picked].name == name
    assert gallery(app).labels == ["red"]


# === Neighbourhoods ===


def maps(app: AppTest) -> list[str]:
    return [message["places"] for message in components(app, "pawtune_point_map")]


def test_neighbourhoods_are_asked_for_once_and_shown_when_they_are_there(
    open_page: Open, workspace: Workspace, studied: PhotoSetRow
) -> None:
    app = drawn(open_page, studied)
    (at_once,) = maps(app)
    app.run()
    (job,) = [one for one in Jobs(workspace).active() if one.kind == "map"]
    assert job.request == {"photo_set": studied.id, "run": ""}
    draw_map(workspace, JobRecord(request=job.request), silent)
    change(workspace, job.id, state="done")
    (worked_out,) = maps(app.run())
    assert worked_out != at_once
    app.button_group(key="photos_map_drawn").set_value(photo_map.DIFFERENCES).run()
    assert maps(app) == [at_once]


def test_who_has_stopped_it_is_not_asked_again_but_may_ask(
    open_page: Open, workspace: Workspace, studied: PhotoSetRow
) -> None:
    app = drawn(open_page, studied)
    (job,) = Jobs(workspace).active()
    change(workspace, job.id, state="stopped")
    app.run()
    assert not Jobs(workspace).active()
    app.button(key="photos_map_again").click().run()
    assert [one.kind for one in Jobs(workspace).active()] == ["map"]


def test_a_full_queue_leaves_the_map_that_is_there(
    open_page: Open, workspace: Workspace, studied: PhotoSetRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise JobError("The queue of this demo is full.")

    monkeypatch.setattr(Jobs, "submit_map", refuse)
    app = drawn(open_page, studied)
    assert len(maps(app)) == 1
    assert not app.error


# === Who sees what ===


def test_a_sealed_test_has_no_wrong_labels_told(
    open_page: Open, workspace: Workspace, studied: PhotoSetRow
) -> None:
    photos = PhotoSets(workspace).open(studied.id)
    test = next(int(i) for i in photos.indices("test") if photos.photos[i].name.startswith("blue"))
    wrong = Versions(workspace).edit(studied.id, MovePhotos((test,), "red"))
    astray = "photos_map_astray"
    assert astray in {one.key for one in drawn(open_page, wrong).button}
    Seals(workspace).seal(wrong.id)
    app = drawn(open_page, wrong)
    assert astray not in {one.key for one in app.button}
    assert app.dataframe[0].value["Photos"].sum() == 40 - len(photos.indices("test"))


def test_a_visitors_map_is_shown_to_nobody_else(
    workspace: Workspace, studied: PhotoSetRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp = Studies(workspace).stamp(studied.id)
    assert stamp is not None and photo_map._maps(studied.id, stamp)
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    with workspace.database.writing() as session:
        session.execute(update(AlbumRecord).values(visitor="a" * 32))
    monkeypatch.setattr("pages.ui.visitor.visitor", lambda: "b" * 32)
    with pytest.raises(PawTuneError, match="no such photo set"):
        photo_map._maps(studied.id, stamp)
    with pytest.raises(PawTuneError, match="no such photo set"):
        stores.known_features(studied.id)
