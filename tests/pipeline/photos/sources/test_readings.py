"""What a reading makes of photos, in numbers."""

from __future__ import annotations

from pipeline.errors import Why
from pipeline.photos.sources.layout import Place
from pipeline.photos.sources.readings import Layout, Reading, understood

PLACES = (
    Place("cats", "training"),
    Place("Cats", "test"),
    Place("cats", "training"),
    Place("dogs"),
    Place("", "test"),
    Place("unlabelled"),
    Place(why=Why("No.", "Never.")),
)


def test_counts_add_up() -> None:
    found = understood(Reading.SPLITS, PLACES)
    assert found.classes == {"cats": {"training": 2, "test": 1}, "dogs": {"": 1}}
    assert found.unlabelled == {"test": 1, "": 1}
    assert found.splits == {"training": 2, "test": 2}
    assert [(one.why.reason, one.files) for one in found.left_out] == [("No.", 1)]


def test_as_plain_data() -> None:
    found = understood(Reading.SPLITS, PLACES)
    other = understood(Reading.NONE, [Place()])
    told = Layout(PLACES, found, (other,), False).to_json()
    assert told.pop("photos") == [
        {"split": "training", "class": "cats", "photos": 2},
        {"split": "test", "class": "cats", "photos": 1},
        {"split": "test", "class": "unlabelled", "photos": 1},
        {"split": None, "class": "dogs", "photos": 1},
        {"split": None, "class": "unlabelled", "photos": 1},
    ]
    (offered,) = told.pop("others")
    assert offered["reading"] == "none"
    assert offered["photos"] == [{"split": None, "class": "unlabelled", "photos": 1}]
    assert told == {
        "reading": "splits",
        "classes": {"cats": 3, "dogs": 1},
        "splits": {"training": 2, "test": 2},
        "unlabelled": 2,
        "left_out": [{"files": 1, "reason": "No.", "advice": "Never."}],
        "plain": False,
        "notes": [],
    }
