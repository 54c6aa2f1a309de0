"""Sentences about lists of labels."""

from __future__ import annotations

from pipeline.wording import label_text


def test_what_came_of_lists():
    assert label_text.lists_read(["a.csv"], 1, 0, 0, 0) == ("1 photo has its label from a.csv.",)
    names = [f"{number}.csv" for number in range(6)]
    (told,) = label_text.lists_read(names, 9, 1, 1, 2)
    assert told == (
        "9 photos have their labels from 0.csv, 1.csv, 2.csv, 3.csv and 2 more. 1 row is about a "
        "photo not here. 1 photo is in no list and waits for a label. 2 photos have several "
        "labels there and cannot be used."
    )


def test_columns_are_named():
    why = label_text.unclear_columns(["colour", "kind"])
    assert "is unclear: colour and kind." in why.reason
