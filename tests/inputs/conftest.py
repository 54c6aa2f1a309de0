"""Bringing files in: one workspace and one warm decoder for each module."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.photos.decoding.clip_kinds import FRAMES_PER_SECOND
from pipeline.photos.decoding.decoder import Decoder
from pipeline.settings.limits import LIMITS
from tests.inputs.importing import Bring, Place


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Minutes in all: the quick part keeps one upload with everything in it."""
    quick = ("test_mixed_upload.py", "test_every_case.py")
    for item in items:
        if Path(__file__).parent in item.path.parents and item.path.name not in quick:
            item.add_marker(pytest.mark.thorough)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    place = Place(tmp_path_factory.mktemp("place"))
    yield place
    place.close()


@pytest.fixture
def bring(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bring]:
    """Imports files into the module's workspace."""
    brought = Bring(place, tmp_path, place.decoder, monkeypatch)
    yield brought
    brought.close()


@pytest.fixture
def impatient(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[float], Bring]]:
    """The same with a decoder of its own, which waits only so many seconds for a file."""
    made: list[Bring | Decoder] = []

    def make(seconds: float) -> Bring:
        limits = dataclasses.replace(LIMITS, decode_timeout_s=seconds)
        decoder = Decoder(1, limits, FRAMES_PER_SECOND)
        brought = Bring(place, tmp_path, decoder, monkeypatch)
        made.extend((decoder, brought))
        return brought

    yield make
    for one in made:
        one.close()
