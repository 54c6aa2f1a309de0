"""Old code pages told by the names themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.photos.sources.code_pages import CODE_PAGES, LAST_RESORT, UTF_8, Spelling, guess

PHRASES = (
    ("cp950", "貓 狗 蘋果 香蕉"),
    ("gb18030", "玫瑰 蒲公英 向日葵"),
    ("gb18030", "正常 异常"),
    ("cp932", "ネコ イヌ"),
    ("cp932", "写真 訓練"),
    ("cp949", "고양이 강아지"),
    ("cp866", "КОШКИ СОБАКИ"),
    ("cp1251", "хорошие плохие"),
    ("koi8_u", "кошки собаки"),
    ("cp437", "Löwenzahn Gänseblümchen"),
    ("cp1252", "caña perro"),
    ("cp852", "kočky psi żółw łosie"),
    ("cp1253", "γάτες σκύλοι"),
    ("cp1255", "חתולים כלבים"),
    ("cp1256", "قطط كلاب"),
    ("cp857", "kediler köpekler çiçek ağaç"),
)


@pytest.mark.parametrize(("page", "words"), PHRASES)
def test_the_page_that_makes_sense_or_it_is_said_to_be_unsure(page: str, words: str) -> None:
    names = [f"{word}/1.jpg".encode(page) for word in words.split()]
    spelling = guess([name for name in names if not name.isascii()])
    read = " ".join(str(spelling.read(name)).removesuffix("/1.jpg") for name in names)
    assert read == words


def test_most_of_these_are_sure() -> None:
    sure = [
        not guess([word.encode(page) for word in words.split()]).others for page, words in PHRASES
    ]
    assert sum(sure) > len(sure) / 2


def test_what_could_be_meant_instead_is_named() -> None:
    spelling = guess([b"macsk\xe1k/1.jpg"])
    assert "cp1252" in [page.codec for page in spelling.others] + [spelling.page.codec]
    assert len(spelling.others) == len(set(spelling.others)) >= 1


def test_utf8_in_every_script_is_told_without_a_mark() -> None:
    for word in ("猫", "Kätzchen", "кошки", "γάτες", "é", "ü", "አማርኛ", "🐱", "ไทย"):
        assert guess([word.encode()]).page is UTF_8


def test_one_word_that_is_utf8_by_chance_does_not_make_two_pages_of_one() -> None:
    names = ["猫".encode("gbk"), "狗".encode("gbk")]  # the first is a letter of UTF-8 as well
    assert names[0].decode("utf-8")
    spelling = guess(names)
    assert [spelling.read(name) for name in names] == ["猫", "狗"]


@given(st.sets(st.binary(min_size=1, max_size=6), min_size=1, max_size=6), st.sampled_from("/\\"))
def test_any_bytes_are_read_and_kept_apart(names: set[bytes], separator: str) -> None:
    spelling = guess(names, separator)
    texts = [spelling.read(name) for name in names]
    assert None not in texts
    assert len(set(texts)) == len(names)


@given(st.binary(max_size=40))
def test_the_last_resort_reads_everything(name: bytes) -> None:
    assert Spelling(LAST_RESORT, mixed=False).read(name) is not None


def test_all_pages_are_known_to_python_and_read_ascii_as_it_is() -> None:
    assert len({page.codec for page in CODE_PAGES}) == len(CODE_PAGES)
    for page in CODE_PAGES:
        assert b"cats/1 (2).jpg".decode(page.codec) == "cats/1 (2).jpg"


def test_tens_of_thousands_of_names_are_judged_at_once() -> None:
    names = [f"{n % 9}/кошка {n}".encode("cp866") for n in range(50_000)]
    assert guess(names).page.codec == "cp866"
