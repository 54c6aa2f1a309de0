"""The pool of decoding processes: what it gives, and what a bad file can do to it."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import psutil
import pytest

from pipeline.errors import PhotoError, Stopped, Why
from pipeline.photos.decoding import decode, frames, process
from pipeline.photos.decoding.canonical import Canonical
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.decoding.process import FAULT_MARKER, FAULT_VARIABLE, Child, ChildLostError
from pipeline.photos.incoming import Incoming
from pipeline.photos.photo_notes import PhotoNote
from pipeline.settings.limits import LIMITS
from tests.conftest import REPOSITORY
from tests.inputs import pictures

GOOD = pictures.jpeg()
EVIL = GOOD + FAULT_MARKER  # still a fine picture, but the fault hook knows it


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


def request(data: bytes) -> bytes:
    """What a process is sent for one file."""
    return (1).to_bytes(4, "big") + len(data).to_bytes(8, "big") + data


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
        assert "MB" in reason(pool, GOOD)


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


# === A process that a file has taken over ===

PHOTO = decode.canonical(GOOD)
_HEADER = struct.Struct(">?HHBII?HI")  # as `frames` has it, written down once more


def reply(
    *,
    readable: bool = True,
    size: tuple[int, int] = (60, 40),
    origin: tuple[int, int, int, bool] = (0, 60, 40, False),
    text: bytes = b"",
    fingerprint: bytes = PHOTO.fingerprint,
    jpeg: bytes = PHOTO.jpeg,
    jpeg_bytes: int | None = None,
) -> bytes:
    length = len(jpeg) if jpeg_bytes is None else jpeg_bytes
    header = _HEADER.pack(readable, *size, *origin, len(text), length)
    return header + text + fingerprint + jpeg


def refusal(text: bytes, **changes: object) -> bytes:
    nothing = {"readable": False, "size": (0, 0), "origin": (0, 0, 0, False), "jpeg": b""}
    return reply(text=text, **{**nothing, "fingerprint": b"", **changes})  # type: ignore[arg-type]


def test_an_honest_reply_is_believed() -> None:
    assert frames.receive(io.BytesIO(reply())) == PHOTO
    assert frames.packed(PHOTO) == reply()
    blank = reply(text=b"blank")
    assert frames.receive(io.BytesIO(blank)) == dataclasses.replace(PHOTO, notes=(PhotoNote.BLANK,))
    for why in (Why("Miau é.", "Wuff ß."), Why("Miau é.")):
        assert frames.packed(why) == refusal("\n".join(why).encode())
        assert frames.receive(io.BytesIO(frames.packed(why))) == why


LIES = {
    "a format that is none": reply(origin=(5, 60, 40, False)),
    "an origin without width": reply(origin=(0, 0, 40, False)),
    "an origin without height": reply(origin=(0, 60, 0, False)),
    "a photo without width": reply(size=(0, 40)),
    "another size than the JPEG's": reply(size=(61, 40)),
    "too large a photo": reply(size=(513, 40)),
    "a note of its own": reply(text=b"Click [here](https://example.org)."),
    "a note that is no text": reply(text=b"\xff\xff"),
    "no JPEG": reply(jpeg=b""),
    "something else as a JPEG": reply(jpeg=b"<script>alert(1)</script>"),
    "a JPEG of somebody else's": reply(jpeg=GOOD),
    "a JPEG with something behind": reply(jpeg=PHOTO.jpeg + b"<script>\xff\xd9"),
    "a fingerprint that is too long": reply(fingerprint=bytes(257)),
    "far too much": reply(jpeg_bytes=2**32 - 1),
    "a refusal without reason": refusal(b""),
    "a long refusal": refusal(b"x" * 1001),
    "a refusal with lines": refusal(b"This is\n# a heading\nand more"),
    "a refusal without advice's line": refusal(b"No."),
    "an advice without a reason": refusal(b"\nDo it."),
    "a refusal that is no text": refusal(b"\xff"),
    "a refusal with a photo": refusal(b"No.\n", jpeg=PHOTO.jpeg),
    "a refusal with a size": refusal(b"No.\n", size=(60, 40)),
    "a refusal with an origin": refusal(b"No.\n", origin=(0, 0, 0, True)),
}


@pytest.mark.parametrize("name", LIES)
def test_what_no_honest_process_would_say_is_not_believed(name: str) -> None:
    with pytest.raises(ValueError):
        frames.receive(io.BytesIO(LIES[name]))


@pytest.mark.parametrize("length", [0, 10, 23, 24, 200, len(reply()) - 1])
def test_half_a_reply_is_none(length: int) -> None:
    with pytest.raises(EOFError):
        frames.receive(io.BytesIO(reply()[:length]))


LIAR = """
import sys, threading
sys.stdin.buffer.read(1)
sys.stdout.buffer.write(bytes.fromhex(sys.argv[1]))
sys.stdout.buffer.flush()
threading.Event().wait()
"""


def test_a_lying_process_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    lie = LIES["a JPEG of somebody else's"].hex()
    start = Child._start

    def start_liar(child: Child) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", LIAR, lie], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    monkeypatch.setattr(Child, "_start", start_liar)
    child = Child(LIMITS)
    try:
        liar = child._process
        with pytest.raises(ChildLostError, match="broke the decoder"):
            child.ask([GOOD])
        assert liar.poll() is not None
        monkeypatch.setattr(Child, "_start", start)
        assert child.ask([GOOD]) == [PHOTO]
    finally:
        child.end()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell")
def test_the_process_has_little_to_do_harm_with(monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    monkeypatch.setenv("PAWTUNE_DATABASE_URL", "postgres://SECRET")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "SECRET")
    monkeypatch.setenv("LC_TIME", "C")
    child = Child(LIMITS)
    try:
        # Formats whose libraries are loaded and threads are started within the limits.
        for data in (pictures.heic(), pictures.avif(), pictures.webp(), pictures.grey_16_bits()):
            assert isinstance(child.ask([data])[0], Canonical)
        pid = child._process.pid
        for what, most in (
            (resource.RLIMIT_AS, LIMITS.decoder_memory_bytes),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_NOFILE, 64),
        ):
            assert resource.prlimit(pid, what) == (most, most)
        environment = psutil.Process(pid).environ()
    finally:
        child.end()
    assert not [name for name, value in environment.items() if "SECRET" in name + value]
    assert environment["PATH"] == os.environ["PATH"]
    assert environment["LC_TIME"] == "C"
    assert environment["OMP_NUM_THREADS"] == "1"


WRITER = """
import sys
from pathlib import Path
from pipeline.settings.limits import LIMITS
from pipeline.photos.decoding import decode, process
real = decode.canonical
def writing(data, limits):
    print("libfoo: warning", flush=True)
    print("libfoo: error", file=sys.stderr, flush=True)
    try:
        Path(sys.argv[1]).write_bytes(b"evil")
    except OSError:
        return real(data, limits)
    raise decode.UnreadablePhoto("It could write a file.")
decode.canonical = writing
process.serve(LIMITS)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_the_process_writes_no_file_and_a_log_does_not_hinder_it(tmp_path: Path) -> None:
    with (tmp_path / "server.log").open("wb") as log:
        done = subprocess.run(
            [sys.executable, "-c", WRITER, str(tmp_path / "file")],
            cwd=REPOSITORY,
            input=request(GOOD),
            stdout=subprocess.PIPE,
            stderr=log,
            check=True,
        )
    assert frames.receive(io.BytesIO(done.stdout)) == PHOTO
    written = [path for path in tmp_path.iterdir() if path.stat().st_size]
    assert not written


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


ORPHANS = """
import sys, threading
sys.path.insert(0, sys.argv[1])
from pipeline.photos.decoding.decoder import Decoder
import psutil
from tests.inputs import pictures
pool = Decoder(2)
pool.canonical("a", pictures.jpeg())
print(*[child.pid for child in psutil.Process().children()], flush=True)
threading.Event().wait()
"""


def test_the_processes_end_when_their_parent_is_killed() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", ORPHANS, str(REPOSITORY)], stdout=subprocess.PIPE
    )
    with parent:
        assert parent.stdout is not None
        orphans = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
        assert len(orphans) == 2
        parent.kill()
        _, alive = psutil.wait_procs(orphans, timeout=30)
    assert not alive


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no alarm")
def test_a_hanging_process_ends_even_without_a_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = dataclasses.asdict(dataclasses.replace(LIMITS, decode_timeout_s=0.5))
    monkeypatch.setenv(FAULT_VARIABLE, "decode:hang")
    child = subprocess.Popen(
        [sys.executable, "-m", "pipeline.photos.decoding.decoder", json.dumps(limits)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    with child:
        assert child.stdin is not None
        child.stdin.write(request(EVIL))
        child.stdin.close()
        assert child.wait(timeout=60) < 0, "ended by the alarm's signal"


def test_the_process_is_light_and_quiet() -> None:
    script = (
        "import sys, pipeline.photos.decoding.decoder as d;"
        "heavy = {'numpy', 'cv2', 'tensorflow', 'streamlit', 'sqlalchemy', 'requests', 'psutil',"
        "  'pillow_heif', 'PIL.AvifImagePlugin', 'PIL.WebPImagePlugin'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
    child = subprocess.run(
        [sys.executable, "-m", "pipeline.photos.decoding.decoder", "{}"],
        cwd=REPOSITORY,
        env=process._environment(),
        input=b"",
        capture_output=True,
        check=True,
    )
    assert child.stdout == b""
    assert child.stderr == b""


def test_a_print_inside_the_process_does_not_spoil_the_answer() -> None:
    script = (
        "import io, sys; from pipeline.photos.decoding import decode, process;"
        "from pipeline.settings.limits import LIMITS; real = decode.canonical;\n"
        "def loud(data, limits):\n"
        "    print('libfoo: warning', flush=True); return real(data, limits)\n"
        "decode.canonical = loud; process.serve(LIMITS)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=REPOSITORY,
        input=request(GOOD),
        capture_output=True,
        check=True,
    )
    assert b"libfoo" in done.stderr
    assert b"libfoo" not in done.stdout
    assert done.stdout.endswith(decode.canonical(GOOD).jpeg)
