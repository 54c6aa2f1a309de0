"""What was dropped to ask about: kept for the session, each once, within the room there is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.parts import dropped
from pipeline.settings import mode
from pipeline.workspace.run import Run
from tests.pages.conftest import BLUE, RED, Open, upload, words
from tests.workspaces import jpeg


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> dict:
    kept: dict = {}
    monkeypatch.setattr(dropped.st, "session_state", kept)
    return kept


def names() -> list[str]:
    return [one.name for one in dropped.files()]


def test_the_newest_drop_comes_first_and_nothing_twice() -> None:
    dropped.put([("a.jpg", b"1"), ("b.jpg", b"2")])
    dropped.put([("c.jpg", b"3"), ("a.jpg", b"1"), ("c.jpg", b"3")])
    assert (names(), dropped.newest()) == (["c.jpg", "a.jpg", "b.jpg"], 2)
    dropped.put([])
    assert dropped.newest() == 2
    first = dropped.files()[0]
    dropped.remove(first.name, first.digest)
    assert (names(), dropped.newest()) == (["a.jpg", "b.jpg"], 1)
    dropped.clear()
    assert names() == []


def test_each_drop_has_an_uploader_of_its_own() -> None:
    """Else the browser would keep the files a second time, and send them again."""
    keys = [dropped.fresh_key("x")]
    for act in (lambda: dropped.put([("a.jpg", b"1")]), dropped.clear):
        act()
        keys.append(dropped.fresh_key("x"))
    assert len(set(keys)) == 3


def test_the_oldest_go_where_there_is_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mode, "current", lambda: replace(mode.LOCAL, asked_bytes=10))
    dropped.put([("old.jpg", b"123456")])
    dropped.put([("new.jpg", b"12345"), ("newer.jpg", b"1234")])
    assert (names(), dropped.gone()) == (["new.jpg", "newer.jpg"], 1)
    dropped.put([("large.jpg", b"1" * 11), ("last.jpg", b"1")])
    assert (names(), dropped.newest(), dropped.gone()) == (["large.jpg"], 1, 3)
    dropped.put([("small.jpg", b"1")])
    assert (names(), dropped.gone()) == (["small.jpg"], 1)


class TestOnThePage:
    @pytest.fixture(autouse=True)
    def session(self) -> None:
        """The real one."""

    def test_photos_and_answers_outlast_a_page_switch(self, open_page: Open, run: Run) -> None:
        app = upload(open_page("classify"), ("sky.jpg", jpeg(BLUE)))
        app.switch_page("pages/runs.py").run()
        app.switch_page("pages/classify.py").run()
        assert not app.exception
        assert [heading.value for heading in app.header] == ["blue"]

    def test_who_loses_earlier_photos_is_told(
        self, open_page: Open, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        photo = jpeg(BLUE)
        small = replace(mode.LOCAL, asked_bytes=len(photo) + 10)
        monkeypatch.setattr(mode, "current", lambda: small)
        app: AppTest = upload(open_page("classify"), ("sky.jpg", photo))
        assert "had to go" not in words(app)
        upload(app, ("rose.jpg", jpeg(RED)))
        assert "1 earlier photo had to go: a visit holds" in words(app)


def test_another_page_takes_them_once() -> None:
    dropped.put([("a.jpg", b"1"), ("b.jpg", b"22")])
    dropped.hand_over()
    assert names() == []
    given = dropped.handed_over()
    assert [(one.name, one.size, one.getvalue()) for one in given] == [
        ("a.jpg", 1, b"1"),
        ("b.jpg", 2, b"22"),
    ]
    assert dropped.handed_over() == []
