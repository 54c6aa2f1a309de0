"""What the courier brings, and to whom."""

from __future__ import annotations

import json

from streamlit.testing.v1 import AppTest


def test_it_tells_the_component_of_a_key() -> None:
    def script() -> None:
        from pages.ui.charts import photo_courier

        photo_courier.send("wall", photos=[{"index": 3}], picked=[1])
        photo_courier.send("map", photos=[])

    found = AppTest.from_function(script).run().get("bidi_component")
    told = {one.key: json.loads(one.proto.json) for one in found}
    assert told["wall_photos"] == {"map": "wall", "photos": [{"index": 3}], "picked": [1]}
    assert told["map_photos"] == {"map": "map", "photos": []}
