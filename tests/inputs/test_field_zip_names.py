"""Names in zips of the world: readable, and no two folders ever become one class."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.errors import SettingError, SourceError
from pipeline.photos import class_names
from pipeline.photos.sources.archive import open_archive
from pipeline.photos.sources.code_pages import CODE_PAGES, code_page
from pipeline.photos.sources.folder import open_folder
from pipeline.photos.sources.members import open_members
from pipeline.progress import silent
from tests.file_sets import PHOTO
from tests.inputs import pictures, zips
from tests.inputs.importing import Bring
from tests.inputs.zips import UTF8, Entry, true_name

WORDS = {
    "big5": ("功夫", "功課", "椅子"),
    "gbk": ("猫", "功课", "椅子"),
    "shift_jis": ("表", "能", "犬"),
    "euc_kr": ("고양이", "강아지", "사과"),
    "cp866": ("кошки", "собаки", "яблоки"),
    "cp1251": ("кошки", "собаки", "яблоки"),
    "cp437": ("Kätzchen", "Hündchen", "Äpfel"),
    "cp850": ("kjøtt", "blåbær", "kylling"),
    "cp1252": ("élèves", "forêt", "chien"),
    "cp852": ("růže", "tulipány", "slunečnice"),
    "cp737": ("γάτες", "σκύλοι", "μήλα"),
    "cp862": ("חתולים", "כלבים", "סוסים"),
    "cp874": ("แมว", "สุนัข", "นก"),
    "utf-8": ("猫", "Kätzchen", "кошки"),
}


def classes_in(path: Path, page: str | None = None) -> list[str]:
    """The class of each photo that a zip holds, in its order."""
    with open_archive(path, code_page=code_page(page) if page else None) as opened:
        return [one.class_name for one in opened.photos]


def written(folder: Path, names: Sequence[bytes], **options: object) -> Path:
    entries = [Entry(name, PHOTO, zips.STORED) for name in names]
    return zips.write(folder / "pets.zip", *entries, **options)


@pytest.mark.parametrize("separator", ["/", "\\"])
@pytest.mark.parametrize("page", WORDS)
def test_folders_of_every_code_page_are_read_as_their_owner_wrote_them(
    tmp_path: Path, page: str, separator: str
) -> None:
    names = [f"{word}{separator}{number}.jpg" for word in WORDS[page] for number in range(2)]
    path = written(tmp_path, [name.encode(page) for name in names])
    assert sorted(set(classes_in(path))) == sorted(WORDS[page])


def test_the_windows_zip_of_the_thread_makes_three_classes(bring: Bring) -> None:
    # The second byte of both first signs is a backslash.
    entries = [
        Entry(f"{word}/{number}.jpg".encode("big5"), pictures.jpeg(seed=10 * place + number))
        for place, word in enumerate(WORDS["big5"])
        for number in range(2)
    ]
    bring.plain_names = False
    outcome = bring(zips.write(bring.folder / "pets.zip", *entries))
    assert outcome.stored.class_sizes == dict.fromkeys(WORDS["big5"], 2)


def test_a_sign_with_a_backslash_in_it_is_no_folder_even_at_the_top(tmp_path: Path) -> None:
    path = written(tmp_path, ["椅子/1.jpg".encode("big5"), "功.jpg".encode("big5")])
    assert classes_in(path) == ["", "椅子"]


def test_a_file_that_ends_in_such_a_sign_is_no_folder(tmp_path: Path) -> None:
    path = written(tmp_path, ["椅子/1.jpg".encode("big5"), "椅子/功".encode("big5")])
    assert classes_in(path) == ["椅子", "椅子"]


def test_a_backslash_is_a_letter_where_slashes_separate(tmp_path: Path) -> None:
    path = written(tmp_path, [b"AC\\DC/1.jpg", b"AC\\BC/1.jpg"])
    assert classes_in(path) == ["AC\\BC", "AC\\DC"]


def test_a_colon_is_a_letter_but_behind_a_drive(tmp_path: Path) -> None:
    path = written(tmp_path, [b"A: red/1.jpg", b"B: red/1.jpg", b"C:/green/1.jpg"])
    assert classes_in(path) == ["A: red", "B: red", "green"]


class TestTheTrueNameBesideAnOldOne:
    def named(self, tmp_path: Path, extra: bytes) -> list[str]:
        raw = b"K\x84tzchen/1.jpg"
        entry = Entry(raw, PHOTO, zips.STORED, extra=extra)
        return classes_in(zips.write(tmp_path / "pets.zip", entry))

    def test_it_counts(self, tmp_path: Path) -> None:
        raw = b"K\x84tzchen/1.jpg"
        assert self.named(tmp_path, true_name("猫/1.jpg", raw)) == ["猫"]

    def test_behind_other_fields_too(self, tmp_path: Path) -> None:
        extra = b"\x55\x54\x05\x00" + bytes(5) + true_name("猫/1.jpg", b"K\x84tzchen/1.jpg")
        assert self.named(tmp_path, extra) == ["猫"]

    @pytest.mark.parametrize(
        "extra",
        [
            true_name("猫/1.jpg", b"another name"),
            true_name("猫/1.jpg", b"K\x84tzchen/1.jpg", version=2),
            true_name("", b"K\x84tzchen/1.jpg"),
            true_name("猫", b"K\x84tzchen/1.jpg")[:-1].replace(b"\x08\x00", b"\x07\x00"),
            b"\x75\x70\x02\x00\x01\x00",
        ],
    )
    def test_unless_it_belongs_to_another_name_or_is_broken(
        self, tmp_path: Path, extra: bytes
    ) -> None:
        assert self.named(tmp_path, extra) == ["Kätzchen"]


def test_one_sign_of_chinese_that_could_be_utf8_is_asked_about(tmp_path: Path) -> None:
    names = [f"{word}/{number}.jpg" for word in ("\u732b", "dogs") for number in range(6)]
    with open_archive(written(tmp_path, [name.encode("gbk") for name in names])) as opened:
        assert ("\u732b",) in [choice.names for choice in opened.choices]


def test_names_that_are_not_the_utf8_that_they_promise(tmp_path: Path) -> None:
    entries = [
        Entry(b"d\xf6gs/1.jpg", PHOTO, zips.STORED, UTF8),
        Entry("猫/1.jpg".encode(), PHOTO, zips.STORED, UTF8),
    ]
    path = zips.write(tmp_path / "pets.zip", *entries)
    with open_archive(path) as opened:
        photos = list(opened.photos)
        assert [one.class_name for one in photos] == ["dögs", "猫"]
        assert [one.read() for one in photos] == [PHOTO, PHOTO]


def test_names_of_two_programs_in_one_zip(tmp_path: Path) -> None:
    names = ["Kätzchen/ü.jpg".encode(), "Hündchen/ß.jpg".encode("cp437"), b"cats/1.jpg"]
    assert classes_in(written(tmp_path, names)) == ["cats", "Hündchen", "Kätzchen"]


def test_the_same_letters_in_two_code_pages_stay_two_folders(tmp_path: Path) -> None:
    names = ["Kätzchen/1.jpg".encode(), "Kätzchen/1.jpg".encode("cp437"), b"dogs/1.jpg"]
    assert len(set(classes_in(written(tmp_path, names)))) == 3


def test_bytes_that_are_no_letters_stay_apart(tmp_path: Path) -> None:
    names = [bytes([byte, 0x2F]) + b"1.jpg" for byte in range(0x80, 0x100)]
    assert len(set(classes_in(written(tmp_path, names)))) == 0x80


class TestChoosing:
    def test_the_code_page_that_was_chosen_counts(self, tmp_path: Path) -> None:
        path = written(tmp_path, ["kočky/1.jpg".encode("cp852")])
        assert classes_in(path, "cp852") == ["kočky"]
        assert classes_in(path, "cp850") != ["kočky"]

    @pytest.mark.parametrize("name", ["Big5", "shift-jis", "GBK", "euc-kr", "koi8-r", "latin-1"])
    def test_by_the_names_that_people_know(self, name: str) -> None:
        assert code_page(name) in CODE_PAGES

    @pytest.mark.parametrize("name", ["", "klingon", "utf-16", "rot13", "\0", "idna", "a" * 9999])
    def test_another_name_is_refused(self, name: str) -> None:
        with pytest.raises(SettingError, match=r"one of utf-8, cp437, .* Received: "):
            code_page(name)

    def test_one_that_these_names_are_not_written_in(self, tmp_path: Path) -> None:
        path = written(tmp_path, [b"\xff\xff/1.jpg"])
        with pytest.raises(SourceError, match=r"^pets\.zip has names that are not written in Jap"):
            classes_in(path, "euc_jp")


letters = st.characters(exclude_categories=("C", "Z"), exclude_characters="/\\:.")


@st.composite
def folders(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A code page, and names of folders that can be written in it and mean different classes."""
    page = draw(st.sampled_from([one.codec for one in CODE_PAGES]))
    name = st.text(letters.filter(lambda sign: writes(sign, page)), min_size=1, max_size=6)
    names = draw(st.lists(name, min_size=2, max_size=6, unique_by=class_names.key))
    return page, names


def writes(text: str, page: str) -> bool:
    try:
        return text.encode(page).decode(page) == text
    except UnicodeError:
        return False


@given(folders(), st.sampled_from("/\\"), st.booleans())
@settings(max_examples=300, deadline=None)
def test_no_class_is_lost_invented_or_merged_whatever_the_code_page(
    drawn: tuple[str, list[str]], separator: str, chosen: bool
) -> None:
    page, names = drawn
    raw = [f"{name}{separator}{number}.jpg".encode(page) for name in names for number in range(2)]
    with tempfile.TemporaryDirectory() as folder:
        found = classes_in(written(Path(folder), raw), page if chosen else None)
    assert len(found) == len(raw)
    assert all(found)
    assert len(set(found)) == len(names)
    assert all(found.count(one) == 2 for one in found)
    if chosen:
        assert sorted(set(found)) == sorted(names)


@given(st.lists(st.binary(min_size=1, max_size=8), min_size=2, max_size=8, unique=True))
@settings(max_examples=300, deadline=None)
def test_two_names_of_any_bytes_stay_two(names: list[bytes]) -> None:
    names = [name for name in names if not set(name) & set(b"/\0") and name not in (b".", b"..")]
    assume(len(names) > 1 and not any(name[1:2] == b":" for name in names))  # a drive
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), [name + b"/1.jpg" for name in names])
        with open_members(path, "pets.zip") as members:
            folders = [members.parts(member)[:-1] for member in members.files]
    assert len(set(folders)) == len(names)
    assert all(len(parts) == 1 for parts in folders)


class TestTold:
    def test_a_guess_that_could_be_another_is_told_with_what_to_do(self, bring: Bring) -> None:
        bring.plain_names = False
        entries = [
            Entry(f"{word}/{number}.jpg".encode("cp1250"), pictures.jpeg(seed=number + 9 * place))
            for place, word in enumerate(("macskák", "dogs"))
            for number in range(2)
        ]
        outcome = bring(zips.write(bring.folder / "pets.zip", *entries))
        (note,) = [note for note in outcome.notes if "code page" in note]
        assert "import it again with another code page" in note
        assert any(one in note for one in outcome.kept.classes)

    def test_what_is_sure_is_not_talked_about(self, bring: Bring) -> None:
        bring.plain_names = False
        path = bring.folder / "pets.zip"
        good = [Entry(f"{word}/1.jpg".encode("big5"), PHOTO) for word in WORDS["big5"]]
        with open_archive(zips.write(path, *good)) as opened:
            assert opened.notes == ()


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such names")
class TestFoldersUnpackedOnAnotherSystem:
    def test_names_that_are_no_text_become_letters_and_stay_apart(self, bring: Bring) -> None:
        bring.plain_names = False
        root = os.fsencode(bring.folder / "pets")
        for place, word in enumerate(("кошки", "собаки")):
            os.makedirs(root + b"/" + word.encode("cp1251"))  # noqa: PTH103 - Path takes no bytes
            for number in range(2):
                file = root + b"/" + word.encode("cp1251") + b"/%d.jpg" % number
                with open(file, "wb") as stream:  # noqa: PTH123
                    stream.write(pictures.jpeg(seed=10 * place + number))
        outcome = bring(bring.folder / "pets")
        assert outcome.stored.class_sizes == {"кошки": 2, "собаки": 2}

    def test_two_that_would_look_alike(self, tmp_path: Path) -> None:
        root = os.fsencode(tmp_path / "pets")
        for name in (b"\xff", b"\xfe"):
            os.makedirs(root + b"/" + name)  # noqa: PTH103
            with open(root + b"/" + name + b"/1.jpg", "wb") as stream:  # noqa: PTH123
                stream.write(PHOTO)
        opened = open_folder(tmp_path / "pets", silent)
        assert len({one.class_name for one in opened.photos}) == 2
