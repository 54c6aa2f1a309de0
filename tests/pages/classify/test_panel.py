"""Beside the answers: what is shown with them, and what is not offered without any."""

from __future__ import annotations

import pytest

from pipeline.classify.classifier import Classifier
from pipeline.workspace.run import Run
from tests.pages.conftest import BLUE, RED, Open, alts, upload
from tests.workspaces import jpeg


def test_without_an_answer_there_is_nothing_to_take_away(open_page: Open, run: Run) -> None:
    app = upload(open_page("classify"), ("notes.jpg", b"no photo"))
    assert not app.get("download_button")
    assert not [one for one in app.toggle if one.key == "classify_heat"]
    upload(app, ("sky.jpg", jpeg(BLUE)))
    assert [one.key for one in app.get("download_button")] == ["classify_csv", "classify_zip"]


def test_a_run_that_cannot_tell_where_says_so_once(
    open_page: Open, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Classifier, "tells_where", False)
    app = upload(open_page("classify"), ("a.jpg", jpeg(BLUE)), ("b.jpg", jpeg(RED)))
    app.toggle(key="classify_heat").set_value(True).run()
    assert not app.exception
    assert [info.value for info in app.info if "earlier version" in info.value]
    assert alts(app) == ["a.jpg, predicted blue", "b.jpg, predicted red"]


def test_one_new_answer_is_not_taken_for_all_that_are_shown(open_page: Open, run: Run) -> None:
    app = upload(open_page("classify"), ("a.jpg", jpeg(BLUE)))
    upload(app, ("b.jpg", jpeg(RED)))
    said = [one.value for one in app.caption if one.value.endswith(" s.")]
    assert [one.partition(" in ")[0] for one in said] == ["1 new answer"]
