"""A real server and a real Chromium."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
    TimeoutError,
    expect,
    sync_playwright,
)

from pipeline.workspace.home import open_workspace
from tests.browser.stopwatch import Stopwatch
from tests.conftest import REPOSITORY
from tests.workspaces import add_photo_set, class_folders, wait_for

PATIENCE_MS = 30_000
# The addresses of pictures that are not there, whether they are still to come or cannot.
_MISSING = """() => [...document.images]
    .filter((image) => !(image.complete && image.naturalWidth > 0))
    .map((image) => `${image.alt}: ${image.src}`.slice(0, 200))"""
expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass
class Server:
    """The app as `make run` or `make demo` starts it, on a port of its own."""

    home: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = self.port or free.getsockname()[1]
        with (self.home.parent / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "streamlit",
                    "run",
                    "server.py",
                    "--server.port",
                    str(self.port),
                ],
                cwd=REPOSITORY,
                env={**os.environ, **self.environment, "PAWTUNE_HOME": str(self.home)},
                stdout=log,
                stderr=log,
            )
        wait_for(self.is_up, "the server's start")

    def is_up(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.home.parent / "server.log").read_text()
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(20)


@pytest.fixture(scope="session")
def trained_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a small trained run, made once by the command line."""
    folder = tmp_path_factory.mktemp("trained")
    photos = class_folders(folder / "photos", photos=30)
    home = folder / "home"

    def pawtune(*arguments: object) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", *map(str, arguments), "--json"],
            cwd=REPOSITORY,
            env={**os.environ, "PAWTUNE_HOME": str(home)},
            stdout=subprocess.PIPE,
            check=False,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
        assert done.returncode == 0, answer
        return answer

    photo_set = pawtune("import", photos, "--name", "Colours")["photo_set"]
    settings = "--epochs 2 --fine-tune-epochs 2 --alpha 0.35 --image-size 96 --weights none"
    pawtune("train", "--photo-set", photo_set, *settings.split(), "--name", "First colours")
    return home


@pytest.fixture
def trained(own_home: Path, trained_home: Path, server: Server) -> Server:
    """A server whose workspace has a set and a run that can answer."""
    return server


@pytest.fixture
def a_set_is_there(own_home: Path, tmp_path: Path) -> None:
    """A set is there already, so that the first visit paints nothing."""
    add_photo_set(open_workspace(own_home), class_folders(tmp_path / "first", photos=6), "First")


@pytest.fixture
def demo() -> None:
    """The server runs as a demo."""


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server and its workers reach nothing outside this machine; no mirror is set either."""
    monkeypatch.delenv("PAWTUNE_MIRROR")


@pytest.fixture
def server(own_home: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A fresh server; on an empty workspace unless the test asks for a trained one."""
    if "trained" in request.fixturenames:
        shutil.copytree(request.getfixturevalue("trained_home"), own_home, dirs_exist_ok=True)
    demo = "demo" in request.fixturenames
    environment = {"PAWTUNE_MODE": "demo"} if demo else {}
    if "no_network" in request.fixturenames:
        environment["PYTHONPATH"] = str(Path(__file__).parent / "offline")
    server = Server(own_home, environment)
    server.start()
    yield server
    server.stop()
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if "pipeline.jobs.worker" in command and process.environ().get("PAWTUNE_HOME") == str(
            own_home
        ):
            process.kill()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What starts browsers; there can be one at a time."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    browser = launch(playwright, chromium, "--use-fake-ui-for-media-stream")
    yield browser
    browser.close()


def launch(playwright: Playwright, chromium: str, *more: str) -> Browser:
    """A Chromium with a pretended camera, which asks nobody anything."""
    return playwright.chromium.launch(
        executable_path=chromium,
        args=[
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--use-fake-device-for-media-stream",
            "--autoplay-policy=no-user-gesture-required",  # a camera shows what it sees
            *more,
        ],
    )


def choose(box: Locator, option: str, *, exact: bool = False) -> None:
    """Choose from a list; a rerun that comes late closes the list, then it is opened again."""

    def chosen() -> bool:
        box.click()
        entry = box.page.get_by_role("option", name=option, exact=exact)
        with suppress(TimeoutError):
            entry.click(timeout=2000)
            return True
        return False

    wait_for(chosen, f"the choice of {option}")


@dataclass
class Visitor:
    """Somebody at a browser; remembers what the browser's console complained about."""

    context: BrowserContext
    page: Page
    server: Server
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str = "/") -> Page:
        """Open a page by its address and wait until it is drawn."""
        self.page.goto(self.server.url + path)
        self.settle()
        return self.page

    def settle(self, patience_ms: float = PATIENCE_MS) -> None:
        """Wait until the script behind the page has run to its end and its pictures are there.

        Raises:
            AssertionError: With the addresses of pictures that did not come in time; the server
                may have forgotten one that a page drawn twice still shows.
        """
        app = self.page.get_by_test_id("stApp")
        app.wait_for()
        self.page.wait_for_selector(
            "[data-testid='stApp'][data-test-connection-state='CONNECTED']"
            "[data-test-script-state='notRunning']"
        )
        try:
            self.page.wait_for_function(f"({_MISSING})().length === 0", timeout=patience_ms)
        except TimeoutError:
            missing = self.page.evaluate(_MISSING)
            assert not missing, f"pictures that did not come: {missing}"

    def bring_folder(self, folder: Path) -> None:
        """On the Photos page, below *Add photos*: choose a folder."""
        page = self.page
        page.locator(".st-key-photos_way").get_by_text("A folder").click()
        # Else files are asked for, not a folder.
        expect(page.get_by_text("A folder that holds one folder for each class")).to_be_visible()
        self.settle()
        with page.expect_file_chooser() as chooser:
            page.get_by_test_id("stFileUploaderDropzone").locator("button").click()
        chooser.value.set_files(folder)

    def hear(self, message: ConsoleMessage) -> None:
        url = str(message.location.get("url", ""))
        # On a deep link Streamlit first looks for its server below the page's address.
        probing = "/_stcore/" in url and "404" in message.text
        if message.type == "error" and not probing:
            self.complaints.append(f"{message.text} {url}")


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator:
    """Makes visitors; each has a browser profile of its own. Fails on console errors."""
    visitors: list[Visitor] = []

    def make(**options: object) -> Visitor:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(PATIENCE_MS)
        visitor = Visitor(context, context.new_page(), server)
        visitor.page.on("console", visitor.hear)
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitors.append(visitor)
        return visitor

    yield make
    for visitor in visitors:
        visitor.context.close()
    assert [line for visitor in visitors for line in visitor.complaints] == []


@pytest.fixture
def stopwatch(capsys: pytest.CaptureFixture[str]) -> Callable[[str], Stopwatch]:
    """Makes the stopwatch of a journey, whose steps are seen while the tests run."""

    def say(line: str) -> None:
        with capsys.disabled():
            print(f"\n{line}", end="")

    return lambda journey: Stopwatch(journey, say)
