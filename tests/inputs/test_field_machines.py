"""Machines that others have set up: consoles, homes, and paths of any kind (rows 18 to 20)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.network.imagenet_weights import weights_are_here, weights_file
from pipeline.progress import silent
from pipeline.settings.environment import EXAMPLE_ID
from tests.conftest import REPOSITORY
from tests.workspaces import class_folders

pytestmark = pytest.mark.thorough
# Each is part of every path that PawTune is given.
NAMES = {
    "odd": '-it\'s "100%20" #1 ?y=2&z=3; $(x) [a] {b}\nжизнь 🐱 قطط é',
    "long": "x" * 200,
    "no text": "caf\udce9",
}

QUICK = ("--preset", "quick", "--image-size", "96")
NOBODY = """
import pwd
def unknown(*_):
    raise KeyError("uid not found")
pwd.getpwuid = unknown
"""


def told(*arguments: object, **more: Any) -> tuple[int, dict[str, Any], str]:
    """A command in a process of its own: exit code, its one JSON object, what it says beside it."""
    environment = {**os.environ, **more.pop("env", {})}
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", *map(str, arguments), "--json"],
        cwd=more.pop("cwd", REPOSITORY),
        env={name: value for name, value in environment.items() if value is not None},
        capture_output=True,
        **more,
    )
    (line,) = done.stdout.decode("utf-8").splitlines()
    return done.returncode, json.loads(line), done.stderr.decode("utf-8")


# === Encodings ===


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "cp932"])
def test_output_is_utf8_whatever_the_console(tmp_path: Path, encoding: str) -> None:
    """Row 18: no traceback after the import was made, but one JSON object."""
    names = ("🐱", "قطط", "功夫")
    folder = class_folders(tmp_path / "фото", photos=6, names=names)
    (folder / "🐱" / "größe.jpg").write_text("no photo")
    console = {"PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}
    code, answer, beside = told("import", folder, "--name", "🐾", env=console)
    assert code == 0, answer
    assert set(answer["classes"]) == set(names)
    assert answer["rejected"][0]["name"] == "🐱/größe.jpg"
    assert beside.startswith("Starting")
    code, answer, _ = told("import", tmp_path / "нет", env=console)
    assert code == 1 and "нет" in answer["error"]


# === Notes, and what came of an import ===


def test_what_the_page_tells_of_an_import_is_told(tmp_path: Path) -> None:
    """Row 19: two folders that became one class, and files of which none can be used."""
    folder = class_folders(tmp_path / "photos", photos=6, names=("Cat", "dog"))
    other = class_folders(tmp_path / "more", photos=9, names=("owl", "cat"))
    (folder / "cat").mkdir(exist_ok=True)
    for number in (6, 7, 8):  # the first six are those of the dog
        shutil.copy(other / "cat" / f"{number}.jpg", folder / "cat" / f"{number}.jpg")
    code, answer, _ = told("import", folder)
    assert code == 0
    if len(list(folder.iterdir())) == 3:  # a disk that tells them apart
        assert any("taken as one class" in note for note in answer["notes"]), answer
    listed = told("photo-sets")[1]["photo_sets"]
    assert listed[0]["notes"] == answer["notes"]
    thumbnails = folder / "Cat" / "@eaDir" / "0.jpg"
    thumbnails.mkdir(parents=True)
    shutil.copy(folder / "Cat" / "0.jpg", thumbnails / "SYNOPHOTO_THUMB_M.jpg")
    answer = told("evaluate", "--run", EXAMPLE_ID, folder)[1]
    assert any("@eaDir" in note for note in answer["notes"])

    empty = tmp_path / "empty" / "cats"
    empty.mkdir(parents=True)
    (empty / "a.jpg").write_text("no photo")
    (empty / "b.jpg").write_text("none either")
    code, answer, _ = told("import", empty.parent)
    assert code == 1
    assert (answer["received"], answer["accepted"], len(answer["rejected"])) == (2, 0, 2)
    assert answer["rejected"][0]["reason"] and answer["error"]


# === Paths ===


@pytest.mark.parametrize("name", NAMES)
def test_every_path_may_be_called_so(tmp_path: Path, own_home: Path, name: str) -> None:
    place = tmp_path / NAMES[name]
    try:
        place.mkdir()
    except OSError:
        pytest.skip("this system has no such names")
    is_text = name != "no text"
    home = {"PAWTUNE_HOME": str(place / "home" if is_text else own_home)}
    folder = class_folders(tmp_path / "plain", photos=6).rename(place / "photos")
    photo = next((folder / "red").iterdir()).rename(folder / "red" / f"{NAMES[name][:180]}.jpg")

    def well(*arguments: object) -> dict[str, Any]:
        code, answer, beside = told(*arguments, env=home)
        assert code == 0, (answer, beside)
        return answer

    row = well("import", folder, f"--name={NAMES[name]}")
    assert row["accepted"] == 12
    (asked,) = well("classify", "--run", EXAMPLE_ID, photo)["photos"]
    assert asked["path"] == str(photo) and "class" in asked
    for form, suffix in (("report", ".html"), ("bundle", ".zip")):
        target = place / f"{NAMES[name]}{suffix}"
        answer = well("export", "--run", EXAMPLE_ID, "--format", form, "--output", target)
        assert answer["file"] == str(target) and target.stat().st_size == answer["bytes"]
    saved, backup = place / f"s{NAMES[name]}.zip", place / f"b{NAMES[name]}.zip"
    well("save-set", "--photo-set", row["photo_set"], "--output", saved)
    assert well("import", saved)["photo_set"] == row["photo_set"]
    assert well("backup", backup)["photo_sets"] == 1
    assert well("doctor")["healthy"]
    home["PAWTUNE_HOME"] += "2"
    assert well("restore", backup)["restored"]["photo_sets"] == 1


@pytest.mark.skipif(os.name == "nt", reason="there all names are text")
@pytest.mark.parametrize("variable", ["PAWTUNE_HOME"])
def test_a_home_whose_name_is_no_text_is_refused(tmp_path: Path, variable: str) -> None:
    code, answer, _ = told("doctor", env={variable: str(tmp_path / NAMES["no text"])})
    assert code == 1 and "bytes that are no text" in answer["error"]
    assert variable in answer["error"]


def test_a_name_that_begins_with_a_dash(tmp_path: Path) -> None:
    photo = next((class_folders(tmp_path / "photos", photos=1) / "red").iterdir())
    photo.rename(tmp_path / "-1.jpg")
    here = {"cwd": tmp_path, "env": {"PYTHONPATH": str(REPOSITORY)}}
    code, answer, _ = told("classify", "--run", EXAMPLE_ID, "-1.jpg", **here)
    assert code == 1 and "Write -1.jpg, which begins with a dash, as ./-1.jpg" in answer["error"]
    code, answer, _ = told("classify", "--run", EXAMPLE_ID, "./-1.jpg", **here)
    assert code == 0 and answer["photos"][0]["path"] == "-1.jpg"


def test_what_is_no_text_is_no_id_and_no_name(tmp_path: Path) -> None:
    odd = NAMES["no text"]
    for arguments in (["classify", "--run", odd, "a.jpg"], ["check", "--photo-set", odd]):
        code, answer, beside = told(*arguments)
        assert code == 1 and "There is no such" in answer["error"], beside
    folder = class_folders(tmp_path / "photos", photos=6)
    photo_set = told("import", folder, "--name", odd)[1]["photo_set"]
    (row,) = told("photo-sets")[1]["photo_sets"]
    assert (row["photo_set"], row["name"]) == (photo_set, "caf\ufffd")


@pytest.mark.parametrize("name", [name for name in NAMES if name != "no text"])
def test_keras_home_may_be_called_so(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    home = tmp_path / NAMES[name]
    (home / "models").mkdir(parents=True)
    published = next((shared / "keras" / "models").glob("*_1.0_*_no_top.h5"))
    shutil.copy(published, home / "models")
    monkeypatch.setenv("KERAS_HOME", str(home))
    assert weights_are_here(1.0, 160)
    assert weights_file(1.0, 160, False, silent) == home / "models" / published.name


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "~nobody-of-this-name/photos"],
        ["backup", "~nobody-of-this-name/b.zip"],
        ["restore", "~nobody-of-this-name/b.zip"],
        [
            "export",
            "--run",
            EXAMPLE_ID,
            "--format",
            "report",
            "--output",
            "~nobody-of-this-name/r.html",
        ],
        ["import", "x" * 300],
        ["export", "--run", EXAMPLE_ID, "--format", "report", "--output", "x" * 300 + ".html"],
        ["backup", "x" * 300 + ".zip"],
        ["restore", "x" * 300 + ".zip"],
    ],
    ids=lambda arguments: f"{arguments[0]} {arguments[-1][:6]}",
)
def test_a_path_that_cannot_be_is_refused_in_words(arguments: list[str]) -> None:
    code, answer, beside = told(*arguments)
    assert code == 1
    assert "went wrong inside" not in answer["error"] and "Traceback" not in beside
    assert arguments[-1][:20] in answer["error"]


# === A user without a home ===


@pytest.fixture
def stranger(tmp_path: Path) -> dict[str, str | None]:
    """The environment of a user that nobody has entered anywhere, as in many containers."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(NOBODY)
    variables = dict.fromkeys(("HOME", "USERPROFILE", "PAWTUNE_HOME", "KERAS_HOME"))
    return {**variables, "PYTHONPATH": str(tmp_path / "site")}


def test_without_a_home_it_says_which_variable_names_one(
    tmp_path: Path, stranger: dict[str, str | None]
) -> None:
    """Row 20: it was "Something went wrong inside PawTune", and in a training "the log says"."""
    code, answer, beside = told("doctor", env=stranger)
    assert code == 1 and "PAWTUNE_HOME" in answer["error"]
    assert "went wrong" not in answer["error"] and "Traceback" not in beside
    stranger["PAWTUNE_HOME"] = str(tmp_path / "home")
    answer = told("import", class_folders(tmp_path / "photos", photos=6), env=stranger)[1]
    train = ("train", "--photo-set", answer["photo_set"], *QUICK)
    code, answer, _ = told(*train, env=stranger)
    assert code == 1 and "KERAS_HOME" in answer["error"]


def test_a_home_that_cannot_be_written_to(tmp_path: Path, stranger: dict[str, str | None]) -> None:
    stranger["HOME"] = str(tmp_path / "file")
    (tmp_path / "file").write_text("no folder can be made in here, by nobody")
    code, answer, _ = told("doctor", env=stranger)
    assert code == 1 and "set PAWTUNE_HOME to another folder" in answer["error"]
    stranger["PAWTUNE_HOME"] = str(tmp_path / "home")
    answer = told("import", class_folders(tmp_path / "photos", photos=6), env=stranger)[1]
    code, answer, _ = told("train", "--photo-set", answer["photo_set"], *QUICK, env=stranger)
    assert code == 1 and "Set KERAS_HOME to a folder that can be written to" in answer["error"]
