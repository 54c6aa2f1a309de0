"""Videos on the Photos page: what is told of them, and how many pictures are taken."""

from __future__ import annotations

import pytest

from pages.ui.photos import tabs
from pipeline.photos.decoding import clip_kinds
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.file_sets import make_folder
from tests.pages.conftest import Open, words
from tests.pages.photos.conftest import open_tab, queued


def test_the_limits_are_told(no_first_import, open_page: Open, monkeypatch) -> None:
    monkeypatch.setattr("pages.ui.photos.videos.find_spec", lambda name: object())
    text = words(open_page("photos"))
    assert "Videos (MP4, MOV and WebM), at most 500 MB each" in text
    assert "up to 300 pictures out of the first 5 min" in text
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    assert "at most 50 MB each" in words(open_page("photos"))


def test_without_pyav_it_is_told_how_to_get_it(
    no_first_import, open_page: Open, monkeypatch
) -> None:
    monkeypatch.setattr("pages.ui.photos.videos.find_spec", lambda name: None)
    app = open_page("photos")
    assert f'pip install "{clip_kinds.PACKAGE}"' in words(app)
    assert not [one for one in app.selectbox if one.label == "Of a video, take"]


def test_how_many_pictures_is_a_choice(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr("pages.ui.photos.videos.find_spec", lambda name: object())
    folder = make_folder(tmp_path / "walks", {"cat/a.mp4": b"x"})
    app = open_tab(open_page("photos"), tabs.ADD)
    assert app.selectbox(key="photos_per_second").value == clip_kinds.FRAMES_PER_SECOND
    app.selectbox(key="photos_per_second").set_value(0.5).run()
    app.segmented_control(key="photos_way").set_value("path").run()
    app.text_input(key="photos_path").set_value(str(folder))
    next(one for one in app.button if one.label == "Import from this path").click().run()
    assert [job.request["frames_per_second"] for job in queued(workspace)] == [0.5]


def test_the_words_of_the_choices() -> None:
    from pipeline.wording import clip_text

    assert clip_kinds.FRAMES_PER_SECOND in clip_kinds.CHOICES
    assert [clip_text.rate(choice) for choice in clip_kinds.CHOICES[:2]] == [
        "1 of each 2 seconds",
        "1 of each second",
    ]
    for choice in clip_kinds.CHOICES:
        assert clip_kinds.FEWEST <= choice <= clip_kinds.MOST


@pytest.fixture(autouse=True)
def with_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PAWTUNE_MODE", raising=False)
