"""Which training photos look like a photo that is asked about, and whose they are."""

from __future__ import annotations

import shutil

import pytest
import streamlit as st
from sqlalchemy import update

from pages.ui.classify import similar_photos
from pipeline.errors import PawTuneError
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.tables import RunRecord
from tests.pages.conftest import BLUE, RED, Open, alts, finished_run, upload, words
from tests.workspaces import add_photo_set, class_folders, jpeg

ANNA, BEN = "a" * 32, "b" * 32


def test_beside_each_photo_stand_those_that_look_alike(open_page: Open, run: Run) -> None:
    app = upload(open_page("classify"), ("sky.jpg", jpeg(BLUE)), ("rose.jpg", jpeg(RED)))
    assert len(alts(app)) == 2
    app.toggle(key="classify_why").set_value(True).run()
    assert not app.exception
    shown = alts(app)
    assert len(shown) == 8
    for first, label in ((0, "blue"), (4, "red")):
        assert shown[first].endswith(f"predicted {label}")
        for text in shown[first + 1 : first + 4]:
            assert text.startswith(f"Training photo labelled {label}, ")
            assert text.endswith(" % alike")
    assert "taken at random, are" in words(app)
    assert not app.get("progress")[2 * 2 :]  # the bar is gone, those of the classes stay


def test_photos_that_are_gone_are_one_calm_sentence(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    shutil.rmtree(workspace.photo_sets_folder / run.photo_set_id)
    app = upload(open_page("classify"), ("sky.jpg", jpeg(BLUE)))
    app.toggle(key="classify_why").set_value(True).run()
    assert not app.exception
    assert not app.error
    assert "are not there any more" in words(app)
    assert [heading.value for heading in app.header] == ["blue"]


def test_photos_that_go_while_one_looks_are_calm_too(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    app = upload(open_page("classify"), ("sky.jpg", jpeg(BLUE)))
    app.toggle(key="classify_why").set_value(True).run()
    shutil.rmtree(workspace.photo_sets_folder / run.photo_set_id)
    st.cache_data.clear()
    app.run()
    assert not app.exception
    assert not app.error
    assert "are not there any more" in words(app)


def test_the_example_has_no_photos_to_show(with_example: None, open_page: Open) -> None:
    app = upload(open_page("classify"), ("sky.jpg", jpeg(BLUE)))
    app.toggle(key="classify_why").set_value(True).run()
    assert not app.exception
    assert not app.error
    assert "did not come with PawTune" in words(app)


def test_a_visitors_photos_are_shown_to_nobody_else(
    workspace: Workspace, tmp_path, monkeypatch: pytest.MonkeyPatch, open_page: Open
) -> None:
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    before = st.get_option("client.showErrorDetails")
    folder = class_folders(tmp_path / "annas", names=("secret", "hidden"))
    annas = add_photo_set(workspace, folder, "Anna's birds", visitor=ANNA)
    run = finished_run(workspace, annas)
    with workspace.database.writing() as session:  # the run is everybody's, its photos are not
        session.execute(update(RunRecord).values(visitor=None))
    asked = []
    for visitor in (ANNA, BEN):
        monkeypatch.setattr("pages.ui.visitor.visitor", lambda visitor=visitor: visitor)
        app = upload(open_page("classify", run=run.id), ("sky.jpg", jpeg(BLUE)))
        app.toggle(key="classify_why").set_value(True).run()
        assert not app.exception
        asked.append(words(app) + " ".join(alts(app)))
    st.set_option("client.showErrorDetails", before)
    assert "Training photo labelled secret" in asked[0]
    assert "are not there any more" in asked[1]
    assert "Training photo" not in asked[1]


def test_what_is_kept_of_a_run_is_its_owners(
    workspace: Workspace, photo_set: PhotoSetRow, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = similar_photos.compared_with(run)
    photo = jpeg(BLUE)
    assert (
        len(similar_photos.nearest(run.id, "0" * 64, None, compared.seen, photo))
        == similar_photos.COUNT
    )
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    with workspace.database.writing() as session:
        session.execute(update(RunRecord).values(visitor=ANNA))
    monkeypatch.setattr("pages.ui.visitor.visitor", lambda: BEN)
    with pytest.raises(PawTuneError, match="There is no such"):
        similar_photos.nearest(run.id, "0" * 64, None, compared.seen, photo)
