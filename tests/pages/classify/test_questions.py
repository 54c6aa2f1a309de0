"""The Classify page: one answer or one sentence for each file."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from dataclasses import replace

import pytest

from pages.ui import resources
from pages.ui.classify import questions
from pages.ui.classify.questions import Question
from pages.ui.classify.table import counted, csv_table
from pages.ui.parts import downloads
from pipeline.errors import Why
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import BUNDLE
from tests.conftest import REPOSITORY
from tests.pages.conftest import Open, finished_run, words
from tests.workspaces import jpeg

RED, BLUE = (220, 40, 40), (40, 40, 220)


def upload(app, *files: tuple[str, bytes]):
    uploader = app.file_uploader(key="classify_upload")
    uploader.set_value([(name, data, "image/jpeg") for name, data in files])
    return app.run()


def test_nobody_can_answer_yet(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("classify")
    assert "nobody can answer" in app.info[0].value
    assert "Go to Train" in [link.proto.label for link in app.main.get("page_link")]


def test_one_photo_gets_class_and_bars(open_page: Open, run: Run) -> None:
    app = upload(open_page("classify"), ("sky.jpg", jpeg(BLUE)))
    assert not app.exception
    assert [heading.value for heading in app.subheader] == ["blue"]
    bars = [bar.proto.text for bar in app.get("progress")]
    assert bars[0].startswith("blue · ")
    assert len(bars) == 2
    alts = [picture.alt for group in app.get("image") for picture in group.proto.imgs]
    assert alts == ["sky.jpg, called blue"]


def test_what_was_never_taught_is_called_so(open_page: Open, run: Run) -> None:
    files = [("grass.jpg", jpeg((30, 220, 40))), ("sky.jpg", jpeg(BLUE))]
    app = upload(open_page("classify"), *files)
    assert not app.exception
    headings = [heading.value for heading in app.subheader]
    assert sorted(headings) == ["None of them", "blue"]
    text = words(app)
    assert "nearest: " in text
    assert "Not like anything it was taught" in text
    assert "blue: 1, None of them: 1" in text
    table = app.dataframe[0].value
    assert list(table["Class"]) == ["None of them", "blue"]
    assert list(table["Probability"].isna()) == [True, False]
    alts = [picture.alt for group in app.get("image") for picture in group.proto.imgs]
    assert "grass.jpg, called none of them" in alts


def test_many_photos_get_a_table_and_bad_ones_a_sentence(open_page: Open, run: Run) -> None:
    files = [("one.jpg", jpeg(RED)), ("notes.jpg", b"Dear diary,"), ("two.jpg", jpeg(BLUE))]
    app = upload(open_page("classify"), *files)
    assert not app.exception
    assert "notes\\.jpg" in app.error[0].value
    assert "text file" in app.error[0].value
    table = app.dataframe[0].value
    assert list(table["Photo"]) == ["one.jpg", "notes.jpg", "two.jpg"]
    assert list(table["Class"]) == ["red", "", "blue"]
    assert "blue: 1, red: 1" in words(app)


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


def test_a_file_is_hashed_once(open_page: Open, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    original = questions._digest
    monkeypatch.setattr(
        questions, "_digest", lambda file: hashed.append(file.name) or original(file)
    )
    app = upload(open_page("classify"), ("a.jpg", jpeg(RED)), ("b.jpg", jpeg(BLUE)))
    app.toggle(key="classify_heat").set_value(True).run()
    app.run()
    assert hashed == ["a.jpg", "b.jpg"]


def test_nothing_is_remembered_of_files_that_are_gone(open_page: Open, run: Run) -> None:
    app = upload(open_page("classify"), ("a.jpg", jpeg(RED)))
    assert app.session_state["classify_answers"]
    upload(app)
    assert not app.exception
    assert "classify_answers" not in app.session_state


def test_equal_files_keep_their_own_names(run: Run) -> None:
    same = jpeg(RED)
    with resources.decoder():
        asked = questions.ask_all(
            run, [Question(name, same, "0") for name in ("one.jpg", "other.jpg")]
        )
    resources.decoder.clear()
    assert [one.name for one in asked] == ["one.jpg", "other.jpg"]
    assert asked[0].answer == asked[1].answer


def test_the_run_can_be_chosen_by_address(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, run: Run
) -> None:
    newer = finished_run(workspace, photo_set, "Newer")
    assert open_page("classify").selectbox(key="classify_choice").value == newer.id
    app = open_page("classify", run=run.id)
    assert app.selectbox(key="classify_choice").value == run.id


def test_a_run_that_cannot_answer_is_a_sentence(
    open_page: Open, photo_set: PhotoSetRow, run: Run
) -> None:
    app = open_page("classify", run="run-0000000000")
    assert not app.exception
    assert "cannot be used on this page" in app.warning[0].value
    assert app.selectbox(key="classify_choice").value == run.id


def test_a_damaged_bundle_is_a_sentence(open_page: Open, run: Run) -> None:
    (run.folder / BUNDLE / "model.tflite").write_bytes(b"broken")
    app = upload(open_page("classify"), ("sky.jpg", jpeg(BLUE)))
    assert not app.exception
    assert "damaged" in app.error[0].value


def test_the_csv_holds_every_class_and_no_formula(run: Run) -> None:
    asked = [
        Question("=cmd()", b"", "0", why=Why("It is empty.", "Copy it again.")),
        Question("b.jpg", b"", "1", b"", answer_of("Photo")),
    ]
    text = downloads.as_file(csv_table(replace(run, classes=("Photo", "other")), asked, 0.7))
    lines = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert lines[0]["Photo"] == "'=cmd()"
    assert lines[1]["Photo"] == "b.jpg"  # a class of the name of a column does no harm
    assert lines[1]["Probability of Photo"] == "0.9"


def answer_of(class_name: str):
    from pipeline.classify.answer import Answer

    return Answer(class_name, 0.9, {class_name: 0.9, "other": 0.1})


def test_the_web_side_loads_no_tensorflow() -> None:
    files = sorted((REPOSITORY / "pages" / "ui").rglob("*.py"))
    modules = [".".join(path.relative_to(REPOSITORY).with_suffix("").parts) for path in files]
    assert "pages.ui.classify.ask" in modules
    script = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "loaded = {name.split('.')[0] for name in sys.modules}\n"
        "print(sorted(loaded & {'tensorflow', 'keras', 'tensorflow_datasets'}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_camera_waits_to_be_asked(open_page: Open, run: Run) -> None:
    app = open_page("classify")
    assert not app.get("camera_input")
    app.toggle(key="classify_camera_on").set_value(True).run()
    assert len(app.get("camera_input")) == 1


def test_answers_are_counted_whatever_a_class_is_called(run: Run) -> None:
    from pipeline.classify.answer import Answer

    odd = replace(run, classes=("Not sure", "None of them"))
    shares = {"Not sure": 0.9, "None of them": 0.1}
    sure = Answer("Not sure", 0.9, shares)
    unsure = Answer("None of them", 0.55, shares)
    said = counted(odd, [sure, sure, unsure], 0.7)
    assert said == "Not sure: 2, Not sure: 1"
