"""Folders and files that a camera, a program or a day has named, and parts of the data in names."""

from __future__ import annotations

import pytest

from pipeline.photos.sources.arranging import arrange
from pipeline.photos.sources.layout import Place
from pipeline.photos.sources.readings import Reading
from tests.inputs.test_field_layouts import GIVEN, below, named, numbered, read, summary

BOTH = {"cats": GIVEN, "dogs": GIVEN}


@pytest.mark.parametrize(
    "pair",
    [
        ("train_augmented", "test_original"),
        ("train_aug", "test"),
        ("large_train", "test"),
        ("train_10_percent", "test"),
        ("train_webcam", "test_phone"),
        ("traindir", "testdir"),
        ("train", "blind test"),
        ("train", "unseen"),
        ("Ensemble d'entraînement", "Ensemble de test"),
        ("Huấn luyện", "Kiểm tra"),
        ("latih", "uji"),
        ("Koulutus", "Testi"),
        ("trénování", "testování"),
        ("प्रशिक्षण", "परीक्षण"),
        ("ฝึก", "ทดสอบ"),
        ("אימון", "בדיקה"),
        ("εκπαίδευση", "δοκιμή"),
    ],
    ids=" ".join,
)
def test_parts_whose_names_have_more_in_them_keep_their_classes(pair: tuple[str, str]) -> None:
    layout = read(numbered(*below(pair)))
    assert summary(layout) == (BOTH, 0, 0)
    assert layout.understood.reading is Reading.SPLITS


@pytest.mark.parametrize(
    "folders",
    [
        ("DCIM/100APPLE", "DCIM/101APPLE"),
        ("DCIM/100CANON",),
        ("100MSDCF", "101MSDCF"),
        ("DCIM/Camera", "DCIM/Screenshots"),
        ("DCIM/Camera", "WhatsApp/Media/WhatsApp Images", "Download", "Pictures/Screenshots"),
        ("Camera Roll", "Screenshots", "Favorites"),
        ("iCloud Photos",),
        ("2023-01-05", "2023-01-06"),
        ("20230105", "20230106"),
        ("05.01.2023", "06.02.2023"),
        ("Photos from 2022", "Photos from 2023"),
        ("images", "test"),
    ],
    ids=" ".join,
)
def test_what_cameras_and_calendars_call_a_folder_is_no_class(folders: tuple[str, ...]) -> None:
    assert summary(read(numbered(*folders))) == ({}, 10 * len(folders), 0)


def test_why_an_album_is_no_class_is_told_and_the_other_way_offered() -> None:
    layout = read(numbered("DCIM/100APPLE", "DCIM/101APPLE"))
    assert any("100APPLE and 101APPLE" in note for note in layout.notes)
    assert [set(other.classes) for other in layout.others] == [{"100APPLE", "101APPLE"}]
    assert not layout.is_plain


def test_albums_of_a_year_beside_classes_wait() -> None:
    layout = read(numbered(*below(["Takeout/Google Photos"], ["Cats", "Dogs", "Photos from 2023"])))
    assert summary(layout) == ({"Cats": {"": 10}, "Dogs": {"": 10}}, 10, 0)


@pytest.mark.parametrize(
    "folders",
    [("camera", "phone"), ("screenshots", "drawings"), ("2022", "2023"), ("media", "signal tower")],
    ids=" ".join,
)
def test_classes_that_sound_like_albums_stay_classes(folders: tuple[str, ...]) -> None:
    assert summary(read(numbered(*folders))) == ({name: {"": 10} for name in folders}, 0, 0)


def test_pieces_of_one_download_are_one_set() -> None:
    pieces = [f"Pets-20230101T000000Z-{piece:03}/Pets" for piece in (1, 2)]
    assert summary(read(numbered(*below(pieces)))) == (
        {"cats": {"": 20}, "dogs": {"": 20}},
        0,
        0,
    )


@pytest.mark.parametrize("style", ["{part}_{name}_", "{name}_{part}_", "{part}-{name} "])
def test_a_part_in_the_names_of_files_is_no_class(style: str) -> None:
    names = [
        style.format(part=part, name=name) for part in ("train", "test") for name in ("cat", "dog")
    ]
    assert summary(read(named("photos", *names))) == ({"cat": GIVEN, "dog": GIVEN}, 0, 0)
    assert summary(read(named("photos", "train_", "test_"))) == ({}, 20, 0)


def test_vehicles_in_the_names_of_files_stay_classes() -> None:
    layout = read(named("photos", "train_", "bus_", "steam train_"))
    assert set(layout.understood.classes) == {"train", "bus", "steam train"}


def test_without_training_the_names_of_files_tell_no_part() -> None:
    layout = read(named("photos", "test tube ", "test strip "))
    assert summary(layout)[0] == {"test strip": {"": 10}, "test tube": {"": 10}}


@pytest.mark.parametrize(
    "style",
    [
        "{name}-{n}_jpg.rf.0af3{n}9bc.jpg",
        "{name}_{n}_224x224.jpg",
        "{name} {n} - Copy.jpg",
        "Copy of {name} {n}.jpg",
        "{name}.{n}.jpg.jpg",
    ],
)
def test_what_programs_add_to_a_name_is_left_off(style: str) -> None:
    files = [f"photos/{style.format(name=name, n=n)}" for name in ("cat", "dog") for n in range(9)]
    assert summary(read(files)) == ({"cat": {"": 9}, "dog": {"": 9}}, 0, 0)


@pytest.mark.parametrize(
    "names",
    [
        ("Jan ", "Feb "),
        ("Monday ", "Tuesday "),
        ("pexels-john-doe-", "pexels-jane-roe-"),
        ("Captura de pantalla ", "Capture d'écran ", "スクリーンショット ", "Снимок экрана "),
        ("스크린샷 ", "微信图片_"),
        ("WhatsApp Image ", "Telegram "),
    ],
    ids="".join,
)
def test_what_programs_and_calendars_call_a_file_is_no_label(names: tuple[str, ...]) -> None:
    assert summary(read(named("photos", *names))) == ({}, 10 * len(names), 0)


def test_the_sun_is_no_sunday() -> None:
    assert set(read(named("photos", "sun_", "moon_")).understood.classes) == {"sun", "moon"}


@pytest.mark.parametrize("style", ["HAM_images_part_{}", "k_fold_{}", "pets batch {}"])
def test_numbered_pieces_with_a_name_are_no_classes(style: str) -> None:
    pieces = [style.format(number) for number in (1, 2)]
    assert summary(read(numbered(*pieces))) == ({}, 20, 0)
    assert summary(read(numbered(*below(pieces)))) == (
        {"cats": {"": 20}, "dogs": {"": 20}},
        0,
        0,
    )


def test_pieces_of_other_names_are_classes() -> None:
    assert set(read(numbered("part of a car", "part of a bus")).understood.classes) == {
        "part of a car",
        "part of a bus",
    }


def test_a_word_in_the_names_says_more_than_a_number_in_a_list() -> None:
    files = [tuple(name.split("/")) for name in named("images", "beagle_", "pug_")]
    numbers = {parts: Place("12"["pug" in parts[-1]]) for parts in files}
    layout = arrange(files, "pets", labels=numbers)
    assert set(layout.understood.classes) == {"beagle", "pug"}
    assert Reading.LIST not in [other.reading for other in layout.others], "the same by a number"
    same = {parts: Place("hound" if "beagle" in parts[-1] else "toy") for parts in files}
    assert set(arrange(files, "pets", labels=same).understood.classes) == {"hound", "toy"}
