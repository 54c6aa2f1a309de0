"""Layouts as people have them: a folder that tells which part of the data is never a class."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SourceError
from pipeline.photos import class_names
from pipeline.photos.sources.arranging import arrange
from pipeline.photos.sources.layout import is_clutter
from pipeline.photos.sources.readings import Layout, Reading
from tests.inputs import pictures
from tests.inputs.importing import Bring

ANIMALS = ("cats", "dogs")


def numbered(*folders: str, photos: int = 10) -> list[str]:
    """So many photos in each of these folders."""
    return [f"{folder}/{number}.jpg" for folder in folders for number in range(photos)]


def named(folder: str, *classes: str, photos: int = 10) -> list[str]:
    """So many photos of each class in one folder, with the class in their names."""
    return [f"{folder}/{name}{number}.jpg" for name in classes for number in range(photos)]


def below(outer: Iterable[str], inner: Iterable[str] = ANIMALS) -> list[str]:
    return [f"{folder}/{name}" for folder in outer for name in inner]


def read(files: Iterable[str], reading: Reading | None = None) -> Layout:
    parts = [tuple(name.split("/")) for name in files]
    return arrange(
        [one for one in parts if not any(map(is_clutter, one))], "photos.zip", None, reading
    )


def summary(layout: Layout) -> tuple[dict[str, dict[str, int]], int, int]:
    """Photos of each class and split; how many are unlabelled; how many are left out."""
    found = layout.understood
    return (
        {name: dict(counts) for name, counts in found.classes.items()},
        sum(found.unlabelled.values()),
        sum(one.files for one in found.left_out),
    )


# === Rows 1, 2 and their kin: folders for the parts of the data ===

GIVEN = {"training": 10, "test": 10}
PAIRS = [
    ("training_set", "test_set"),
    ("Training_Set", "Test Set"),
    ("train2017", "test2017"),
    ("train1", "test1"),
    ("2017_train", "2017_test"),
    ("trainSet", "testSet"),
    ("TrainingImages", "TestImages"),
    ("trainset", "testset"),
    ("train-data", "test-data"),
    ("train.images", "test.images"),
    ("images_train", "images_test"),
    ("Train Photos (224)", "Test Photos (224)"),
    ("seg_train", "seg_test"),
    ("asl_alphabet_train", "asl_alphabet_test"),
    ("cub200 train", "cub200 test"),
    ("entrenamiento", "prueba"),
    ("Trainingsdaten", "Testdaten"),
    ("Entraînement", "test"),
    ("treino", "teste"),
    ("学習", "テスト"),
    ("学習用データ", "テストデータ"),
    ("训练集", "测试集"),
    ("훈련", "시험"),
    ("обучающая выборка", "тестовая выборка"),
    ("تدريب", "اختبار"),
    ("train", "holdout"),
    ("train", "hold_out"),
]


@pytest.mark.parametrize("pair", PAIRS, ids=" ".join)
def test_a_folder_that_tells_the_part_is_no_class(pair: tuple[str, str]) -> None:
    layout = read(numbered(*below(pair)))
    assert summary(layout) == ({"cats": GIVEN, "dogs": GIVEN}, 0, 0)
    assert layout.understood.reading is Reading.SPLITS


@pytest.mark.parametrize("name", ["val", "valid", "Validation", "dev", "eval", "val2017", "验证集"])
def test_validation_has_many_names(name: str) -> None:
    layout = read(numbered(*below(("train", name, "test"))))
    assert layout.understood.splits == {"training": 20, "validation": 20, "test": 20}
    assert list(layout.understood.classes) == ["cats", "dogs"]


def test_an_evaluation_beside_a_validation_is_the_test() -> None:
    layout = read(numbered(*below(("train", "val", "eval"))))
    assert layout.understood.splits == {"training": 20, "validation": 20, "test": 20}


COURSE = below(("training_set", "test_set"))


@pytest.mark.parametrize("tried", ["single_prediction", "predictions", "pred", "seg_pred"])
def test_row_1_the_course_set(tried: str) -> None:
    train, test = ("seg_train", "seg_test") if tried == "seg_pred" else ("training_set", "test_set")
    files = numbered(*below((train, test))) + [f"{tried}/cat_or_dog_{n}.jpg" for n in (1, 2)]
    layout = read(files)
    assert summary(layout) == ({"cats": GIVEN, "dogs": GIVEN}, 0, 2)
    (left,) = layout.understood.left_out
    assert tried in left.why.reason
    assert left.why.advice
    assert not layout.is_plain


def test_row_1_the_training_set_unpacked_beside_what_is_to_be_tried() -> None:
    layout = read(numbered("cats", "dogs", "single_prediction"))
    assert summary(layout) == ({"cats": {"": 10}, "dogs": {"": 10}}, 0, 10)


@pytest.mark.parametrize(
    "wrap",
    [
        "{0}/{0}/{1}",
        "{0}/images/{1}",
        "data/{0}/{1}",
        "archive/My set (1)/{0}/{0}/{1}",
        "{0}/my photos/{1}",
        "pets/{0}/{0}_images/{1}",
    ],
)
def test_extra_folders_are_stripped_again_below_each_part(wrap: str) -> None:
    folders = [wrap.format(part, name) for part in ("training_set", "test_set") for name in ANIMALS]
    assert summary(read(numbered(*folders))) == ({"cats": GIVEN, "dogs": GIVEN}, 0, 0)


def test_extra_folders_in_one_part_only() -> None:
    files = numbered("training_set/training_set/cats", "training_set/training_set/dogs")
    files += numbered(*below(["test_set"])) + numbered("train/.ipynb_checkpoints")
    assert summary(read(files)) == ({"cats": GIVEN, "dogs": GIVEN}, 0, 0)


def test_a_part_with_one_class_keeps_it() -> None:
    files = numbered("train/cats", "train/dogs", "test/cats", "val/dogs/old", "val/dogs/young")
    layout = read(files)
    assert summary(layout)[0] == {
        "cats": {"training": 10, "test": 10},
        "dogs": {"training": 10, "validation": 20},
    }


def test_a_test_without_classes_waits_and_keeps_its_part() -> None:
    files = numbered("asl_alphabet_train/asl_alphabet_train/A", "asl_alphabet_train/x/B")
    files = numbered(*(f"asl_alphabet_train/asl_alphabet_train/{sign}" for sign in "ABC"))
    files += [f"asl_alphabet_test/asl_alphabet_test/{sign}_test.jpg" for sign in "ABC"]
    layout = read(files)
    assert summary(layout) == ({sign: {"training": 10} for sign in "ABC"}, 3, 0)
    assert layout.understood.unlabelled == {"test": 3}


def test_part_and_class_in_one_name() -> None:
    pairs = [f"{part}_{name}" for part in ("train", "test") for name in ANIMALS]
    assert summary(read(numbered(*pairs))) == ({"cats": GIVEN, "dogs": GIVEN}, 0, 0)
    cycle = [f"{part}{name}" for part in ("train", "test") for name in "AB"]
    assert summary(read(numbered(*cycle))) == ({"A": GIVEN, "B": GIVEN}, 0, 0)


def test_parts_within_each_class() -> None:
    layout = read(numbered(*below(ANIMALS, ("train", "test"))))
    assert summary(layout) == ({"cats": GIVEN, "dogs": GIVEN}, 0, 0)


@pytest.mark.parametrize(
    ("folders", "splits"),
    [
        (("images/train", "images/val"), {"training": 10, "validation": 10}),
        (("train2017", "val2017"), {"training": 10, "validation": 10}),
        (("train", "valid", "test"), {"training": 10, "validation": 10, "test": 10}),
        (("train/images", "valid/images"), {"training": 10, "validation": 10}),
        (("coco/images/train2017", "coco/images/val2017"), {"training": 10, "validation": 10}),
        (("train",), {"training": 10}),
        (("training_set",), {"training": 10}),
    ],
)
def test_row_2_photos_right_in_the_parts_wait_and_keep_them(folders, splits) -> None:
    layout = read(numbered(*folders) + [f"labels/{one}/0.txt" for one in folders])
    assert summary(layout) == ({}, 10 * len(folders), 0)
    assert layout.understood.unlabelled == splits
    (note,) = layout.notes
    assert "without a label" in note
    assert folders[0].rpartition("/")[2] in note


@pytest.mark.parametrize(
    "folder", ["images", "imgs", "My Photos", "data/images", "dataset/img", "test"]
)
def test_a_folder_that_only_says_photos_is_no_class(folder: str) -> None:
    assert summary(read(numbered(folder))) == ({}, 10, 0)


def test_numbered_pieces_of_one_set_are_no_classes() -> None:
    pieces = [f"images_{number:03}" for number in range(1, 4)]
    assert summary(read(numbered(*below(pieces, ["images"])))) == ({}, 30, 0)
    assert summary(read(numbered(*below(["fold1", "fold2"])))) == (
        {"cats": {"": 20}, "dogs": {"": 20}},
        0,
        0,
    )


def test_masks_beside_photos_are_left_out() -> None:
    files = named("images", "pug_", "Maine_Coon_") + named("annotations/trimaps", "pug_")
    assert summary(read(files)) == ({"Maine_Coon": {"": 10}, "pug": {"": 10}}, 0, 10)
    lungs = read(numbered(*below(("COVID", "Normal"), ("images", "masks"))))
    assert summary(lungs) == ({"COVID": {"": 10}, "Normal": {"": 10}}, 0, 20)


# === A part that is none ===


@pytest.mark.parametrize(
    "folders",
    [
        ("train", "bus", "car"),
        ("steam train", "bullet train"),
        ("train station", "test track"),
        ("valid", "invalid"),
        ("mask", "no_mask"),
        ("with_mask", "without_mask"),
        ("photo", "painting"),
        ("pretest", "protest"),
        ("class1", "class2"),
        ("folder A", "folder B"),
        ("1", "2"),
    ],
    ids=" ".join,
)
def test_classes_that_sound_like_parts_stay_classes(folders: tuple[str, ...]) -> None:
    layout = read(numbered(*folders))
    assert summary(layout) == ({name: {"": 10} for name in folders}, 0, 0)


def test_the_vehicle_train_may_have_folders_inside() -> None:
    layout = read(numbered("train/red", "train/blue", "bus", "car"))
    assert summary(layout)[0] == {"train": {"": 20}, "bus": {"": 10}, "car": {"": 10}}
    assert not layout.is_plain
    assert any("train" in note for note in layout.notes)
    assert Reading.SPLITS in [other.reading for other in layout.others]


@pytest.mark.parametrize("name", ["test", "valid", "train"])
def test_one_part_among_classes_is_asked_about(name: str) -> None:
    layout = read(numbered("cats", "dogs", name))
    assert set(layout.understood.classes) == {"cats", "dogs", name}
    assert not layout.is_plain
    assert [set(other.classes) for other in layout.others] == [{"cats", "dogs"}]
    assert any(name in note for note in layout.notes)


def test_a_set_in_many_folders_is_no_other_set() -> None:
    files = [f"{'a/b/c/' * 5}{one}" for one in numbered(*below(("train", "test")))]
    assert summary(read(files)) == ({"cats": GIVEN, "dogs": GIVEN}, 0, 0)


def test_one_part_among_classes_can_be_read_as_a_part() -> None:
    layout = read(numbered("cats", "dogs", "test"), Reading.SPLITS)
    assert set(layout.understood.classes) == {"cats", "dogs"}
    assert sum(layout.understood.unlabelled.values()) == 10


def test_without_training_the_photos_are_divided_anew() -> None:
    layout = read(numbered(*below(("val", "test"))))
    assert summary(layout) == ({"cats": {"": 20}, "dogs": {"": 20}}, 0, 0)
    assert any("no folder for training" in note for note in layout.notes)


def test_row_27_a_second_copy_inside_is_the_same_again() -> None:
    parts = below(("train", "test", "val"), ("NORMAL", "PNEUMONIA"))
    copies = [f"chest_xray/{root}{one}" for root in ("", "chest_xray/") for one in parts]
    layout = read([*numbered(*copies), "chest_xray/__MACOSX/train/NORMAL/._0.jpg"])
    assert summary(layout)[1:] == (0, 0)
    assert layout.understood.splits == {"training": 40, "validation": 40, "test": 40}
    assert list(layout.understood.classes) == ["NORMAL", "PNEUMONIA"]


def crossed(outer: str, inner: str) -> list[str]:
    """Each folder of one list with each of another in it."""
    return below(outer.split(), inner.split())


KNOWN = {
    "Intel scenes": (
        [*crossed("seg_train/seg_train seg_test/seg_test", "sea street"), "seg_pred/seg_pred"],
        ({"sea": GIVEN, "street": GIVEN}, 0, 10),
    ),
    "Fruits-360": (
        [*crossed("fruits/Training fruits/Test", "Apple Pear"), "fruits/test-multiple_fruits"],
        ({"Apple": GIVEN, "Pear": GIVEN}, 10, 0),
    ),
    "Tiny ImageNet": (
        ["train/n01/images", "train/n02/images", "val/images", "test/images"],
        ({"n01": {"training": 10}, "n02": {"training": 10}}, 20, 0),
    ),
    "CUB birds": (
        crossed("CUB/images CUB/segmentations", "1.Crow 2.Owl"),
        ({"1.Crow": {"": 10}, "2.Owl": {"": 10}}, 0, 20),
    ),
    "rock, paper, scissors": (
        [*crossed("rps/rps rps-test-set/rps-test-set", "paper rock"), "rps-validation"],
        ({"paper": GIVEN, "rock": GIVEN}, 10, 0),
    ),
    "Simpsons": (
        ["simpsons_dataset/abe", "simpsons_dataset/bart", "kaggle_testset/kaggle_testset"],
        ({"abe": {"training": 10}, "bart": {"training": 10}}, 10, 0),
    ),
    "malaria cells, twice": (
        crossed("cell_images cell_images/cell_images", "Infected Uninfected"),
        ({"Infected": {"": 20}, "Uninfected": {"": 20}}, 0, 0),
    ),
    "natural images, twice": (
        crossed("data/natural_images natural_images", "car plane"),
        ({"car": {"": 20}, "plane": {"": 20}}, 0, 0),
    ),
    "horses or humans, and again outside": (
        [*crossed("set/train set/test", "horses humans"), "set/horses", "set/humans"],
        ({"horses": {**GIVEN, "": 10}, "humans": {**GIVEN, "": 10}}, 0, 0),
    ),
    "waste, twice": (
        crossed("DATASET/TRAIN DATASET/TEST dataset/DATASET/TRAIN dataset/DATASET/TEST", "O R"),
        ({"O": {"training": 20, "test": 20}, "R": {"training": 20, "test": 20}}, 0, 0),
    ),
    "Caltech 101": (
        [*crossed("101_ObjectCategories", "ant crab"), "Annotations/ant"],
        ({"ant": {"": 10}, "crab": {"": 10}}, 0, 10),
    ),
    "Pascal VOC": (["VOC/JPEGImages", "VOC/SegmentationClass"], ({}, 10, 10)),
    "MVTec": (
        ["bottle/train/good", "bottle/test/good", "bottle/test/broken"],
        ({"broken": {"test": 10}, "good": GIVEN}, 0, 0),
    ),
    "digits": (
        crossed("mnist_png/training mnist_png/testing", "0 1"),
        ({"0": GIVEN, "1": GIVEN}, 0, 0),
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_sets_that_many_people_have(name: str) -> None:
    folders, expected = KNOWN[name]
    assert summary(read(numbered(*folders))) == expected


def coloured(*folders: str, photos: int = 6) -> dict[str, bytes]:
    """Photos that do not look alike, so many in each of these folders."""
    return {
        name: pictures.encoded(pictures.clouds(700 + number), "JPEG")
        for number, name in enumerate(numbered(*folders, photos=photos))
    }


def test_row_1_is_ready_as_it_comes(bring: Bring) -> None:
    outcome = bring(coloured(*below(("training_set", "test_set")), "single_prediction"))
    assert outcome.stored.class_sizes == {"cats": 12, "dogs": 12}
    assert outcome.kept.counts()["test"] == {"cats": 6, "dogs": 6}
    assert (outcome.received, len(outcome.rejected)) == (30, 6)
    assert outcome.stored.missing == ()


def test_row_3_waits_for_those_to_be_guessed_alone(bring: Bring) -> None:
    files = coloured("train", "test1", photos=14)
    named_files = {
        name.replace("train/", "train/cat." if number % 2 else "train/dog."): data
        for number, (name, data) in enumerate(files.items())
    }
    outcome = bring(named_files)
    assert outcome.stored.class_sizes == {"cat": 7, "dog": 7, "unlabelled": 14}
    assert any("names of the files: cat and dog" in note for note in outcome.notes)


def test_row_27_each_photo_is_taken_once(bring: Bring) -> None:
    once = coloured(*below(("train", "test"), ("NORMAL", "PNEUMONIA")))
    outcome = bring({**once, **{f"chest_xray/{name}": data for name, data in once.items()}})
    assert outcome.stored.class_sizes == {"NORMAL": 12, "PNEUMONIA": 12}
    assert outcome.stored.missing == ()
    assert (outcome.received, len(outcome.rejected)) == (48, 24)


# === Row 3: labels in the names of files ===


def test_row_3_cats_against_dogs_of_kaggle() -> None:
    files = named("train", "cat.", "dog.") + numbered("test1")
    layout = read(files)
    assert layout.understood.reading is Reading.NAMES
    assert summary(layout) == ({"cat": {"training": 10}, "dog": {"training": 10}}, 10, 0)
    assert layout.understood.unlabelled == {"test": 10}
    assert not layout.is_plain
    assert any("cat and dog" in note for note in layout.notes)


@pytest.mark.parametrize("folder", ["images", "oxford pets", "train", "a/b/c"])
@pytest.mark.parametrize("style", ["{0}_{1}", "{0}.{1}", "{0} ({1})", "{0}-00{1}", "{1:04}_{0}"])
def test_row_3_names_of_many_styles(folder: str, style: str) -> None:
    classes = ("Maine_Coon", "pug", "Egyptian_Mau")
    files = [f"{folder}/{style.format(name, n)}.jpg" for name in classes for n in range(8)]
    layout = read(files)
    assert {
        name: sum(of.values()) for name, of in layout.understood.classes.items()
    } == dict.fromkeys(sorted(classes, key=str.casefold), 8)


def test_row_3_loose_files() -> None:
    files = [f"{name}{number}.jpg" for name in ("cat", "dog") for number in range(5)]
    assert set(read(files).understood.classes) == {"cat", "dog"}


@pytest.mark.parametrize(
    "names",
    [
        ("IMG_", "DSC"),
        ("IMG-20230101-WA", "Screenshot_2023-01-01-"),
        ("PXL_20230101_", "WhatsApp Image 2023-01-01 at 10.00."),
        ("", "photo"),
        ("clip1_frame", "clip2_frame"),
        ("scan", "image"),
    ],
)
def test_row_3_what_cameras_write_is_no_label(names: tuple[str, ...]) -> None:
    layout = read(named("holiday", *names))
    assert layout.understood.reading is Reading.CLASSES
    assert summary(layout)[0] == {"holiday": {"": 10 * len(names)}}
    assert Reading.NAMES not in [other.reading for other in layout.others]


@pytest.mark.parametrize(
    "files",
    [
        named("images", "cat", "dog", photos=4),
        named("images", "cat") + numbered("images"),
        named("images", "cat", "dog") + [f"images/{n}.jpg" for n in range(2)],
        named("images", "cat"),
    ],
    ids=["four of each", "half have none", "one in ten has none", "one class"],
)
def test_row_3_too_little_is_no_label(files: list[str]) -> None:
    assert summary(read(files)) == ({}, len(files), 0)


def test_row_3_a_few_odd_names_wait() -> None:
    files = [*named("images", "cat", "dog", photos=30), "images/notes 1.jpg", "images/x.jpg"]
    assert summary(read(files)) == ({"cat": {"": 30}, "dog": {"": 30}}, 2, 0)


def test_folders_go_before_names() -> None:
    files = [f"{folder}/{name}_{n}.jpg" for folder in ANIMALS for name in "xy" for n in range(6)]
    layout = read(files)
    assert set(layout.understood.classes) == {"cats", "dogs"}
    assert layout.is_plain
    assert [other.reading for other in layout.others] == [Reading.NAMES]
    same = [f"{name}s/{name}.{n}.jpg" for name in ("cat", "dog") for n in range(6)]
    assert read(same).others == (), "the same by another name"


# === Readings ===


def test_every_reading_can_be_asked_for() -> None:
    files = numbered(*COURSE, "single_prediction")
    found = {one: read(files, one).understood for one in (Reading.CLASSES, Reading.NONE)}
    assert set(found[Reading.CLASSES].classes) == {"training_set", "test_set", "single_prediction"}
    assert found[Reading.NONE].classes == {}
    assert sum(found[Reading.NONE].unlabelled.values()) == 40
    offered = read(files).others
    assert [other.reading for other in offered] == [Reading.CLASSES]
    assert offered[0] == found[Reading.CLASSES]


def test_plain_class_folders_leave_nothing_to_ask() -> None:
    layout = read([*numbered("cats", "dogs/old", "dogs/young"), "loose.jpg"])
    assert layout.is_plain
    assert layout.others == ()
    assert layout.notes == ()
    assert read(["1.jpg", "2.jpg"]).is_plain


def test_the_same_folders_in_each_class_may_be_the_classes() -> None:
    layout = read(numbered(*below(("indoors", "outdoors"))))
    assert set(layout.understood.classes) == {"indoors", "outdoors"}
    (other,) = layout.others
    assert other.reading is Reading.SPLITS
    assert set(other.classes) == {"cats", "dogs"}
    assert not layout.is_plain


# === Whatever the names: no class lost, none invented, none merged, counts add up ===

WORDS = {
    "training": ["train", "training", "entrenamiento", "学習", "trn"],
    "validation": ["val", "valid", "validation", "dev", "検証"],
    "test": ["test", "testing", "holdout", "prueba", "测试"],
}
FILLED = ["{}", "{}_set", "{}2017", "{} data", "{}-images (1)", "my {} photos", "{}1", "sea_{}"]
FILLERS = ["images", "data", "my photos", "Dataset", "archive", "photos (1)"]
ODD = ["cats", "dogs", "masks", "single_prediction", "unlabelled", "training_set", "test1", "fold2"]
class_name = st.sampled_from(
    ["cats", "dogs", "Maine_Coon", "trainer", "train station", "valley", "n02085620", "7", "猫"]
)
splits = st.sets(st.sampled_from(["training", "validation", "test"]), min_size=2).filter(
    lambda found: "training" in found
)


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[str], dict[tuple[str, str], int]]:
    """Files in random layouts of one kind, and how many of each class and split there are."""
    classes = draw(st.lists(class_name, min_size=2, max_size=5, unique=True))
    style = draw(st.sampled_from(FILLED))
    around = draw(st.lists(st.sampled_from(FILLERS), max_size=2))
    inner = draw(st.none() | st.sampled_from(["again", *FILLERS]))
    deeper = draw(st.sampled_from(["", "/old", "/old/a"]))
    files: list[str] = []
    counts: dict[tuple[str, str], int] = {}
    for split in sorted(draw(splits)):
        part = style.format(draw(st.sampled_from(WORDS[split])))
        extra = [] if inner is None else [part if inner == "again" else inner]
        for name in classes:
            photos = draw(st.integers(1, 6))
            folder = "/".join([*around, part, *extra, name]) + deeper
            files += numbered(folder, photos=photos)
            counts[name, split] = photos
    return draw(st.permutations(files)), counts


@given(trees())
def test_any_tree_of_parts_and_classes(made) -> None:
    files, counts = made
    found = read(files).understood
    assert {
        (name, split): photos for name, of in found.classes.items() for split, photos in of.items()
    } == counts
    assert not sum(found.unlabelled.values())
    assert not found.left_out


@given(
    st.lists(class_name, min_size=2, max_size=5, unique=True),
    st.lists(st.sampled_from(FILLERS), max_size=2),
    st.data(),
)
def test_any_class_folders_in_any_wrapping(classes, around, data) -> None:
    sizes = {name: data.draw(st.integers(1, 6)) for name in classes}
    files = [
        one
        for name, size in sizes.items()
        for one in numbered("/".join([*around, name]), photos=size)
    ]
    layout = read(files)
    assert summary(layout) == ({name: {"": size} for name, size in sizes.items()}, 0, 0)
    assert layout.is_plain


anywhere = st.lists(
    st.lists(
        st.sampled_from([*FILLERS, *(word for of in WORDS.values() for word in of), *ODD]),
        max_size=4,
    ),
    min_size=1,
    max_size=25,
)


@given(anywhere, st.sampled_from([None, *Reading]))
def test_every_photo_is_counted_once_in_any_tree(folders: list[list[str]], reading) -> None:
    files = ["/".join([*of, f"{number}.jpg"]) for number, of in enumerate(folders)]
    try:
        layout = read(files, reading)
    except SourceError as error:
        assert reading is not None
        assert "cannot be read so" in str(error)
        return
    classes, unlabelled, left_out = summary(layout)
    assert sum(sum(of.values()) for of in classes.values()) + unlabelled + left_out == len(files)
    names = {class_names.key(name) for of in folders for name in of}
    assert {class_names.key(name) for name in classes} <= names
    for one in (layout.understood, *layout.others):
        total = sum(sum(of.values()) for of in (*one.classes.values(), one.unlabelled))
        assert total + sum(left.files for left in one.left_out) == len(files)
    if reading is None:
        assert not {"single_prediction", "training_set", "test1"} & classes.keys()
        found = layout.understood.reading
        assert read(files, found).places == layout.places, "what is shown is what is kept"
