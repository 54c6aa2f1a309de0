"""One decoding process: little to do harm with, and gone with its parent."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys

import psutil
import pytest

from pipeline.photos.decoding import process
from pipeline.photos.decoding.canonical import Canonical
from pipeline.photos.decoding.process import Child, ChildLostError
from pipeline.photos.decoding.serving import FAULT_VARIABLE
from pipeline.settings.limits import LIMITS
from tests.conftest import REPOSITORY
from tests.inputs import pictures
from tests.pipeline.photos.decoding.replies import EVIL, GOOD, LIES, PHOTO, request

pytestmark = pytest.mark.thorough


# === A process that a file has taken over ===


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
