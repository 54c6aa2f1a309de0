"""The app as `make run` starts it, and a browser before it, for measurements."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from pipeline.jobs.queue import Jobs
from pipeline.workspace.home import Workspace, open_workspace
from tests.conftest import REPOSITORY, SHARED
from tests.workspaces import finished, wait_for

PATIENCE_MS = 300_000
_DRAWN = (
    "[data-testid='stApp'][data-test-connection-state='CONNECTED']"
    "[data-test-script-state='notRunning']"
)


@dataclass(frozen=True)
class Site:
    """A server of the app and its workspace."""

    home: Path
    process: subprocess.Popen[bytes]
    port: int

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def workspace(self) -> Workspace:
        return open_workspace(self.home)

    def is_up(self) -> bool:
        """Whether it answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1):
                return True
        except OSError:
            return False

    def quiet(self) -> None:
        """Wait until no job is at work; what measures the machine ends by itself."""
        for job in Jobs(self.workspace).active():
            finished(self.workspace, job.id, timeout_s=PATIENCE_MS / 1000)

    def stop_jobs(self) -> None:
        """End whatever is at work: the next measurement shall find a quiet machine."""
        jobs = Jobs(self.workspace)
        for job in jobs.active():
            jobs.stop(job.id)
            finished(self.workspace, job.id, timeout_s=PATIENCE_MS / 1000)


@contextmanager
def serving(home: Path) -> Iterator[Site]:
    """Start a server; returned at once, see `Site.is_up`. At the end its jobs end with it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    weights = SHARED / "keras"
    known = {"KERAS_HOME": str(weights)} if weights.is_dir() else {}
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "server.py", "--server.port", str(port)],
        cwd=REPOSITORY,
        env={**os.environ, **known, "PAWTUNE_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    site = Site(home, process, port)
    try:
        yield site
    finally:
        site.stop_jobs()
        process.terminate()
        process.wait()


@contextmanager
def ready(home: Path) -> Iterator[Site]:
    """A server that answers, and has nothing else to do."""
    with serving(home) as site:
        wait_for(site.is_up, "the server's start")
        yield site


@contextmanager
def open_browser(*more: str) -> Iterator[Browser]:
    """A Chromium, with more arguments."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", *more]
        )
        yield browser
        browser.close()


def visitor(browser: Browser) -> Page:
    """Somebody with a browser profile of their own."""
    page = browser.new_context(viewport={"width": 1280, "height": 1000}).new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page


def open_page(page: Page, address: str) -> float:
    """Seconds until a page is drawn to its end."""
    page.goto("about:blank")
    began = time.perf_counter()
    page.goto(address)
    page.wait_for_selector(_DRAWN)
    page.wait_for_selector("h1")
    return time.perf_counter() - began


def settle(page: Page) -> None:
    """Wait until the script behind the page has run to its end."""
    page.wait_for_selector(_DRAWN)
