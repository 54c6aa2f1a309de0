"""No byte that a disk forgets changes an answer unsaid; `tests.soak.flips` tries thousands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak import flips

pytestmark = pytest.mark.slow  # a real training


def test_no_flipped_byte_changes_an_answer_unnoticed(tmp_path: Path) -> None:
    flips.prepare(tmp_path / "home", photos=10)
    found = flips.run_flips(tmp_path / "home", count=40, seed=1)
    assert found["unnoticed"] == []
    assert found["files"] < found["flips"], "each file has one"
    assert found["refused"] and found["doctor"] >= found["flips"] - 2
