"""Names that mean a class: what is offered, and what had better not be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SettingError
from pipeline.photos.other_names import LEFT_OUT, labels, read_pairs, suggest
from tests.growth_of_work import times_as_long


@pytest.mark.parametrize(
    ("name", "learned"),
    [
        ("cats", "Cat"),
        ("CATS", "cat"),
        ("Cat", "cats"),
        ("Early_blight", "Early blight"),
        ("earlyBlight", "early-blight"),
        ("Potato___Early_blight", "potato early blight"),
        ("Pokémon", "pokemon"),
        ("Ærø", "aero"),
        ("Straße", "strasse"),
        ("mice", "mouse"),
        ("butterflies", "Butterfly"),
        ("leaves", "leaf"),
        ("knives", "knife"),
        ("foxes", "fox"),
        ("house mice", "House Mouse"),
        ("001.Cardinal", "cardinal"),
        ("cardinals", "017.Cardinal"),
        ("n02085620-Chihuahua", "Chihuahua"),
        ("Chihauhua", "Chihuahua"),
        ("dandelon", "dandelion"),
        ("sunflowerr", "sunflower"),
        ("perro", "dogs"),
        ("Hunde", "dog"),
        ("chats", "Cat"),
        ("gato", "Katze"),
        ("猫", "cat"),
        ("कुत्ता", "dog"),
        ("собаки", "Dog"),
    ],
)
def test_names_that_mean_the_class(name: str, learned: str) -> None:
    others = ["sky scraper", "teapot", "Boeing 737"]
    assert suggest([name], [*others, learned]) == {name: learned}


@pytest.mark.parametrize(
    ("name", "learned"),
    [
        ("bats", ["cat"]),
        ("house", ["horse"]),
        ("bus", ["bu"]),
        ("bass", ["bas"]),
        ("Boeing 737-300", ["Boeing 737-200"]),
        ("2 Euro", ["1 Euro"]),
        ("3 series sedan", ["5 series sedan"]),
        ("hot dog", ["dog"]),
        ("not a cat", ["cat"]),
        ("teapot", ["cat", "dog"]),
        ("cats", ["Cat", "CAT.", "dog"]),  # two of them: who knows which
        ("", ["cat"]),
        ("___", ["..."]),
        ("卡", ["猫", "狗"]),
    ],
)
def test_names_of_something_else(name: str, learned: list[str]) -> None:
    assert suggest([name], learned) == {name: None}


def test_beside_the_class_itself_a_name_nearly_like_it_is_another_thing() -> None:
    learned = ["Black Bear Cub", "dog"]
    assert suggest(["Blank Bear Cub"], learned) == {"Blank Bear Cub": "Black Bear Cub"}
    assert suggest(["Blank Bear Cub"], learned, learned) == {"Blank Bear Cub": None}
    assert suggest(["Black Bear Cubs"], learned, learned) == {"Black Bear Cubs": "Black Bear Cub"}


NAMES = st.text(st.sampled_from("abcs -_1éत्猫"), max_size=12)


@given(st.lists(NAMES, max_size=6), st.lists(NAMES, max_size=6, unique=True))
def test_any_names_get_a_class_or_none(unknown: list[str], learned: list[str]) -> None:
    found = suggest(unknown, learned)
    assert set(found) == set(unknown)
    assert set(found.values()) <= {*learned, None}


def test_three_hundred_names_are_looked_at_in_a_moment() -> None:
    learned = [f"Genus{place % 17} species number {place:03}" for place in range(300)]
    unknown = [name.upper().replace(" ", "_") + "s" for name in learned]
    assert len(suggest(unknown, learned)) == 300
    pairs = times_as_long(lambda count: suggest(unknown[:count], learned[:count]), 30, 300)
    assert pairs < 100 * 2, "each is compared with each, once"


def test_what_is_typed() -> None:
    said = read_pairs(["cats=Cat", "a=b=DOG", "junk="], ["cat", "dog"])
    assert said == {"cats": "cat", "a=b": "dog", "junk": LEFT_OUT}
    assert labels(["Cats", "dog", "junk", "x"], ["cat", "dog"], said) == {"Cats": 0, "dog": 1}
    for wrong in ("cats", "cats=horse", "=cat", " =cat", "="):
        with pytest.raises(SettingError, match=r"FOLDER=CLASS.*cat and dog.*Received"):
            read_pairs([wrong], ["cat", "dog"])


def test_a_name_means_one_class() -> None:
    assert read_pairs(["pets=cat", "Pets=Cat"], ["cat", "dog"]) == {"pets": "cat"}
    with pytest.raises(SettingError, match=r"only once which one pets means.*'pets=dog'"):
        read_pairs(["pets=cat", "pets=dog"], ["cat", "dog"])


def test_a_class_may_be_said_to_be_another() -> None:
    assert labels(["cat", "dog"], ["cat", "dog"], {"cat": "dog", "dog": LEFT_OUT}) == {"cat": 1}
