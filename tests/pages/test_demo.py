"""The demo in AppTest: two visitors on one server, and a server that must not be one."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from pages.ui import networks, resources, stores, tuning
from pages.ui.parts import import_card
from pages.ui.photos import add, set_camera
from pages.ui.visitor_cookie import PLAIN, VisitorCookie, visitor_of
from pipeline.errors import PawTuneError, PhotoSetError
from pipeline.jobs import expiry
from pipeline.jobs.further import can_start_another
from pipeline.jobs.queue import Jobs
from pipeline.network.names import NETWORK_FILE
from pipeline.network.tensors import write_tensors
from pipeline.photos.sources.opened import DRAWN_PETS
from pipeline.settings import mode
from pipeline.workspace.example import EXAMPLE_ID
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from pipeline.workspace.tables import JobRecord, RunRecord
from tests.pages.conftest import PAGES, Open, finished_run, words
from tests.pages.photos.shots import Shots
from tests.workspaces import add_photo_set, class_folders, jpeg

pytestmark = pytest.mark.thorough

ANNA, BEN = "a" * 32, "b" * 32
BeVisitor = Callable[[str], None]


@pytest.fixture(autouse=True)
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    before = st.get_option("client.showErrorDetails")
    yield
    st.set_option("client.showErrorDetails", before)


@pytest.fixture
def be(monkeypatch: pytest.MonkeyPatch) -> BeVisitor:
    """Look as this visitor from now on."""
    return lambda visitor: monkeypatch.setattr("pages.ui.visitor.visitor", lambda: visitor)


@pytest.fixture
def annas(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    folder = class_folders(tmp_path / "annas", names=("secret", "hidden"))
    return add_photo_set(workspace, folder, "Anna's birds", visitor=ANNA)


@pytest.fixture
def annas_run(workspace: Workspace, annas: PhotoSetRow) -> Run:
    """A finished run of Anna's that can answer."""
    run = finished_run(workspace, annas, "Anna's run")
    with workspace.database.writing() as session:
        session.execute(update(RunRecord).values(visitor=ANNA))
        session.execute(update(JobRecord).values(visitor=ANNA))
    return run


def sets(app: AppTest) -> list[str]:
    return [str(option) for option in app.selectbox(key="set_choice").options]


def test_the_first_set_is_everybodys(workspace: Workspace, open_page: Open, be: BeVisitor) -> None:
    be(ANNA)
    assert not open_page().exception
    be(BEN)
    assert not open_page().exception
    with workspace.database.reading() as session:
        (job,) = session.query(JobRecord)
        assert (job.visitor, job.request["source"]) == (None, DRAWN_PETS)
    assert Jobs(workspace, BEN).latest("import") is not None


def test_the_cookie_decides_whose_work_a_page_shows(
    workspace: Workspace, photo_set: PhotoSetRow, tmp_path: Path, open_page: Open, monkeypatch
) -> None:
    cookie = {PLAIN: "1" * 64}
    folder = class_folders(tmp_path / "annas", names=("secret", "hidden"))
    add_photo_set(workspace, folder, "Anna's birds", visitor=visitor_of(cookie))
    seen = {}
    for name, cookies in (
        ("hers", cookie),
        ("another's", {PLAIN: "2" * 64}),
        ("too long", {PLAIN: "1" * 65}),
        ("what the database has", {PLAIN: str(visitor_of(cookie))}),
        ("none", {}),
    ):
        monkeypatch.setattr(type(st.context), "cookies", cookies)
        app = open_page("augment")
        assert not app.exception
        seen[name] = any("Anna" in option for option in sets(app))
    assert [name for name, found in seen.items() if found] == ["hers"]


def test_a_visitors_set_does_not_stand_for_the_first_one(
    workspace: Workspace, annas: PhotoSetRow, open_page: Open, be: BeVisitor
) -> None:
    be(BEN)
    open_page()
    assert Jobs(workspace).latest("import") is not None


def test_each_visitor_sees_what_is_his_own_or_everybodys(
    photo_set: PhotoSetRow, annas: PhotoSetRow, annas_run: Run, open_page: Open, be: BeVisitor
) -> None:
    be(ANNA)
    assert sum("Anna's birds" in name for name in sets(open_page("augment"))) == 1
    assert "Anna's run" in str(open_page("runs").selectbox(key="runs_choice").options)
    be(BEN)
    assert [name for name in sets(open_page("augment")) if "Anna" in name] == []
    for page in ("", *PAGES):
        app = open_page(page)
        assert not app.exception, page
        assert "Anna" not in words(app), page
        assert "secret" not in words(app), page


@pytest.mark.parametrize("page", PAGES)
def test_the_address_of_somebody_elses_work_opens_nothing(
    page: str,
    photo_set: PhotoSetRow,
    annas: PhotoSetRow,
    annas_run: Run,
    open_page: Open,
    be: BeVisitor,
) -> None:
    be(ANNA)
    assert not open_page(page, set=annas.id, run=annas_run.id).exception
    be(BEN)
    app = open_page(page, set=annas.id, run=annas_run.id)
    assert not app.exception
    assert "Anna" not in words(app)
    assert "secret" not in words(app)


def test_what_would_be_refused_is_not_offered(
    workspace: Workspace, photo_set: PhotoSetRow, open_page: Open, be: BeVisitor
) -> None:
    """A run from before the server became a demo is everybody's; the owner may change it."""
    run = finished_run(workspace, photo_set, "Everybody's run")
    write_tensors(run.results / NETWORK_FILE, {"head/kernel": np.ones((4, 1), np.float32)})
    with workspace.database.writing() as session:
        session.execute(update(RunRecord).values(state="interrupted"))
    refused = {"runs_further", "runs_rename", "runs_delete", "runs_continue"}
    be(BEN)
    app = open_page("runs", run=run.id)
    assert not app.exception
    there = {str(button.key) for button in app.button}
    assert "runs_again" in there
    assert not refused & there
    assert not [area for area in app.text_area if str(area.key).startswith("runs_note")]
    mine = Runs(workspace).get(run.id)
    assert mine.is_own and not Runs(workspace, BEN).get(run.id).is_own
    assert can_start_another(mine) and mine.can_go_on


def test_the_example_is_nobodys_to_hide(
    with_example: None, photo_set: PhotoSetRow, open_page: Open, be: BeVisitor
) -> None:
    be(BEN)
    app = open_page("runs", run=EXAMPLE_ID)
    assert not app.exception
    assert "runs_hide" not in [button.key for button in app.button]


def test_what_is_in_a_cache_is_handed_to_its_owner_only(
    annas: PhotoSetRow, annas_run: Run, open_page: Open, be: BeVisitor
) -> None:
    config = annas_run.config.augment
    by_id = [
        lambda: resources.photo_set(annas.id),
        lambda: resources.thumbnail(annas.id, 0),
        lambda: resources.square(annas.id, 0, 96),
        lambda: resources.augmented(annas.id, 0, 96, config, 0),
        lambda: resources.checkup(annas.id, 0),
        lambda: resources.predictions(annas_run.id),
        lambda: networks.classifier(annas_run.id),
    ]
    be(ANNA)
    for look in by_id:
        look()
    assert resources.run_list()
    assert resources.photo_set_list()
    be(BEN)
    for look in by_id:
        with pytest.raises(PawTuneError, match="There is no such"):
            look()
    assert resources.run_list() == ()
    assert resources.photo_set_list() == ()
    with pytest.raises(PhotoSetError):
        networks.batch_shapes(annas.id)
    with pytest.raises(PhotoSetError):
        tuning.live_curve(annas.id, annas_run.config)
    with pytest.raises(PhotoSetError):
        stores.jobs().prepare(annas.id, annas_run.config)
    be(ANNA)
    for look in by_id:
        look()


def test_what_others_have_at_work_is_not_in_the_sidebar(
    workspace: Workspace, photo_set: PhotoSetRow, open_page: Open, be: BeVisitor
) -> None:
    Jobs(workspace, ANNA).submit_import(DRAWN_PETS, "Anna's pets")
    be(ANNA)
    assert [link.proto.label for link in open_page("runs").sidebar.get("page_link")][-1:] == [
        "Painting pets: waiting"
    ]
    be(BEN)
    links = [link.proto.label for link in open_page("runs").sidebar.get("page_link")]
    assert not any("waiting" in label for label in links)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"visitor_photos": 40}, "you would have 41 photos"),
        ({"visitor_photo_sets": 0}, "You may have 0 photo sets"),
        ({"visitor_bytes": 1000}, "delete a set"),
    ],
)
@pytest.mark.parametrize("joins", [True, False])
def test_the_camera_takes_no_more_than_a_visitor_may_have(
    workspace: Workspace,
    annas: PhotoSetRow,
    open_page: Open,
    be: BeVisitor,
    monkeypatch: pytest.MonkeyPatch,
    numbers: dict[str, int],
    said: str,
    joins: bool,
) -> None:
    be(ANNA)
    shots = Shots(monkeypatch)
    monkeypatch.setattr("pages.ui.parts.pickers.label_choice", lambda *_: "secret")
    app = open_page("photos", set=annas.id)
    app.session_state["photos_way"] = add.CAMERA
    app.button(key="photos_add").click().run()
    place = annas.id if joins else import_card.NEW
    app.selectbox(key=f"photos_into_{annas.id}").select(place).run()
    monkeypatch.setattr(mode, "DEMO", dataclasses.replace(mode.DEMO, **numbers))
    shots.send(app, set_camera.KEY, jpeg((200, 60, 40), seed=500))
    assert not app.exception
    kept = PhotoSets(workspace, ANNA).list()
    if joins and "visitor_photo_sets" in numbers:
        assert [row.accepted for row in kept] == [41], "it is no new set"
        return
    assert said in app.error[0].value.replace("\\", "")
    assert kept == (annas,)
    assert [one.name for one in workspace.photo_sets_folder.iterdir()] == [annas.id]


def test_it_says_where_photos_are_and_for_how_long(open_page: Open, be: BeVisitor) -> None:
    be(ANNA)
    said = " ".join(caption.value for caption in open_page().sidebar.caption)
    assert "deleted after 24 hours" in said
    assert "this computer" not in said


@pytest.mark.parametrize("page", PAGES)
def test_nothing_speaks_of_the_visitors_own_computer(
    page: str, open_page: Open, be: BeVisitor, annas_run: Run
) -> None:
    """Neither a text nor what stands behind a question mark."""
    be(ANNA)
    app = open_page(page)
    assert not app.exception
    said = " ".join(str(element.proto) for element in app if hasattr(element, "proto"))
    assert len(said) > 1000
    assert "this computer" not in said
    assert "your computer" not in said


def test_bugs_keep_their_details_to_themselves(open_page: Open, be: BeVisitor) -> None:
    be(ANNA)
    open_page()
    assert st.get_option("client.showErrorDetails") == "none"


def test_a_browser_without_the_cookie_is_somebody_new_each_time(
    workspace: Workspace, photo_set: PhotoSetRow, open_page: Open
) -> None:
    first, second = open_page("train"), open_page("train")
    assert not first.exception
    known = [app.session_state["visiting_visitor"] for app in (first, second)]
    assert len(set(known)) == 2
    assert first.run().session_state["visiting_visitor"] == known[0]


@pytest.mark.parametrize("page", ["", "photos", "runs"])
def test_a_demo_without_protection_opens_no_page(
    page: str, photo_set: PhotoSetRow, open_page: Open, monkeypatch
) -> None:
    real = st.get_option
    monkeypatch.setattr(
        st, "get_option", lambda name: name != "server.enableXsrfProtection" and real(name)
    )
    app = open_page(page)
    assert not app.exception
    assert [error.value.replace("\\", "") for error in app.error] == [
        "This demo cannot start: `server.enableXsrfProtection` is off, and it keeps other "
        "sites from bringing photos for a visitor. Start it with `make demo`, or leave that "
        "option on."
    ]
    assert not app.selectbox
    assert not app.button


@pytest.mark.parametrize("page", ["", "photos", "runs"])
def test_a_demo_that_gives_no_cookies_opens_no_page(
    page: str, photo_set: PhotoSetRow, open_page: Open, monkeypatch
) -> None:
    """As `streamlit run app.py` would, with the mode set by hand."""
    monkeypatch.setattr(VisitorCookie, "at_work", False)
    app = open_page(page)
    assert not app.exception
    assert "Start it with `make demo`" in app.error[0].value.replace("\\", "")
    assert not app.selectbox
    assert not app.button


def test_a_mode_that_there_is_not_opens_no_page(open_page: Open, monkeypatch) -> None:
    monkeypatch.setenv("PAWTUNE_MODE", "public")
    app = open_page()
    assert not app.exception
    assert "Received: 'public'" in app.error[0].value.replace("\\", "")
    assert not app.button


def test_what_is_over_goes_when_the_app_starts(
    open_page: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[Path] = []
    monkeypatch.setattr(expiry, "sweep", lambda one: swept.append(one.home))
    (workspace.jobs_folder / "swept").touch()  # the queue just did it
    open_page()
    assert swept == [workspace.home]
    open_page()
    assert len(swept) == 1
