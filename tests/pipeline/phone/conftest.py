"""A switch that is on, at an address of this computer alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.jobs import dispatch
from pipeline.phone import where
from pipeline.phone.switch import Phone
from pipeline.phone.where import Where
from pipeline.workspace.home import Workspace, open_workspace


@pytest.fixture
def workspace() -> Workspace:
    return open_workspace()


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The network is this computer; the port is any that is free."""
    monkeypatch.setattr(where, "find", lambda: Where("127.0.0.1", 0, False, None))


@pytest.fixture
def no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is submitted stays in the queue."""
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)


@pytest.fixture
def phone(here: None, workspace: Workspace) -> Iterator[Phone]:
    phone = Phone(lambda: workspace)
    phone.on()
    yield phone
    phone.off()
