"""Lists in JSON; whole sets in tests/inputs/test_field_label_files.py."""

from __future__ import annotations

import json

import pytest

from pipeline.photos.sources import label_json
from pipeline.photos.sources.label_columns import Row
from pipeline.photos.sources.label_tables import Table


def test_coco_with_ids_that_are_words_and_annotations_of_nothing():
    told = {
        "images": [{"id": "a", "file_name": "1.jpg"}, {"id": "b", "file_name": "2.jpg"}],
        "annotations": [
            {"image_id": "a", "category_id": 7, "bbox": [0, 0, 1, 1]},
            {"image_id": "none", "category_id": 7},
            {"image_id": "b", "category_id": 9},
        ],
        "categories": [{"id": 7, "name": "cat", "supercategory": "pets"}],
        "info": {"year": 2026},
    }
    found = label_json.read(json.dumps(told).encode())
    assert found == [Row("1.jpg", ("cat",)), Row("2.jpg", ())]


def test_create_ml():
    box = {"x": 1, "y": 1, "width": 1, "height": 1}
    told = [
        {"image": "1.jpg", "annotations": [{"label": "cat", "coordinates": box}] * 2},
        {"image": "2.jpg", "annotations": [{"label": "cat"}, {"label": "dog"}]},
        {"image": "3.jpg", "annotations": []},
    ]
    assert label_json.read(json.dumps(told).encode()) == [
        Row("1.jpg", ("cat",)),
        Row("2.jpg", ("cat", "dog")),
        Row("3.jpg", ()),
    ]


def test_objects_and_pairs_are_tables():
    assert label_json.read(b'[{"a": "1.jpg"}]') == Table([["a"], ["1.jpg"]], True)
    assert label_json.read(b'{"1.jpg": 3}') == Table([["1.jpg", "3"]], False)


@pytest.mark.parametrize("data", [b"", b"3", b'"x"', b"[]", b"{}", b'{"a": {}}', b"[" * 99_999])
def test_other_json(data: bytes):
    assert label_json.read(data) is None
