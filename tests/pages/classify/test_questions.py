"""Files that are asked about: each once, each under its own name, none kept longer than shown."""

from __future__ import annotations

import pytest

from pages.ui import resources
from pages.ui.classify import questions
from pages.ui.classify.questions import Question
from pipeline.workspace.run import Run
from pipeline.workspace.runs import BUNDLE
from tests.pages.conftest import BLUE, RED, Open, only, upload
from tests.workspaces import jpeg


def test_what_was_answered_is_not_asked_again(
    open_page: Open, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    original = questions._stream

    def counting(run, files):
        asked.append(len(files))
        return original(run, files)

    monkeypatch.setattr(questions, "_stream", counting)
    app = upload(open_page("classify"), ("a.jpg", jpeg(RED)), ("b.jpg", jpeg(BLUE)))
    app.run()
    upload(app, ("a.jpg", jpeg(RED)), ("b.jpg", jpeg(BLUE)), ("c.jpg", jpeg(RED, seed=5)))
    assert asked == [2, 1]


def test_nothing_is_remembered_of_files_that_are_gone(open_page: Open, run: Run) -> None:
    app = upload(open_page("classify"), ("a.jpg", jpeg(RED)))
    assert app.session_state["classify_answers"]
    only(app)
    assert not app.exception
    assert "classify_answers" not in app.session_state


def test_equal_files_are_counted_as_the_photos_that_they_are(open_page: Open, run: Run) -> None:
    same = jpeg(RED)
    app = upload(open_page("classify"), ("a.jpg", same), ("b.jpg", same), ("c.jpg", jpeg(BLUE)))
    assert any(one.value.startswith("3 answers in ") for one in app.caption)


def test_equal_files_keep_their_own_names(run: Run) -> None:
    same = jpeg(RED)
    with resources.decoder():
        asked = questions.ask_all(
            run, [Question(name, same, "0") for name in ("one.jpg", "other.jpg")]
        )
    resources.decoder.clear()
    assert [one.name for one in asked] == ["one.jpg", "other.jpg"]
    assert asked[0].answer == asked[1].answer


def test_a_damaged_bundle_is_a_sentence(open_page: Open, run: Run) -> None:
    (run.folder / BUNDLE / "model.tflite").write_bytes(b"broken")
    app = upload(open_page("classify"), ("sky.jpg", jpeg(BLUE)))
    assert not app.exception
    assert "damaged" in app.error[0].value
