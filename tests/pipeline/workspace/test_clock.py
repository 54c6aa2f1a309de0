"""One clock for all computers: the database's."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pipeline.workspace import clock
from pipeline.workspace.database import Database


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_it_is_the_databases_and_goes_on_within_a_transaction(
    kind: str, own_home: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_home.mkdir()
    url = request.getfixturevalue("postgres").new_database() if kind == "postgresql" else None
    database = Database(own_home, url)
    here = time.time()
    monkeypatch.setattr(time, "time", lambda: here - 86400)  # this computer's is a day behind
    with database.reading() as session:
        first = clock.now(session)
        while (second := clock.now(session)) == first:
            pass
    database.close()
    assert abs(first - here) < 60
    assert 0 < second - first < 60
