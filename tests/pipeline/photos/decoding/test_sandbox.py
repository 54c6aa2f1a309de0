"""A decoding process as it is started, taken over by whatever a file made it run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.photos.decoding import sandbox
from pipeline.photos.decoding.canonical import Canonical
from pipeline.photos.decoding.process import Child
from pipeline.settings.limits import LIMITS
from tests.conftest import REPOSITORY
from tests.inputs import pictures

pytestmark = pytest.mark.thorough

EVIL = """
import os, socket, subprocess, sys
from pathlib import Path
from pipeline.photos.decoding import sandbox
sandbox.enter()
for what in (
    lambda: socket.create_connection(("127.0.0.1", int(sys.argv[2]))),
    lambda: Path(sys.argv[1]).open("a"),
    lambda: (Path(sys.argv[1]).parent / "new").touch(),
    lambda: subprocess.run([sys.executable, "-c", "pass"]),
    lambda: os.execv(sys.executable, [sys.executable, "-c", "print('ran')"]),
    lambda: Path(sys.argv[1]).read_bytes(),
):
    try:
        what()
    except OSError as error:
        print("refused")
    else:
        print("WENT THROUGH")
"""


@pytest.mark.skipif(bool(sandbox.missing()), reason="this kernel has no sandbox")
def test_no_network_no_new_file_no_program_and_no_secret(tmp_path: Path) -> None:
    import socket

    secret = tmp_path / "secret"
    secret.write_bytes(b"kept")
    with socket.create_server(("127.0.0.1", 0)) as server:
        done = subprocess.run(
            [sys.executable, "-c", EVIL, secret, str(server.getsockname()[1])],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=True,
        )
    assert done.stdout.split() == ["refused"] * 6
    assert [*tmp_path.iterdir()] == [secret]
    assert secret.read_bytes() == b"kept"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell")
def test_a_decoding_process_is_in_it_and_opens_every_format() -> None:
    child = Child(LIMITS)
    try:
        for make in (pictures.heic, pictures.avif, pictures.webp, pictures.grey_16_bits):
            assert isinstance(child.ask([make()])[0], Canonical)
        told = Path(f"/proc/{child._process.pid}/status").read_text()
    finally:
        child.end()
    facts = dict(line.split(":\t", 1) for line in told.splitlines() if ":\t" in line)
    if not sandbox.missing():
        assert (facts["NoNewPrivs"], facts["Seccomp"]) == ("1", "2"), "a filter"


def test_what_a_kernel_lacks_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("pipeline.photos.decoding.seccomp.is_there", lambda _: False)
    monkeypatch.setattr("pipeline.photos.decoding.landlock.is_there", lambda: False)
    network, files = sandbox.missing()
    assert "network" in network
    assert "other files" in files
    monkeypatch.setattr(sys, "platform", "darwin")
    (nothing,) = sandbox.missing()
    assert "no sandbox" in nothing
    sandbox.enter()  # does nothing there
