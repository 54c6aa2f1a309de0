"""One photo large, the others small: what the browser gets, and what it sends back."""

from __future__ import annotations

import pytest

from pages.ui.evaluate import viewer
from pages.ui.evaluate.answers import Asked, Source
from pages.ui.evaluate.label_verdicts import BAD, FINE
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict:
    kept: dict = {}
    monkeypatch.setattr(viewer.st, "session_state", kept)
    return kept


@pytest.fixture
def asked(workspace: Workspace, photo_set: PhotoSetRow, run: Run) -> Asked:
    source = Source(photo_set, PhotoSets(workspace).open(photo_set.id))
    return Asked(run, source, Runs(workspace).predictions(run.id), "test photos")


def shown(asked: Asked) -> list[viewer.Shown]:
    return [viewer.Shown(place, 0.5) for place in range(len(asked.found.truth))]


def test_verdicts_are_put_where_they_are_kept(
    asked: Asked, session: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = [asked.index(place) for place in range(4)]
    judged = {index[0]: FINE, index[3]: 1}
    sent = {str(index[0]): None, str(index[1]): BAD, str(index[2]): 0}

    def drawn(*, key: str, data: object, on_said_change: object) -> None:
        session[key] = {"said": {"all": sent}}
        on_said_change()  # type: ignore[operator]

    monkeypatch.setattr(viewer, "_COMPONENT", drawn)
    viewer.show(asked, shown(asked), judged)
    assert judged == {index[1]: BAD, index[2]: 0, index[3]: 1}


def test_what_the_browser_gets_stays_while_people_judge(asked: Asked, session: dict) -> None:
    """Else all pictures would be sent again with every verdict."""
    index = asked.index(2)
    first = viewer.message(asked, shown(asked), {index: BAD})
    assert first["said"] == [[index, BAD]]
    assert viewer.message(asked, shown(asked), {index: BAD, asked.index(1): FINE}) == first
    other = viewer.message(asked, shown(asked)[1:], {asked.index(1): FINE})
    assert other["said"] == [[asked.index(1), FINE]]


def test_what_was_predicted_is_offered_as_the_right_class(asked: Asked, session: dict) -> None:
    photos = viewer.message(asked, shown(asked), {})["photos"]
    wrong = [one for one in photos if not one["right"]]
    assert len(wrong) == 1
    assert wrong[0]["predicted"] != wrong[0]["label"]
    assert all(one["predicted"] == one["label"] for one in photos if one["right"])


def test_where_nothing_can_be_said_nothing_is_offered(asked: Asked, session: dict) -> None:
    assert not viewer.message(asked, shown(asked), None)["judged"]
