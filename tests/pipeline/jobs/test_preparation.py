"""What is prepared for tuning is asked for once, and forgotten when nobody waits for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import NotReady, QuotaError
from pipeline.jobs import dispatch
from pipeline.jobs.queue import Jobs
from pipeline.settings import mode
from tests.pipeline.tuning.places import CONFIG, PLAIN, Place, a_place
from tests.workspaces import add_photo_set, class_folders

ANNA = f"{1:032x}"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)
    return a_place(tmp_path)


def test_what_nobody_waits_for_any_more_is_stopped(place: Place) -> None:
    jobs = Jobs(place.workspace)
    first = jobs.prepare(place.row.id, CONFIG)
    second = jobs.prepare(place.row.id, PLAIN)
    assert first is not None
    assert second is not None
    assert jobs.get(first.id).state == "stopped"
    # But whoever turns back gets it: nobody has pressed Stop.
    third = jobs.prepare(place.row.id, CONFIG)
    assert third is not None
    assert third.state == "queued"
    assert jobs.get(second.id).state == "stopped"


def test_other_sets_and_visitors_wait_for_themselves(place: Place, tmp_path: Path) -> None:
    other = add_photo_set(place.workspace, class_folders(tmp_path / "others", 12))
    jobs, anna = Jobs(place.workspace), Jobs(place.workspace, ANNA)
    mine = [jobs.prepare(row.id, CONFIG) for row in (place.row, other)]
    hers = anna.prepare(place.row.id, PLAIN)
    assert hers is not None
    assert [jobs.get(job.id).state for job in (*mine, hers) if job] == ["queued"] * 3


def test_a_network_that_is_drawn_anew_is_said(place: Place) -> None:
    with pytest.raises(NotReady, match="drawn anew for each training"):
        Jobs(place.workspace).prepare(place.row.id, replace(CONFIG, weights="none"))


def test_a_visitor_may_have_so_many_prepared(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = Jobs(place.workspace, ANNA)
    photos = Jobs(place.workspace).prepare(place.row.id, PLAIN)
    assert photos is not None
    few = replace(mode.DEMO, prepared_photos=photos.request["photos"])
    monkeypatch.setattr(mode, "DEMO", few)
    assert anna.prepare(place.row.id, PLAIN) is not None
    with pytest.raises(QuotaError, match="Choose fewer views"):
        anna.prepare(place.row.id, CONFIG)
    assert Jobs(place.workspace).prepare(place.row.id, CONFIG) is not None
