"""What every test may use, and what no test may touch."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from pipeline.browser import engine
from tests.litert_js import from_npm
from tests.postgres import PostgresServer, find_programs

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"
TYPESCRIPT = "5.9.3"  # fetched by npx, once
# No deadline: a busy machine is no failure.
settings.register_profile("pawtune", deadline=None)
settings.load_profile("pawtune")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of its own for each test, and no weights but those that a test asks for."""
    home = tmp_path / "home"
    monkeypatch.setenv("PAWTUNE_HOME", str(home))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    # Nothing listens there: a test that would reach out fails at once instead.
    monkeypatch.setenv("PAWTUNE_MIRROR", "http://127.0.0.1:9/")
    monkeypatch.setenv("PAWTUNE_WARM", "no")  # no process waits for a training unless asked to
    for name in ("PAWTUNE_DATABASE_URL", "PAWTUNE_FAULT", "PAWTUNE_MODE"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture(autouse=True)
def no_example(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The example run stays away from tests that count runs; `with_example` lets it in."""
    if "with_example" not in request.fixturenames:
        monkeypatch.setattr("pipeline.workspace.example.EXAMPLE", tmp_path / "no example")


@pytest.fixture
def with_example() -> None:
    """The example run is there, as it is for people."""


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real photos and weights beside the project, where there is one."""
    if not SHARED.is_dir():
        pytest.skip(f"needs the real photos and weights in {SHARED.name}/ beside the project")
    return SHARED


@pytest.fixture
def imagenet(shared: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Real ImageNet weights in Keras's cache."""
    monkeypatch.setenv("KERAS_HOME", str(shared / "keras"))
    return shared / "keras"


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium; skips where there is none, unless the tests are required."""
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            candidate = Path(folder) / name
            if candidate.is_file():
                return str(candidate)
    if os.environ.get("PAWTUNE_BROWSER_TESTS") == "required":
        pytest.fail("The browser tests are required here, and there is no Chromium.")
    pytest.skip("needs a Chromium; install Debian's package `chromium`")


@pytest.fixture(scope="session")
def typescript() -> list[str]:
    """The command of TypeScript's compiler; skips where there is none, unless it is required."""
    command = ["npx", "--yes", "--prefer-offline", f"--package=typescript@{TYPESCRIPT}", "tsc"]
    try:
        subprocess.run([*command, "--version"], capture_output=True, check=True, timeout=120)
    except (OSError, subprocess.SubprocessError) as error:
        if os.environ.get("PAWTUNE_NODE_TESTS") == "required":
            pytest.fail(f"The scripts must be checked here, and there is no TypeScript: {error}")
        pytest.skip("needs Node and TypeScript; install Debian's package `npm`")
    return command


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server; skips where there is none, unless the tests are required."""
    programs = find_programs()
    if programs is not None:
        with PostgresServer(programs) as server:
            yield server
    elif os.environ.get("PAWTUNE_POSTGRES_TESTS") == "required":
        pytest.fail("The tests with PostgreSQL are required here, and there is no PostgreSQL.")
    else:
        pytest.skip("needs a PostgreSQL; install Debian's package `postgresql`")


@pytest.fixture(scope="session")
def litert_js(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """LiteRT.js's published files; skips where the npm registry is out of reach."""
    return from_npm(tmp_path_factory.mktemp("litert_js"))


@pytest.fixture
def engine_at_home(litert_js: Path, own_home: Path) -> Path:
    """The workspace with LiteRT.js in it, as if it had been fetched."""
    shutil.copytree(litert_js, engine.folder(), dirs_exist_ok=True)
    return own_home
