"""Answers to many files: a table, a CSV file, and the files in folders as a zip."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace

from pages.ui.classify import table
from pages.ui.classify.questions import Question
from pages.ui.classify.table import counted, csv_table
from pages.ui.parts import downloads
from pipeline.classify.answer import Answer
from pipeline.errors import Why
from pipeline.workspace.run import Run
from tests.pages.conftest import BLUE, RED, Open, upload, words
from tests.workspaces import jpeg


def test_many_photos_get_a_table_and_bad_ones_a_sentence(open_page: Open, run: Run) -> None:
    files = [("one.jpg", jpeg(RED)), ("notes.jpg", b"Dear diary,"), ("two.jpg", jpeg(BLUE))]
    app = upload(open_page("classify"), *files)
    assert not app.exception
    assert not app.error, "the answers are what one came for"
    (told,) = [one.value for one in app.caption if "notes\\.jpg" in one.value]
    assert "text file" in told
    app.segmented_control(key="classify_view").set_value("table").run()
    table = app.dataframe[0].value
    assert list(table["Photo"]) == ["one.jpg", "notes.jpg", "two.jpg"]
    assert list(table["Class"]) == ["red", "", "blue"]
    assert "blue: 1, red: 1" in words(app)


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


def test_answers_are_counted_whatever_a_class_is_called(run: Run) -> None:
    from pipeline.classify.answer import Answer

    odd = replace(run, classes=("Not sure", "None of them"))
    shares = {"Not sure": 0.9, "None of them": 0.1}
    sure = Answer("Not sure", 0.9, shares)
    unsure = Answer("None of them", 0.55, shares)
    said = counted(odd, [sure, sure, unsure], 0.7)
    assert said == "Not sure: 2, Not sure: 1"


def question(name: str, data: bytes, answer: Answer | None, reason: str | None = None) -> Question:
    return Question(name, data, name, b"", answer, reason)


def answer(name: str, probability: float = 0.9, strangeness: float | None = 0.5) -> Answer:
    return Answer(name, probability, {name: probability}, strangeness)


def unzipped(stream: io.BytesIO) -> dict[str, bytes]:
    with zipfile.ZipFile(stream) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_zip_holds_the_very_files_in_their_folders(run: Run) -> None:
    asked = [
        question("IMG_1.HEIC", b"one", answer("red")),
        question("IMG_1.HEIC", b"two", answer("red")),
        question("../sky.jpg", b"three", answer("blue")),
        question("dusk.jpg", b"four", answer("blue", 0.6)),
        question("teapot.jpg", b"five", answer("blue", 1.0, 1.7)),
        question("notes.txt", b"six", None, "It is a text file."),
    ]
    assert unzipped(table.as_zip(run, asked, 0.7)) == {
        "red/IMG_1.HEIC": b"one",
        "red/IMG_1-2.HEIC": b"two",
        "blue/_.._sky.jpg".replace("_.._", "_"): b"three",
        "not sure/dusk.jpg": b"four",
        "none of them/teapot.jpg": b"five",
        "left out.txt": "\ufeffnotes.txt: It is a text file.\r\n".encode(),
    }


def test_classes_whose_names_are_no_folders(run: Run) -> None:
    from dataclasses import replace

    names = ("CON", "a/b", "a?b", "not sure")
    odd = replace(run, classes=names)
    asked = [question(f"{number}.jpg", b"", answer(name)) for number, name in enumerate(names)]
    asked.append(question("4.jpg", b"", answer("CON", 0.1)))
    assert list(unzipped(table.as_zip(odd, asked, 0.7))) == [
        *("_CON/0.jpg", "a_b/1.jpg", "a_b-2/2.jpg", "not sure/3.jpg", "not sure-2/4.jpg")
    ]


def test_many_files_without_an_answer_are_a_table(open_page: Open, run: Run) -> None:
    files = [(f"{number}.jpg", b"no photo %d" % number) for number in range(5)]
    app = upload(open_page("classify"), *files, ("sky.jpg", jpeg(BLUE)))
    assert not app.exception
    assert not app.error
    assert "5 files without an answer, and what to do" in [one.label for one in app.expander]
