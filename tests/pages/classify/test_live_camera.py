"""The live camera's other side: what the browser is told, and what it may send."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import networks
from pages.ui.classify import live_camera
from pages.ui.parts import dropped
from pipeline.api import browser_files
from pipeline.photos.decoding.decode import canonical
from pipeline.settings import mode
from pipeline.workspace.run import Run
from tests.workspaces import jpeg

Open = Callable[..., AppTest]


def frame(data: bytes) -> dict[str, Any]:
    return {"photo": base64.b64encode(data).decode(), "number": 7}


@pytest.mark.parametrize(
    "given", [None, 5, [], {}, {"photo": 3}, {"photo": ""}, {"photo": "not base64!"}]
)
def test_what_is_no_frame_is_none(given: object) -> None:
    assert live_camera.frame_of(given) is None


def test_a_frame_is_no_larger_than_a_photo_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    assert live_camera.frame_of(frame(b"1234")) == b"1234"
    monkeypatch.setenv(mode.VARIABLE, mode.DEMO.name)
    assert live_camera.frame_of(frame(bytes(11_000_000))) is None


def test_a_frame_that_is_taken_is_a_photo_like_any(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, Any] = {live_camera.KEY: {"taken": frame(jpeg((200, 60, 40)))}}
    put: list[tuple[str, bytes]] = []
    monkeypatch.setattr(live_camera.st, "session_state", state)
    monkeypatch.setattr(dropped, "put", put.extend)
    live_camera._take()
    assert put == [(live_camera.NAME, jpeg((200, 60, 40)))]
    state[live_camera.KEY] = {"taken": {"photo": "?"}}
    live_camera._take()
    assert len(put) == 1


def test_the_server_answers_as_the_browser_would(run: Run) -> None:
    found = live_camera.answered(run, frame(jpeg((220, 30, 30))), 0.7)["found"]
    answer = networks.classifier(run.id).classify(canonical(jpeg((220, 30, 30))).jpeg)
    names = live_camera.told(run, 0.7)["classes"]  # in the order of the network, not of the set
    assert names[found["classIndex"]] == answer.class_name == "red"
    assert found["shares"] == pytest.approx(list(answer.probabilities.values()))
    assert found["share"] == max(found["shares"])
    assert (found["isSure"], found["isNone"]) == (True, False)
    assert not live_camera.answered(run, frame(jpeg((220, 30, 30))), 1.1)["found"]["isSure"]


def test_what_cannot_be_read_is_said(run: Run) -> None:
    assert live_camera.answered(run, frame(b"no picture at all"), 0.7)["why"]
    assert live_camera.answered(run, {}, 0.7)["why"]


def test_without_the_routes_the_browser_is_not_sent_there(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser_files, "_served", False)
    assert live_camera.told(run, 0.7)["files"] is None
    monkeypatch.setattr(browser_files, "_served", True)
    assert run.id in live_camera.told(run, 0.7)["files"]["model"]


def test_it_says_what_the_page_says(run: Run) -> None:
    told = live_camera.told(run, 0.7)
    assert sorted(told["classes"]) == sorted(run.classes)
    assert (told["sure_from"], told["tells_where"]) == (0.7, True)
