"""The pool of decoding processes: what it gives, and what a bad file can do to it."""

from __future__ import annotations

import dataclasses
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import psutil
import pytest

from pipeline.errors import PhotoError, Stopped
from pipeline.photos.decoding import decode
from pipeline.photos.decoding.canonical import Canonical
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.decoding.process import Child
from pipeline.photos.decoding.serving import FAULT_VARIABLE
from pipeline.photos.incoming import Incoming
from pipeline.settings.limits import LIMITS
from tests.inputs import pictures
from tests.pipeline.photos.decoding.replies import EVIL, GOOD

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder(processes=2) as pool:
        yield pool


@pytest.fixture
def aborting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Decoder]:
    monkeypatch.setenv(FAULT_VARIABLE, "decode:abort")
    with Decoder(processes=1) as pool:
        yield pool


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[Decoder]:
    monkeypatch.setenv(FAULT_VARIABLE, "decode:hang")
    with Decoder(1, dataclasses.replace(LIMITS, decode_timeout_s=1.5)) as pool:
        pool.canonical("warm.jpg", GOOD)
        yield pool


def incoming(name: str, data: bytes) -> Incoming:
    return Incoming(name, "cats", None, lambda: data)


def reason(decoder: Decoder, data: bytes) -> str:
    with pytest.raises(PhotoError) as caught:
        decoder.canonical("evil.jpg", data)
    assert caught.value.name == "evil.jpg"
    return str(caught.value.why)


def worked_s(decoder: Decoder) -> list[float]:
    """Processor time of each of this test's decoding processes, in a fixed order."""
    times = (psutil.Process(child._process.pid).cpu_times() for child in decoder._children)
    return [one.user + one.system for one in times]


def test_it_gives_what_the_policy_gives(decoder: Decoder) -> None:
    files = (
        *(GOOD, pictures.jpeg(1500, 501), pictures.turned(6), pictures.animated("WEBP")),
        *(pictures.clear_red(), pictures.heic(), pictures.tiled_heic(), pictures.avif()),
        decode.canonical(GOOD).jpeg,
    )
    for data in files:
        assert decoder.canonical("a", data) == decode.canonical(data)


def test_a_rejection_has_the_name_and_the_reason(decoder: Decoder) -> None:
    with pytest.raises(PhotoError, match=r"notes\.txt: This is a text file") as caught:
        decoder.canonical("notes.txt", b"hello")
    assert str(caught.value.why).startswith("This is a text file")


def test_too_long_a_file_never_reaches_the_process() -> None:
    with Decoder(1, dataclasses.replace(LIMITS, file_bytes=10)) as pool:
        assert "the most is 10 bytes" in reason(pool, GOOD)


def test_many_threads_at_once(decoder: Decoder) -> None:
    files = [pictures.jpeg(seed=seed) for seed in range(12)]
    expected = [decode.canonical(data) for data in files]
    with ThreadPoolExecutor(12) as threads:
        for _ in range(3):
            answers = threads.map(lambda data: decoder.canonical("a", data), files)
            assert list(answers) == expected


# === Streams ===


def test_a_stream_keeps_the_order_and_answers_every_file(decoder: Decoder) -> None:
    kinds = (GOOD, pictures.png(700, 500), b"no picture")  # quick, slow, refused
    photos = [incoming(str(n), kinds[n % 3]) for n in range(40)]
    answers = list(decoder.stream(photos))
    assert [photo.name for photo, _ in answers] == [str(n) for n in range(40)]
    for n, (_, answer) in enumerate(answers):
        assert isinstance(answer, PhotoError if n % 3 == 2 else Canonical)


def test_a_stream_reads_only_a_few_files_ahead(decoder: Decoder) -> None:
    read: list[int] = []

    def photos() -> Iterator[Incoming]:
        for n in range(1000):
            yield Incoming(str(n), "cats", None, lambda n=n: read.append(n) or GOOD)

    stream = decoder.stream(photos())
    for handed_out, _ in enumerate(stream, start=1):
        assert len(read) - handed_out <= 3 * decoder.processes * 16
    assert read == list(range(1000))


def test_a_stream_of_large_files_reads_fewer_ahead(decoder: Decoder) -> None:
    large = GOOD + bytes(2**17)  # whatever comes after a JPEG's end is no harm
    read: list[int] = []

    def photos() -> Iterator[Incoming]:
        for n in range(40):
            yield Incoming(str(n), "cats", None, lambda n=n: read.append(n) or large)

    for handed_out, _ in enumerate(decoder.stream(photos()), start=1):
        assert len(read) - handed_out <= 3 * decoder.processes
    assert read == list(range(40))


def test_the_first_answer_of_a_stream_does_not_wait_for_many_files(decoder: Decoder) -> None:
    read: list[int] = []

    def photos() -> Iterator[Incoming]:
        for n in range(1000):
            yield Incoming(str(n), "cats", None, lambda n=n: read.append(n) or GOOD)

    stream = decoder.stream(photos())
    next(stream)
    assert len(read) <= 3 * 3 * decoder.processes  # the first batches hold one, two, three files
    stream.close()


def test_both_processes_work_at_once(decoder: Decoder) -> None:
    before = worked_s(decoder)
    assert len(list(decoder.stream(incoming(str(n), GOOD) for n in range(400)))) == 400
    spent = sorted(
        after - earlier for after, earlier in zip(worked_s(decoder), before, strict=True)
    )
    assert spent[0] > 0.1 * spent[-1]


def test_what_cannot_be_read_is_a_rejection(decoder: Decoder) -> None:
    def lost() -> bytes:
        raise PhotoError("b", "The file is gone.")

    broken = PhotoError("c", "It is protected by a password.")
    photos = [incoming("a", GOOD), Incoming("b", "cats", None, lost), broken, incoming("d", GOOD)]
    answers = list(decoder.stream(photos))
    assert [photo.name for photo, _ in answers] == ["a", "b", "c", "d"]
    assert [str(answer) for _, answer in answers if isinstance(answer, PhotoError)] == [
        "b: The file is gone.",
        "c: It is protected by a password.",
    ]


def test_another_error_while_reading_ends_the_stream(decoder: Decoder) -> None:
    def stopped() -> bytes:
        raise Stopped("Stopped.")

    with pytest.raises(Stopped):
        list(decoder.stream([incoming("a", GOOD), Incoming("b", "cats", None, stopped)]))
    assert decoder.canonical("c", GOOD)


def test_a_stream_that_nobody_finishes_leaves_the_pool_usable(decoder: Decoder) -> None:
    stream = decoder.stream(incoming(str(n), GOOD) for n in range(50))
    next(stream)
    stream.close()
    assert decoder.canonical("c", GOOD)
    assert threading.active_count() < 20


# === Files that break the process ===


def test_a_death_costs_one_file(aborting: Decoder) -> None:
    assert "broke the decoder" in reason(aborting, EVIL)
    assert aborting.canonical("good.jpg", GOOD) == decode.canonical(GOOD)


def test_a_hang_costs_one_file(hanging: Decoder) -> None:
    assert "seconds" in reason(hanging, EVIL)
    assert hanging.canonical("good.jpg", GOOD) == decode.canonical(GOOD)


def test_a_stream_goes_on_after_a_death(aborting: Decoder) -> None:
    photos = [incoming(str(n), EVIL if n in (3, 4, 9) else GOOD) for n in range(12)]
    answers = aborting.stream(photos)
    failed = [photo.name for photo, answer in answers if isinstance(answer, PhotoError)]
    assert failed == ["3", "4", "9"]
    assert not aborting.broken


@pytest.mark.slow
def test_files_in_the_batch_of_a_deadly_one_get_their_own_answers(aborting: Decoder) -> None:
    # A stream's batches have grown to sixteen files by now; each deadly one costs itself alone.
    deadly = {200, 203, 204, 230, 399}
    photos = [incoming(str(n), EVIL if n in deadly else GOOD) for n in range(400)]
    expected = decode.canonical(GOOD)
    for photo, answer in aborting.stream(photos):
        if int(photo.name) in deadly:
            assert isinstance(answer, PhotoError)
            assert answer.name == photo.name
        else:
            assert answer == expected


@pytest.mark.slow
def test_a_hang_within_a_batch_costs_one_file(hanging: Decoder) -> None:
    photos = [incoming(str(n), EVIL if n == 150 else GOOD) for n in range(160)]
    failed = {
        photo.name: str(answer.why)
        for photo, answer in hanging.stream(photos)
        if isinstance(answer, PhotoError)
    }
    assert list(failed) == ["150"]
    assert "seconds" in failed["150"]


@pytest.mark.slow
def test_a_long_batch_of_quick_files_is_no_hang(decoder: Decoder) -> None:
    rows = np.zeros((1500, 1500, 3), np.uint8)
    rows[:, ::7] = 90
    slow = pictures.encoded(rows, "PNG")
    seconds = []
    for _ in range(6):
        began = time.perf_counter()
        decoder.canonical("slow.png", slow)
        seconds.append(time.perf_counter() - began)
    # The limit is for each file: all of a batch together may take longer.
    limits = dataclasses.replace(LIMITS, decode_timeout_s=5 * max(seconds))
    child = Child(limits)
    try:
        assert child.ask([slow] * 40) == [decode.canonical(slow)] * 40
    finally:
        child.end()


def test_three_deaths_in_a_row_open_the_breaker(aborting: Decoder) -> None:
    for _ in range(2):
        reason(aborting, EVIL)
    aborting.canonical("good.jpg", GOOD)  # not in a row any more
    for _ in range(3):
        assert not aborting.broken
        reason(aborting, EVIL)
    assert aborting.broken
    assert "not opened" in reason(aborting, GOOD)
    with Decoder(1) as fresh:
        assert fresh.canonical("good.jpg", GOOD)


def test_a_process_that_died_idle_is_replaced_unnoticed() -> None:
    with Decoder(1) as pool:
        pool.canonical("a", GOOD)
        for child in psutil.Process().children():
            child.kill()
            child.wait()
        assert pool.canonical("b", GOOD)
        assert not pool.broken


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such limit")
def test_memory_is_limited() -> None:
    rows = np.zeros((7000, 7000, 3), np.uint8)
    rows[0, 0] = 1
    data = pictures.encoded(rows, "PNG", compress_level=1)
    with Decoder(1, dataclasses.replace(LIMITS, decoder_memory_bytes=200 * 2**20)) as pool:
        assert "too much memory" in reason(pool, data)
        assert pool.canonical("good.jpg", GOOD)
    with Decoder(1) as pool:
        assert pool.canonical("large.png", data).width == 512


# === The end ===


def test_closing_ends_the_processes_and_later_files_are_told() -> None:
    pool = Decoder(2)
    pool.canonical("a", GOOD)
    mine = psutil.Process().children()
    pool.close()
    assert sum(not child.is_running() for child in mine) == 2
    assert "stopped" in reason(pool, GOOD)


def test_closing_while_a_file_hangs_does_not_wait_for_it(hanging: Decoder) -> None:
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(reason, hanging, EVIL)
        hanging.close()
        assert "stopped" in waiting.result(timeout=60)
    assert not hanging.broken
