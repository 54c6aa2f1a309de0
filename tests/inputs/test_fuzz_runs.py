"""The fuzzer (`make fuzz`) for a few seconds, and that it notices what it is there to notice."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from pipeline.errors import PhotoError
from pipeline.photos.decoding import decode
from pipeline.photos.decoding.decode import UnreadablePhoto
from pipeline.photos.decoding.serving import FAULT_MARKER, FAULT_VARIABLE
from tests.conftest import REPOSITORY
from tests.file_sets import make_folder
from tests.fuzz import seeds
from tests.fuzz.fuzz_files import Fuzzer
from tests.fuzz.mutations import mutant, parts_of
from tests.inputs import pictures


def fuzz(keep: Path, seconds: float, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.fuzz.fuzz_files", "--minutes", str(seconds / 60)]
    return subprocess.run(
        [*command, "--seed", "69", "--keep", str(keep), *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_five_seconds_find_nothing(tmp_path: Path) -> None:
    done = fuzz(tmp_path / "kept", 5)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 findings, seed 69" in done.stdout
    assert not (tmp_path / "kept").exists()


def test_a_file_that_kills_the_decoder_is_found_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FAULT_VARIABLE, "decode:abort")
    evil = [pictures.jpeg(seed=seed) + FAULT_MARKER for seed in range(5)]
    files = {f"cats/{number}.jpg": data for number, data in enumerate(evil)}
    folder = make_folder(tmp_path / "files", {**files, "cats/good.jpg": pictures.jpeg(seed=9)})
    done = fuzz(tmp_path / "kept", 0, str(folder))
    assert done.returncode == 1
    # Three deaths in a row and the decoder gives up: with a new one, the others come, too.
    assert done.stdout.count("It broke the decoder") == len(evil)
    assert {path.read_bytes() for path in (tmp_path / "kept").iterdir()} == set(evil)


@pytest.fixture
def fuzzer(tmp_path: Path) -> Iterable[Fuzzer]:
    fuzzer = Fuzzer(0, tmp_path / "kept")
    yield fuzzer
    fuzzer.close()


@pytest.mark.parametrize("reason", ["", "segfault", "Traceback (most recent call last)."])
def test_a_reason_that_is_not_plain_is_found(
    fuzzer: Fuzzer, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    def refuse(photos: Iterable[object]) -> Iterable[object]:
        return ((photo, PhotoError("x", reason)) for photo in photos)

    monkeypatch.setattr(fuzzer._decoder, "stream_with_clips", refuse)
    fuzzer.stream({"x": b"data"})
    assert "no plain reason" in fuzzer.figures.findings[0]


def test_a_file_that_is_lost_is_found(fuzzer: Fuzzer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzzer._decoder, "stream_with_clips", lambda photos: iter(()))
    fuzzer.stream({"x": b"data"})
    assert "not all answered" in fuzzer.figures.findings[0]


def test_an_error_that_comes_out_is_found(fuzzer: Fuzzer, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("bug")

    monkeypatch.setattr(fuzzer._decoder, "stream_with_clips", fail)
    fuzzer.stream({"x": b"data"})
    fuzzer.archive(next(seeds.archives()))
    assert "an error came out" in fuzzer.figures.findings[0]
    assert "out of an import" in fuzzer.figures.findings[1]
    assert len(list(fuzzer._keep.iterdir())) == 2


def test_seeds_are_whole_and_mutants_come_again() -> None:
    files = list(seeds.files())
    readable = 0
    for data in files:
        assert b"".join(parts_of(data)) == data
        try:
            decode.canonical(data)
            readable += 1
        except UnreadablePhoto as error:  # it is whole, and called what it is
            assert "damaged" not in str(error)
    assert readable > len(files) * 2 // 3
    first, second = ([mutant(data, files, random.Random(5)) for data in files] for _ in range(2))
    assert first == second
    assert sum(one != data for one, data in zip(first, files, strict=True)) > len(files) // 2
