"""Where the network looked, and which training photos look alike, on the Classify page."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
import streamlit as st
from sqlalchemy import update

from pages.ui.classify import similar_photos
from pipeline.classify.bundle import read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.errors import PawTuneError
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.tables import RunRecord
from tests.pages.classify.test_questions import BLUE, RED, upload
from tests.pages.conftest import Open, finished_run, words
from tests.workspaces import add_photo_set, class_folders, jpeg

ANNA, BEN = "a" * 32, "b" * 32


def alts(app) -> list[str]:
    return [picture.alt for group in app.get("image") for picture in group.proto.imgs]


def test_where_it_looked_is_painted_and_said(open_page: Open, run: Run) -> None:
    app = upload(open_page("classify"), ("sky.jpg", jpeg(BLUE)))
    app.toggle(key="classify_heat").set_value(True).run()
    assert not app.exception
    assert alts(app)[0].startswith("sky.jpg, called blue; for blue it looked at ")
    assert "Pale yellow" in words(app)
    app.slider(key="classify_heat_strength").set_value(0.8).run()
    assert not app.exception


def test_a_run_that_cannot_tell_where_says_so_once(
    open_page: Open, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Classifier, "tells_where", False)
    app = upload(open_page("classify"), ("a.jpg", jpeg(BLUE)), ("b.jpg", jpeg(RED)))
    app.toggle(key="classify_heat").set_value(True).run()
    assert not app.exception
    assert [info.value for info in app.info if "earlier version" in info.value]
    assert alts(app) == ["a.jpg, called blue", "b.jpg, called red"]


def test_beside_each_photo_stand_those_that_look_alike(open_page: Open, run: Run) -> None:
    app = upload(open_page("classify"), ("sky.jpg", jpeg(BLUE)), ("rose.jpg", jpeg(RED)))
    assert len(alts(app)) == 2
    app.toggle(key="classify_why").set_value(True).run()
    assert not app.exception
    shown = alts(app)
    assert len(shown) == 8
    for first, label in ((0, "blue"), (4, "red")):
        assert shown[first].endswith(f"called {label}")
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
    assert [heading.value for heading in app.subheader] == ["blue"]


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
        len(similar_photos.nearest(run.id, "0" * 64, compared.seen, photo)) == similar_photos.COUNT
    )
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    with workspace.database.writing() as session:
        session.execute(update(RunRecord).values(visitor=ANNA))
    monkeypatch.setattr("pages.ui.visitor.visitor", lambda: BEN)
    with pytest.raises(PawTuneError, match="There is no such"):
        similar_photos.nearest(run.id, "0" * 64, compared.seen, photo)


# === How sure it must be ===


def test_answers_below_the_threshold_are_called_not_sure(
    open_page: Open, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The toy's logit is about 18; a temperature makes it 86 % sure."""
    monkeypatch.setattr(
        "pages.ui.networks.read_bundle",
        lambda folder: replace(read_bundle(folder), temperature=10.0),
    )
    app = upload(open_page("classify"), ("sky.jpg", jpeg(BLUE)), ("rose.jpg", jpeg(RED)))
    assert list(app.dataframe[0].value["Class"]) == ["blue", "red"]
    assert app.slider(key="classify_sure_from").value == 0.7
    app.slider(key="classify_sure_from").set_value(0.95).run()
    assert not app.exception
    assert [heading.value for heading in app.subheader] == ["Not sure", "Not sure"]
    table = app.dataframe[0].value
    assert list(table["Class"]) == ["Not sure", "Not sure"]
    assert list(table["Likeliest"]) == ["blue", "red"]
    assert "Not sure: 2" in words(app)
    assert "is less than the 95 % that you ask for" in words(app)
    assert alts(app)[0] == "sky.jpg, called not sure"
