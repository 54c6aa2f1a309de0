"""Cases 40, 41, 60 and 61: names of files, folders and classes are data, whatever they hold."""

from __future__ import annotations

import csv
import io
import os
import unicodedata
from pathlib import Path

import pytest

from pipeline.files import spreadsheet
from pipeline.photos import class_names
from pipeline.photos.set_file import save
from pipeline.progress import silent
from tests.file_sets import make_folder
from tests.inputs import pictures, zips
from tests.inputs.importing import Bring
from tests.inputs.naughty import NAMES, PATHS
from tests.inputs.zips import UTF8, Entry


def entry(name: str, seed: int, data: bytes | None = None) -> Entry:
    """A member whose name is written as it is; each seed gives another photo."""
    data = pictures.jpeg(40, 30, seed=seed) if data is None else data
    return Entry(name.encode("utf-8", "surrogatepass"), data, flags=UTF8)


def zipped(folder: Path, *entries: Entry) -> Path:
    return zips.write(folder / "pets.zip", *entries)


def test_40_names_of_files_are_shown_as_they_are(bring: Bring) -> None:
    assert len(NAMES) >= 60
    bring.plain_names = False
    good = [entry(f"cats/{name}", seed) for seed, name in enumerate(NAMES)]
    empty = [entry(f"dogs/{name}", 0, b"") for name in NAMES]
    outcome = bring(zipped(bring.folder, *good, *empty))
    assert outcome.received == 2 * len(NAMES)
    assert set(outcome.names) == {f"cats/{name}" for name in NAMES}
    assert set(outcome.reasons) == {f"dogs/{name}" for name in NAMES}
    assert outcome.kept.classes == ("cats",)


def test_40_names_in_a_folder_of_this_computer(bring: Bring) -> None:
    bring.plain_names = False
    folder = bring.folder / "pets"
    (folder / "cats").mkdir(parents=True)
    there = []
    for seed, name in enumerate([*NAMES, "back\\slash.jpg", "..\\up.jpg"]):
        try:
            (folder / "cats" / name).write_bytes(pictures.jpeg(40, 30, seed=seed))
        except OSError:  # the longest, and whatever this system does not take
            continue
        there.append(f"cats/{name}")
    outcome = bring(folder)
    assert len(there) > 60
    assert sorted(outcome.names) == sorted(there)


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such names")
def test_40_names_that_are_no_text(bring: Bring) -> None:
    folder = os.fsencode(make_folder(bring.folder / "pets", {"cats/a.jpg": pictures.jpeg()}))
    os.mkdir(folder + b"/d\xf6gs")  # noqa: PTH102 - Path takes no bytes
    with open(folder + b"/d\xf6gs/\xff\xfe.jpg", "wb") as stream:  # noqa: PTH123
        stream.write(pictures.jpeg(seed=2))
    outcome = bring(bring.folder / "pets")
    assert outcome.received == 2
    assert outcome.kept.classes == ("cats", "dögs"), "as the system that made them writes it"


def test_40_paths_in_names_lead_nowhere(bring: Bring) -> None:
    bring.plain_names = False
    entries = [entry(name, seed) for seed, (name, _) in enumerate(PATHS)]
    outcome = bring(zipped(bring.folder, *entries))
    assert outcome.received == len(PATHS)
    assert not outcome.rejected
    found = {name: outcome.label(name) for name in outcome.names}
    assert found == {name: class_name or "unlabelled" for name, class_name in PATHS}


def test_40_a_zero_in_a_name(bring: Bring) -> None:
    entries = [entry("cats/a\0.jpg", 1), entry("dogs/b.jpg\0.exe", 2), entry("\0/c.jpg", 3)]
    outcome = bring(zipped(bring.folder, *entries))
    assert outcome.received == 3 - 1, "a name that begins with it is none at all"
    assert [outcome.label(name) for name in outcome.names] == ["cats", "dogs"]


def test_40_a_name_of_sixty_thousand_letters(bring: Bring) -> None:
    bring.plain_names = False
    long = "x" * 60_000
    entries = [entry(f"cats/{long}", 1), entry(f"dogs/{long}", 2), entry(f"dogs/{long}2", 0, b"")]
    outcome = bring(zipped(bring.folder, *entries))
    assert outcome.names == [f"cats/{long}", f"dogs/{long}"]
    ((name, reason),) = outcome.rejected
    assert reason == "The file is empty. Copy or download it again."
    assert len(name) == 500, "what is kept of a name has its middle left out"
    start, end = name.split("…")
    assert start.startswith("dogs/xxx")
    assert end.endswith("xxx2")


def test_40_nothing_usable_and_a_very_long_name_is_still_a_sentence(bring: Bring) -> None:
    outcome = bring({f"cats/{'x' * 5000}.jpg": b""})
    assert outcome.error is not None
    assert outcome.error.startswith("None of these files can be used.")
    assert len(outcome.error) < 1000
    assert len(outcome.rejected) == outcome.received == 1


def test_41_relative_path_of_an_uploaded_folder(bring: Bring) -> None:
    files = {
        "pets/cats/../dogs/x.jpg": pictures.jpeg(seed=1),
        "pets/cats/y.jpg": pictures.jpeg(seed=2),
        "pets/dogs/../../../z.jpg": pictures.jpeg(seed=3),
    }
    outcome = bring(files)
    assert {name: outcome.label(name) for name in outcome.names} == {
        "pets/cats/../dogs/x.jpg": "dogs",
        "pets/cats/y.jpg": "cats",
        "pets/dogs/../../../z.jpg": "unlabelled",  # its owner is asked
    }
    assert "no label yet" in outcome.stored.missing[0]


@pytest.mark.parametrize(
    ("folders", "shown"),
    [
        (("cats", "Cats", "cats "), "cats"),
        (("cats", "CATS", "cats"), "cats"),
        (("caf\u00e9", "cafe\u0301"), "caf\u00e9"),
        (("İ", "i̇"), "i̇"),
        (("straße", "STRASSE"), "STRASSE"),
        (("big cats", "big  cats", "\tBig\u00a0cats"), "big cats"),
    ],
)
def test_60_folders_that_mean_the_same_class(
    bring: Bring, folders: tuple[str, ...], shown: str
) -> None:
    bring.plain_names = False
    entries = [entry(f"{folder}/1.jpg", seed) for seed, folder in enumerate(folders)]
    entries += [entry("dogs/1.jpg", 90), entry("dogs/2.jpg", 91)]
    outcome = bring(zipped(bring.folder, *entries))
    assert not outcome.rejected
    assert len(outcome.kept.classes) == 2
    merged = next(name for name in outcome.kept.classes if name != "dogs")
    assert class_names.key(merged) == class_names.key(shown)
    assert outcome.stored.class_sizes[merged] == len(folders)
    spellings = {class_names.clean(folder) for folder in folders}
    told = [note for note in outcome.notes if "taken as one class" in note]
    (note,) = told
    assert all(spelling in note for spelling in spellings)


WORLD = ("Kätzchen 🐱", "قطط", "חתולים", "猫", "кошки", "café", "Ünïcödé ÀÉ", "=1+1", "a.b")


def test_61_class_names_of_the_world_come_back_from_everywhere(bring: Bring) -> None:
    bring.plain_names = False
    entries = [
        entry(f"{folder}/{number}.jpg", 10 * place + number)
        for place, folder in enumerate(WORLD)
        for number in range(2)
    ]
    entries += [entry(f"{WORLD[0]}/empty.jpg", 0, b"")]
    outcome = bring(zipped(bring.folder, *entries))
    expected = {unicodedata.normalize("NFC", name) for name in WORLD}
    assert set(outcome.kept.classes) == set(outcome.stored.classes) == expected
    assert set(outcome.stored.class_sizes.values()) == {2}

    saved = bring.folder / "saved.zip"
    save(outcome.kept, "Wörld 🐱", saved, silent)
    back = bring(saved, name=None)
    assert back.kept.id == outcome.kept.id
    assert set(back.kept.classes) == expected


def test_61_names_come_back_from_the_table_of_what_was_left_out(bring: Bring) -> None:
    bring.plain_names = False
    names = [f'{folder}/é, "x";\n{place}.jpg' for place, folder in enumerate(WORLD)]
    good = [entry("cats/1.jpg", 1), entry("dogs/1.jpg", 2)]
    outcome = bring(zipped(bring.folder, *good, *(entry(name, 0, b"") for name in names)))
    assert set(outcome.reasons) == set(names)
    content = spreadsheet.as_csv(
        ("name", "reason"), [(one["name"], one["reason"]) for one in outcome.stored.rejected]
    )
    rows = list(csv.reader(io.StringIO(content, newline="")))
    # A cell that a spreadsheet would compute has a sign before it that makes it a text.
    assert {row[0].removeprefix("'") for row in rows[1:]} == set(names)
    assert all(not row[0].startswith("=") for row in rows)


def test_61_names_in_old_code_pages_are_read_right(bring: Bring) -> None:
    name = "Kätzchen/ü.jpg"
    without_mark = Entry(name.encode(), pictures.jpeg(seed=1))
    old = Entry("Hündchen/ß.jpg".encode("cp437"), pictures.jpeg(seed=2))
    outcome = bring(zipped(bring.folder, without_mark, old))
    assert outcome.kept.classes == ("Hündchen", "Kätzchen")
    assert set(outcome.names) == {name, "Hündchen/ß.jpg"}


@pytest.mark.parametrize("length", [64, 65, 300])
def test_61_very_long_class_names(bring: Bring, length: int) -> None:
    odd = {f"{'x' * length}/1.jpg": pictures.jpeg(seed=9)}
    outcome = bring.beside(odd)
    if length > 64:
        (reason,) = outcome.reasons.values()
        assert "longer than 64" in reason
        assert "shorter name" in reason
    else:
        assert "x" * 64 in outcome.kept.classes
