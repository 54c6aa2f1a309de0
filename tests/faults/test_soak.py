"""Some kills of the soak, and that it would see what is wrong; `make soak` is the whole of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from tests.soak.__main__ import Soak

pytestmark = pytest.mark.slow  # real processes that are killed


def test_visitors_who_are_killed_lose_nothing_that_was_promised(tmp_path: Path) -> None:
    soak = Soak(tmp_path, visitors=2, seed=3)
    soak.go(minutes=0, kills=8, has_disk=False)
    assert soak.wrong == []
    assert soak.counts["kills"] == 8


def test_what_is_lost_torn_or_answers_otherwise_is_seen(tmp_path: Path) -> None:
    soak = Soak(tmp_path, visitors=1, seed=3)
    (tmp_path / "visitor0.jsonl").write_text(
        json.dumps({"what": "imported", "name": "visitor0-1-1"}) + "\n" + '{"what": "imp'
    )
    home = tmp_path / "disk" / "home"
    (row,) = PhotoSets(open_workspace(home)).list()
    pack = next((home / "photo_sets" / row.id).glob("*.pack"))
    pack.write_bytes(pack.read_bytes()[:-1] + b"?")
    soak.look()
    said = " ".join(soak.wrong)
    assert "lost: the photo set visitor0-1-1" in said
    assert "torn: " in said
    assert "a run from before answers otherwise" in said
