"""The app as `make run` starts it, asked by another program."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from pipeline.api.routes import routes
from pipeline.browser import engine
from pipeline.errors import SettingError
from tests.conftest import REPOSITORY
from tests.pipeline.api.conftest import RED, ask
from tests.workspaces import wait_for

TOKEN = "a-token-of-many-letters"


@contextmanager
def app(home: Path, *options: str, **environment: str) -> Iterator[str]:
    """The app's own server; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "server.py", "--server.port", str(port)]
    command += options
    process = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env={**os.environ, **environment, "PAWTUNE_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    address = f"http://localhost:{port}"

    def is_up() -> bool:
        assert process.poll() is None, process.communicate()[0]
        try:
            return requests.get(f"{address}/_stcore/health", timeout=2).ok
        except (requests.ConnectionError, requests.Timeout):
            return False

    try:
        wait_for(is_up, "the server's start")
        yield address
    finally:
        process.terminate()
        said, _ = process.communicate(timeout=30)
        assert f"http://localhost:{port}" in said.decode(), "it says where it is"


@pytest.mark.thorough
def test_the_app_answers_programs_beside_its_pages(tmp_path: Path, with_example: None) -> None:
    with app(tmp_path / "home") as address:
        page = requests.get(address, timeout=30)
        assert "text/html" in page.headers["content-type"]
        assert "set-cookie" not in page.headers or "pawtune" not in page.headers["set-cookie"]
        api = f"{address}/api/v1"
        assert requests.get(f"{api}/health", timeout=30).json() == {"status": "ok"}
        told = ask(api, ("a.jpg", RED)).json()
        assert (told["run"], told["accepted"]) == ("starter", 1)
        assert requests.get(f"{api}/runs", timeout=30).json()["runs"][0]["run"] == "starter"
        paths = requests.get(f"{api}/openapi.json", timeout=30).json()["paths"]
        assert set(paths) == {
            f"/api/v1/{name}"
            for name in ("classify", "health", "openapi.json", "photo-sets", "runs", "runs/{id}")
        }
        rebound = requests.get(f"{api}/runs", headers={"Host": "evil.example"}, timeout=30)
        assert rebound.status_code == 403


@pytest.mark.thorough
def test_a_demo_answers_who_has_its_token(tmp_path: Path, with_example: None) -> None:
    on = {"PAWTUNE_MODE": "demo", "PAWTUNE_API": "on", "PAWTUNE_API_TOKEN": TOKEN}
    with app(tmp_path / "home", **on) as address:
        api = f"{address}/api/v1"
        assert requests.get(f"{api}/runs", timeout=30).status_code == 401
        heads = {"Authorization": f"Bearer {TOKEN}"}
        assert requests.get(f"{api}/runs", headers=heads, timeout=30).status_code == 200
        assert ask(api, ("a.jpg", RED), headers=heads).json()["accepted"] == 1


@pytest.mark.thorough
def test_the_names_that_the_pages_have_hold_for_programs_and_browsers(
    tmp_path: Path, with_example: None
) -> None:
    listed = ("--server.allowedHosts", "demo.example.org")
    on = {"PAWTUNE_API_TOKEN": TOKEN, "PAWTUNE_MIRROR": "http://127.0.0.1:9"}
    with app(tmp_path / "home", *listed, **on) as address:
        heads = {"Authorization": f"Bearer {TOKEN}"}
        ready = f"api/browser/engine/{engine.EDITION}/ready.json"
        for path in ("api/v1/runs", ready):
            for host, status in (("evil.example", 403), ("demo.example.org", 200)):
                answer = requests.get(
                    f"{address}/{path}", headers={**heads, "Host": host}, timeout=30
                )
                assert answer.status_code == status, (path, host)


def test_a_demo_without_a_token_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    monkeypatch.setenv("PAWTUNE_API", "on")
    with pytest.raises(SettingError, match="only with a token"):
        routes(lambda: pytest.fail("nobody asked yet"))


def test_the_workspace_is_opened_with_the_first_request(monkeypatch: pytest.MonkeyPatch) -> None:
    (route,) = routes(lambda: pytest.fail("nobody asked yet"))
    assert route.path == "/api/v1/{path:anything}"
