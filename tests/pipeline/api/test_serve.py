"""One bundle alone: the same answers as the app's, little memory, and a plain end."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import requests

from pipeline.api import serve
from pipeline.settings.environment import EXAMPLE
from tests.conftest import REPOSITORY
from tests.pipeline.api.conftest import RED, ask

TOKEN = "a-token-of-many-letters"
MOST_BYTES = 100 * 10**6


@contextmanager
def serving(
    home: Path, *arguments: str, **environment: str
) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """`python -m pipeline serve`, and what it says first."""
    command = [sys.executable, "-m", "pipeline", "serve", *arguments, "--port", "0", "--json"]
    with subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env={**os.environ, **environment, "PAWTUNE_HOME": str(home)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.terminate()


@pytest.mark.thorough
def test_a_bundle_answers_as_the_app_does(tmp_path: Path, address: str, with_example: None) -> None:
    with serving(tmp_path / "home", "latest") as (process, told):
        assert told["run"] == "starter"
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/api/v1", told["address"])
        found = ask(told["address"], ("a.jpg", RED)).json()
        assert found == ask(address, ("a.jpg", RED)).json()
        other = ask(told["address"], ("a.jpg", RED), params={"run": "run-0000000000"})
        assert other.status_code == 404
        assert requests.get(f"{told['address']}/runs", timeout=30).status_code == 404
        paths = requests.get(f"{told['address']}/openapi.json", timeout=30).json()["paths"]
        assert set(paths) == {f"/api/v1/{one}" for one in ("classify", "health", "openapi.json")}
        process.send_signal(signal.SIGINT)
        assert process.wait(30) in (0, 130, -signal.SIGINT)


@pytest.mark.thorough
@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="needs Linux to count")
def test_it_needs_little_memory(tmp_path: Path, with_example: None) -> None:
    with serving(tmp_path / "home", "starter") as (process, told):
        for _ in range(20):
            assert ask(told["address"], ("a.jpg", RED)).status_code == 200
        server = psutil.Process(process.pid)
        assert server.memory_info().rss < MOST_BYTES
        loaded = "".join(mapped.path for mapped in server.memory_maps())
        assert not re.search("pandas|tensorflow|cv2|h5py|sqlalchemy", loaded)


@pytest.mark.thorough
def test_with_a_token_it_listens_to_others(tmp_path: Path, with_example: None) -> None:
    more = ("starter", "--host", "0.0.0.0")
    with serving(tmp_path / "home", *more, PAWTUNE_API_TOKEN=TOKEN) as (process, told):
        address = told["address"].replace("0.0.0.0", "127.0.0.1")
        assert ask(address, ("a.jpg", RED)).status_code == 401
        heads = {"Authorization": f"Bearer {TOKEN}"}
        assert ask(address, ("a.jpg", RED), headers=heads).status_code == 200
        assert TOKEN not in " ".join(psutil.Process(process.pid).cmdline())


def test_ctrl_c_ends_it_without_a_traceback(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pipeline.api.serve", "starter", str(EXAMPLE / "bundle")]
    with (
        (tmp_path / "errors").open("w+") as errors,
        subprocess.Popen(
            [*command, "127.0.0.1", "0"], cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=errors
        ) as process,
    ):
        assert process.stdout is not None
        address = json.loads(process.stdout.readline())["address"]
        assert requests.get(f"{address}/health", timeout=30).status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        errors.seek(0)
        assert "Traceback" not in errors.read()


def test_what_keeps_it_from_serving_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    bundle = str(EXAMPLE / "bundle")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert serve.main(["starter", bundle, "127.0.0.1", port]) == 1
    assert "cannot listen" in json.loads(capsys.readouterr().out)["error"]
    assert serve.main(["starter", str(EXAMPLE), "127.0.0.1", "0"]) == 1
    assert "no model that could answer" in json.loads(capsys.readouterr().out)["error"]
