"""LiteRT.js comes once, whole, from where one says; nothing else is taken for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.browser import engine
from pipeline.errors import DownloadError
from tests.loopback import Loopback, Reply

NAME = "litert_wasm_internal.wasm"
LOADER = "litert_wasm_internal.js"
DATA = b"\0asm of a test"


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """A mirror with small files in place of the real ones."""
    small = {
        name: engine.Part(part.path, len(DATA), hashlib.sha256(DATA).hexdigest())
        for name, part in engine.PARTS.items()
    }
    monkeypatch.setattr(engine, "PARTS", small)
    with Loopback() as server:
        monkeypatch.setenv("PAWTUNE_MIRROR", server.address)
        yield server


def test_a_file_is_fetched_once(mirror: Loopback, own_home: Path) -> None:
    mirror.serve(f"/{NAME}", Reply(DATA))
    assert [engine.content(NAME), engine.content(NAME)] == [DATA, DATA]
    assert len(mirror.requests) == 1
    assert (own_home / "downloads" / f"litertjs-{engine.VERSION}" / NAME).read_bytes() == DATA


def test_a_folder_will_do(mirror: Loopback) -> None:
    engine.folder().mkdir(parents=True)
    (engine.folder() / NAME).write_bytes(DATA)
    assert engine.content(NAME) == DATA
    assert not mirror.requests


def test_another_file_is_refused(mirror: Loopback) -> None:
    mirror.serve(f"/{NAME}", Reply(bytes(len(DATA))))
    with pytest.raises(DownloadError, match="has another checksum"):
        engine.content(NAME)
    assert not (engine.folder() / NAME).exists()


def test_without_a_network_it_says_what_to_do() -> None:
    with pytest.raises(DownloadError, match=r"put litert_wasm_internal\.wasm of the npm package"):
        engine.content(NAME)


def test_in_the_demo_no_folder_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A visitor who exports a run as a web page reads it, too."""
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    with pytest.raises(DownloadError, match="could not fetch") as error:
        engine.content(NAME)
    assert str(engine.folder()) not in str(error.value)


def test_the_loader_becomes_a_module(mirror: Loopback) -> None:
    mirror.serve(f"/{LOADER}", Reply(DATA))
    assert engine.content(LOADER) == DATA + b"\nexport default ModuleFactory\n"


def test_nothing_else_is_given_out() -> None:
    with pytest.raises(KeyError):
        engine.content("../database.sqlite")
