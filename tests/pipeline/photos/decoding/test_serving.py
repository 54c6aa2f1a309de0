"""The inside of a decoding process: it writes nothing but replies, whatever a library prints."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.photos.decoding import decode, frames
from pipeline.photos.decoding.clip_kinds import Clip
from pipeline.photos.decoding.serving import serve
from tests.conftest import REPOSITORY
from tests.inputs import clips
from tests.pipeline.photos.decoding.replies import GOOD, PHOTO, request

pytestmark = pytest.mark.thorough


WRITER = """
import sys
from pathlib import Path
from pipeline.settings.limits import LIMITS
from pipeline.photos.decoding import decode, serving
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
serving.serve(LIMITS)
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


def test_a_print_inside_the_process_does_not_spoil_the_answer() -> None:
    script = (
        "import io, sys; from pipeline.photos.decoding import decode, serving;"
        "from pipeline.settings.limits import LIMITS; real = decode.canonical;\n"
        "def loud(data, limits):\n"
        "    print('libfoo: warning', flush=True); return real(data, limits)\n"
        "decode.canonical = loud; serving.serve(LIMITS)"
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


def test_videos_are_served_where_they_are_asked_for() -> None:
    clips.needs_pyav()
    assert serve.__defaults__ == (None,)
    for argument, kind in (("None", tuple), ("2.0", Clip)):
        script = (
            "from pipeline.photos.decoding import serving;"
            f"from pipeline.settings.limits import LIMITS; serving.serve(LIMITS, {argument})"
        )
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=REPOSITORY,
            input=request(clips.walk()),
            capture_output=True,
            check=True,
        )
        assert isinstance(frames.receive(io.BytesIO(done.stdout), 300), kind)
