"""What the camera's page loads: right kinds, and a run's network to who may see the run."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from starlette.applications import Starlette
from starlette.requests import Request

from pipeline.api import browser_files, engine_files
from pipeline.browser import engine
from pipeline.classify.bundle import read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.settings.environment import EXAMPLE, EXAMPLE_ID
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.runs import BUNDLE, Runs, find
from tests.pipeline.workspace.test_visitors import ANNA, BEN
from tests.workspaces import add_photo_set, add_run, class_folders, wait_for

Get = Callable[..., requests.Response]
FOLDER = browser_files.FOLDER
WASM = "litert_wasm_internal.wasm"


@pytest.fixture
def workspace() -> Workspace:
    return open_workspace()


@pytest.fixture
def get(workspace: Workspace, serve_app: Callable[[Starlette], str]) -> Get:
    """Asks as somebody."""

    def runs(request: Request) -> Runs:
        return Runs(workspace, request.headers.get("who"))

    address = serve_app(Starlette(routes=browser_files.routes(runs)))

    def asked(
        path: str, who: str | None = None, timeout: float = 30, **more: str
    ) -> requests.Response:
        heads = {**more, **({"who": who} if who else {})}
        return requests.get(f"{address}{path}", headers=heads, timeout=timeout)

    return asked


def path_of(run_id: str, name: str) -> str:
    told = browser_files.addresses(run_id, Classifier(read_bundle(EXAMPLE / "bundle")).sha256)
    assert told is not None
    return f"/{told[name]}"


@pytest.fixture
def annas(workspace: Workspace, tmp_path: Path) -> str:
    """A run of Anna's that can answer."""
    photos = class_folders(tmp_path / "photos", photos=12)
    run = add_run(workspace, add_photo_set(workspace, photos, "Hers", ANNA).id, visitor=ANNA)
    shutil.copytree(EXAMPLE / "bundle", run.folder / BUNDLE)
    with workspace.database.writing() as session:
        find(session, run.id).can_answer = True
    return run.id


def test_scripts_are_modules_and_no_others_are_given_out(get: Get) -> None:
    answer = get(f"{FOLDER}/scripts/network.js")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    for name in ("engine.py", "details.py", "..%2Fengine.py", "none.js"):
        assert get(f"{FOLDER}/scripts/{name}").status_code == 404


def test_the_engine_is_kept_for_good(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "content", lambda name: engine.PARTS[name].name.encode())
    answer = get(f"{FOLDER}/engine/{engine.EDITION}/{WASM}")
    assert answer.content == WASM.encode()
    assert answer.headers["content-type"] == "application/wasm"
    assert "immutable" in answer.headers["cache-control"]
    ready = get(f"{FOLDER}/engine/{engine.EDITION}/{engine_files.READY}")
    assert ready.json() == {}
    assert get(f"{FOLDER}/engine/1.0/{WASM}").status_code == 404
    assert get(f"{FOLDER}/engine/{engine.EDITION}/x.wasm").status_code == 404


def test_an_engine_that_cannot_be_fetched_is_a_sentence(get: Get) -> None:
    answer = get(f"{FOLDER}/engine/{engine.EDITION}/{WASM}")
    assert answer.status_code == 503
    assert "could not be fetched" in answer.json()["detail"]
    assert answer.headers["cache-control"] == "no-store"
    ready = get(f"{FOLDER}/engine/{engine.EDITION}/{engine_files.READY}")
    assert (ready.status_code, ready.headers["cache-control"]) == (200, "no-store")
    assert "could not be fetched" in ready.json()["why"]


@pytest.mark.parametrize("is_demo", [True, False])
def test_no_visitor_learns_where_the_servers_folders_are(
    get: Get, own_home: Path, monkeypatch: pytest.MonkeyPatch, is_demo: bool
) -> None:
    far = {} if is_demo else {"X-Forwarded-For": "8.8.8.8"}
    if is_demo:
        monkeypatch.setenv("PAWTUNE_MODE", "demo")
    for name in (WASM, engine_files.READY):
        answer = get(f"{FOLDER}/engine/{engine.EDITION}/{name}", **far)
        assert "fetch" in answer.text
        assert str(own_home) not in answer.text
        assert str(engine.folder()) not in answer.text


def test_a_name_that_was_made_to_lead_here_gets_no_network(
    get: Get, annas: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: to its browser, a page of another site is a page of this one."""
    monkeypatch.setattr(engine, "content", lambda name: name.encode())
    paths = [path_of(annas, name) for name in ("model", "details")]
    paths.append(f"{FOLDER}/engine/{engine.EDITION}/{engine_files.READY}")
    for path in paths:
        answer = get(path, Host="evil.example:8501")
        assert answer.status_code == 403
        assert "does not answer under this name" in answer.json()["detail"]
        assert answer.headers["cache-control"] == "no-store"
        assert get(path).status_code == 200


def test_who_waits_for_the_engine_keeps_nobody_else_waiting(
    get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a network each of them waits seconds, and pages are sent by as many threads."""
    fetched = threading.Event()

    def slow(name: str) -> bytes:
        fetched.wait()
        return name.encode()

    monkeypatch.setattr(engine, "content", slow)
    with ThreadPoolExecutor(60) as visitors:
        try:
            asked = [
                visitors.submit(get, f"{FOLDER}/engine/{engine.EDITION}/{WASM}") for _ in range(60)
            ]
            wait_for(lambda: all(one.running() for one in asked), "all visitors")
            assert get(f"{FOLDER}/scripts/network.js", timeout=5).status_code == 200
        finally:
            fetched.set()
        assert {one.result().status_code for one in asked} == {200}


def test_a_network_is_given_to_who_may_see_its_run(get: Get, annas: str) -> None:
    for name in ("model", "details"):
        path = path_of(annas, name)
        assert [get(path, who).status_code for who in (ANNA, None)] == [200, 200]
        hidden = get(path, BEN)
        missing = get(path.replace(annas, "run-0000000000"), BEN)
        assert (hidden.status_code, hidden.content.replace(annas.encode(), b"")) == (
            missing.status_code,
            missing.content.replace(b"run-0000000000", b""),
        )
        assert hidden.status_code == 404
    answer = get(path_of(annas, "model"), ANNA)
    assert answer.content == read_bundle(EXAMPLE / "bundle").model()
    assert answer.headers["cache-control"].startswith("private")
    answer = get(path_of(annas, "details"), ANNA)
    # Another version may write more into it, for the scripts of that version.
    assert answer.headers["cache-control"] == "private, no-cache"
    told = json.loads(answer.content)
    assert told["classes"] == ["Cat", "Dog"]


def test_the_example_is_everybodys(get: Get, with_example: None) -> None:
    assert get(path_of(EXAMPLE_ID, "model"), BEN).status_code == 200


def test_another_network_than_the_one_asked_for_is_not_kept(get: Get, annas: str) -> None:
    path = path_of(annas, "model")
    other = path.replace(path.split("/")[-2], "0" * 64)
    assert get(other, ANNA).status_code == 404
    assert get(path.replace("model.tflite", "x"), ANNA).status_code == 404
