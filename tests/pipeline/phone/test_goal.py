"""What the phone is told of where its photos go."""

from __future__ import annotations

from pipeline.phone.goal import Goal


def test_classes_are_told_in_their_order_and_whether_photos_wait_or_join() -> None:
    boxes = Goal("new", "New set", {"2": "dog", "1": "cat"}).told()
    assert [one["id"] for one in boxes["classes"]] == ["2", "1"]
    assert boxes["where"] == "They wait in the boxes of New set on the computer."
    joins = Goal("album", "{name} & pets", {"cat": "cat"}, into="set").told()
    assert joins["where"] == "They join the photo set “{name} & pets” at once."
    assert "into" not in joins
