"""The score on class folders: every file is accounted for, whatever its folder is called."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.classify import folder_score
from pipeline.classify.classifier import Classifier
from pipeline.classify.folder_score import score
from pipeline.errors import PhotoError
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.other_names import read_pairs
from tests.pipeline.classify.test_stream import BLUE, RED, incoming, picture

PHOTOS = [
    incoming(0, picture(RED), "Red"),
    incoming(1, picture(BLUE), "red"),  # called wrong
    incoming(2, picture(BLUE), "BLUE"),
    incoming(3, picture(BLUE), "Blues"),
    incoming(4, b"", "red"),
    incoming(5, picture(RED), "Reds"),
    incoming(6, picture(RED), "reds "),
    incoming(7, picture(RED), "teapots"),
    incoming(8, picture(RED), ""),
    PhotoError("9.jpg", "It is gone."),
]


def test_scores_count_what_was_known_and_readable(classifier: Classifier, decoder: Decoder) -> None:
    scores = score(PHOTOS, classifier, decoder)
    assert scores["photos"] == 3
    assert scores["accuracy"] == pytest.approx(2 / 3)
    assert scores["confusion"] == [[1, 1], [0, 1]]
    assert [one["name"] for one in scores["rejected"]] == ["4.jpg", "9.jpg"]
    assert scores["received"] == len(PHOTOS)
    json.dumps(scores)


def test_each_unknown_class_is_told_once_with_what_it_may_mean(
    classifier: Classifier, decoder: Decoder
) -> None:
    unknown = score(PHOTOS, classifier, decoder)["unknown"]
    assert [(one["class"], one["photos"], one["suggestion"]) for one in unknown] == [
        ("Reds", 2, "red"),
        ("Blues", 1, "blue"),
        ("teapots", 1, None),
        ("", 1, None),
    ]
    assert unknown[0]["reason"] == "The run never learned the class Reds: 2 photos left out."
    assert unknown[0]["advice"] == "If it means red, say --map Reds=red."
    assert unknown[0]["map"] == "Reds=red"
    assert unknown[2]["advice"] == "If it means a learned class, say --map teapots=CLASS."
    assert unknown[3]["reason"] == "Nothing says the class of 1 photo."


def test_the_advice_for_a_name_that_begins_with_a_dash_can_be_typed(
    classifier: Classifier, decoder: Decoder
) -> None:
    unknown = score([incoming(0, b"", "-x y")], classifier, decoder)["unknown"]
    assert unknown[0]["advice"] == "If it means a learned class, say --map='-x y=CLASS'."


def test_what_is_said_of_names_counts(classifier: Classifier, decoder: Decoder) -> None:
    pairs = ["Reds=red", "BLUES=Blue", "teapots=", "kettles=red"]
    scores = score(PHOTOS, classifier, decoder, read_pairs(pairs, classifier.classes))
    assert scores["photos"] == 6
    assert scores["confusion"] == [[3, 1], [0, 2]]
    assert [(one["class"], one["photos"]) for one in scores["unknown"]] == [("teapots", 1), ("", 1)]
    assert scores["unknown"][0]["reason"] == "1 photo of teapots left out, as you said."
    assert scores["received"] == len(PHOTOS) == 6 + 2 + 2
    assert scores["map_unused"] == ["kettles"]


def test_five_thousand_photos_of_one_unknown_class_are_one_sentence(
    classifier: Classifier, decoder: Decoder
) -> None:
    """They are not even read: there is nothing that an answer could be held against."""

    def never() -> bytes:
        raise AssertionError

    photos = [incoming(number, b"", "reds") for number in range(4_999)]
    scores = score(
        [folder_score.Incoming(one.name, one.class_name, None, never) for one in photos],
        classifier,
        decoder,
    )
    (unknown,) = scores["unknown"]
    assert (unknown["photos"], scores["received"], scores["photos"]) == (4_999, 4_999, 0)
    assert scores["accuracy"] is None
    assert len(json.dumps(scores)) < 1_000


@given(st.lists(st.sampled_from(["red", "Reds", "blue", "x", "", "a=b", "éß"]), max_size=40))
def test_every_photo_is_counted_once(names: list[str]) -> None:
    labels = folder_score._Labels(("red", "blue"), {"reds": "red", "x": ""})
    asked = list(labels.known(incoming(number, b"", name) for number, name in enumerate(names)))
    assert len(asked) + labels.unknown.total() == len(names)
    assert all(labels.index(one.class_name) in (0, 1) for one in asked)
    assert sum(int(str(one["photos"])) for one in labels.told()) == labels.unknown.total()
