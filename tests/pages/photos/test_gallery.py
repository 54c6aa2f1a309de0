"""The photos of a set: samples first, then pages, and what is shown of them."""

from __future__ import annotations

from pathlib import Path

from pages.ui import resources
from pages.ui.photos import gallery, tabs
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.pages.conftest import Open, words
from tests.pages.photos.conftest import open_tab, ticks
from tests.workspaces import add_photo_set, class_folders


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


def test_what_is_picked_can_be_shown_alone(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("photos")
    for box in ticks(app)[:3]:
        box.check()
    app.run()
    app.selectbox(key=f"photos_show_{photo_set.id}").select(gallery.PICKED).run()
    assert len(ticks(app)) == 3


# === The check-up ===


def test_what_a_finding_is_about_is_shown_in_the_gallery(
    open_page: Open, messy: PhotoSetRow
) -> None:
    app = open_tab(open_page("photos", set=messy.id), tabs.CHECK)
    app.button(key="mend_look_1").click().run()
    assert not app.exception
    assert [box.label for box in ticks(app)] == ["unlabelled"]


# === Bringing photos ===


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
