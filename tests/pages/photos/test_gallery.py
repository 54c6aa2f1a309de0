"""The photos of a set, filtered, on a wall that scrolls."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from pages.ui import resources
from pages.ui.parts import photo_wall
from pages.ui.parts.picked import PICKED
from pages.ui.photos import tabs
from pipeline.photos.photo_edits import RemovePhotos
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.versions import Versions
from tests.pages.conftest import Open, gallery, words
from tests.pages.photos.conftest import open_tab
from tests.workspaces import add_photo_set, class_folders


def test_all_photos_are_on_the_wall_in_mixed_order(open_page: Open, photo_set: PhotoSetRow) -> None:
    """There were pages of 12."""
    app = open_page("photos")
    assert not app.exception
    wall = gallery(app)
    assert sorted(wall.places) == list(range(40))
    assert set(wall.labels[:12]) == {"blue", "red"}
    assert "40 photos. Click one to see it large" in words(app)


def test_what_is_mended_leaves_the_others_where_they_were(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    """Every change of a set had mixed it anew."""
    before = gallery(open_page("photos", set=photo_set.id)).listed["keys"]
    first = gallery(open_page("photos", set=photo_set.id)).places[0]
    changed = Versions(workspace).edit(photo_set.id, RemovePhotos((first,)))
    after = gallery(open_page("photos", set=changed.id)).listed["keys"]
    assert base64.b64decode(after) == base64.b64decode(before)[8:]


def test_class_and_split_filter(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("photos")
    app.selectbox(key=f"photos_class_{photo_set.id}").select(1)
    app.selectbox(key=f"photos_split_{photo_set.id}").select("test").run()
    assert gallery(app).labels == ["red", "red"]


def test_what_is_picked_can_be_shown_alone(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("photos")
    app.session_state[f"photos_picked_{photo_set.id}"] = {3, 5, 7}
    app.selectbox(key=f"photos_show_{photo_set.id}").select(PICKED).run()
    assert sorted(gallery(app).places) == [3, 5, 7]


# === The check-up ===


def test_what_a_finding_is_about_is_shown_in_the_gallery(
    open_page: Open, messy: PhotoSetRow
) -> None:
    app = open_tab(open_page("photos", set=messy.id), tabs.CHECK)
    app.button(key="mend_look_1").click().run()
    assert not app.exception
    assert gallery(app).labels == ["unlabelled"]


# === Bringing photos ===


def test_names_are_shown_literally(open_page: Open, workspace: Workspace, tmp_path: Path) -> None:
    names = ("<img src=x onerror=alert(1)>", ":red[x] $y$")
    folder = class_folders(tmp_path / "nasty", photos=12, names=names)
    row = add_photo_set(workspace, folder, "**Bold** :material/home:")
    app = open_page("photos", set=row.id)
    assert not app.exception
    assert set(gallery(app).labels) == {*names}  # as text: the wall's script makes no markup of it
    for script in ("photo_wall.js", "photo_viewer.js"):
        code = (Path(photo_wall.__file__).parent / script).read_text("utf-8")
        assert not re.search(r"(inner|outer|Adjacent)HTML", code)
    app = open_tab(app, tabs.CLASSES)
    spec = app.get("plotly_chart")[0].proto.spec
    assert "<img" not in spec


def test_a_class_may_be_called_as_the_choice_of_all(
    open_page: Open, workspace: Workspace, tmp_path: Path
) -> None:
    folder = class_folders(tmp_path / "odd", photos=6, names=("all", "red"))
    row = add_photo_set(workspace, folder, "Odd names")
    app = open_page("photos", set=row.id)
    assert len(gallery(app).places) == 12
    app.selectbox(key=f"photos_class_{row.id}").select(0).run()
    assert gallery(app).labels == ["all"] * 6


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
    assert sorted(gallery(app).places) == sorted(finding.photos)
