"""How files were understood, in words."""

from __future__ import annotations

from pipeline.photos.sources.readings import Reading
from pipeline.wording import layout_text


def test_every_reading_has_its_words() -> None:
    assert set(layout_text.READINGS) == set(Reading)


def test_of_many_names_the_first_are_named() -> None:
    assert layout_text.listed(["a", "b"]) == "a and b"
    assert layout_text.listed([str(n) for n in range(11)]).endswith("6, 7 and 3 more")


def test_sentences() -> None:
    assert layout_text.labels_from_names(["cat", "dog"]).endswith("cat and dog.")
    assert "1 photo in train came" in layout_text.folders_without_class(1, ["train"])
    assert layout_text.may_be_no_class(["train"]).startswith("train was taken as a class")
