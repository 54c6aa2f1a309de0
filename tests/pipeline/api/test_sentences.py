"""Errors for whoever asks: whole for whose computer it is, and without its folders for others."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from pipeline.api import sentences
from pipeline.errors import DiskFullError, DownloadError, PawTuneError, RunError, WorkspaceError

FOLDER = "/home/anna/.pawtune"


def request(client: str = "127.0.0.1", **heads: str) -> Request:
    headers = {"host": "localhost:8501", **heads}
    return Request(
        {
            "type": "http",
            "client": (client, 50_000),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
    )


ERRORS = [WorkspaceError(f"Not in {FOLDER}."), DiskFullError(FOLDER), DownloadError(FOLDER)]


@pytest.mark.parametrize("error", ERRORS)
def test_who_sits_there_is_told_all(error: PawTuneError) -> None:
    assert sentences.told(error, request()) == str(error)


@pytest.mark.parametrize("error", ERRORS)
def test_nobody_else_learns_of_a_folder(
    error: PawTuneError, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    far = [request("192.168.0.7"), request(**{"x-forwarded-for": "8.8.8.8"})]
    said = {sentences.told(error, one) for one in far}
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    said.add(sentences.told(error, request()))
    assert len(said) == 1
    assert FOLDER not in said.pop()
    assert len(caplog.records) == 3  # for the owner
    assert all(FOLDER in one.getMessage() for one in caplog.records)


def test_what_is_no_matter_of_the_owners_is_told_to_all() -> None:
    assert sentences.told(RunError("Train it again."), request("8.8.8.8")) == "Train it again."
