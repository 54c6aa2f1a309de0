"""LiteRT.js is read, checked and packed once, however many browsers come for it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from starlette.applications import Starlette
from starlette.requests import Request

from pipeline.api import browser_files
from pipeline.browser import engine
from pipeline.errors import DownloadError
from pipeline.workspace.runs import Runs

WASM = "litert_wasm_internal.wasm"
DATA = b"\0asm" * 10_000
Content = Callable[[str], bytes]


def nobodys(_request: Request) -> Runs:
    raise AssertionError("no run is asked for")


@pytest.fixture
def folder(serve_app: Callable[[Starlette], str]) -> str:
    address = serve_app(Starlette(routes=browser_files.routes(nobodys)))
    return f"{address}{browser_files.FOLDER}/engine/{engine.EDITION}"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was read, file by file."""
    names: list[str] = []

    def content(name: str) -> bytes:
        names.append(name)
        return DATA

    monkeypatch.setattr(engine, "content", content)
    return names


def test_a_file_is_made_ready_once(folder: str, asked: list[str]) -> None:
    answers = [requests.get(f"{folder}/{WASM}", timeout=30) for _ in range(3)]
    assert [one.content for one in answers] == [DATA] * 3
    assert asked == [WASM]
    head = answers[0].headers
    assert (head["content-encoding"], head["vary"]) == ("gzip", "Accept-Encoding")
    assert int(head["content-length"]) < len(DATA) / 10
    plain = requests.get(f"{folder}/{WASM}", headers={"Accept-Encoding": ""}, timeout=30)
    assert "content-encoding" not in plain.headers
    assert plain.content == DATA
    assert asked == [WASM]


def test_many_at_once_have_it_packed_once(
    folder: str, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    packed: list[int] = []
    compress = gzip.compress

    def counted(data: bytes, **keywords: int) -> bytes:
        packed.append(len(data))
        return compress(data, **keywords)

    monkeypatch.setattr(gzip, "compress", counted)
    with ThreadPoolExecutor(8) as browsers:
        list(browsers.map(lambda _: requests.get(f"{folder}/{WASM}", timeout=30), range(8)))
    assert packed == [len(DATA)]


def test_what_failed_is_tried_again(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> bytes:
        raise DownloadError(f"{name} is not there.")

    monkeypatch.setattr(engine, "content", missing)
    assert requests.get(f"{folder}/{WASM}", timeout=30).status_code == 503
    ready = requests.get(f"{folder}/ready.json", timeout=30)
    assert ready.json() == {"why": "litert.js is not there."}
    monkeypatch.setattr(engine, "content", lambda _name: DATA)
    assert requests.get(f"{folder}/ready.json", timeout=30).json() == {}
    assert requests.get(f"{folder}/{WASM}", timeout=30).content == DATA
