"""Addresses, methods, parameters, and what goes wrong: each a status and one sentence."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from pipeline.api import asgi, health
from pipeline.api.access import Access
from pipeline.api.operations import Asked, Operation
from pipeline.api.refused import Refused
from pipeline.errors import DiskFullError, RunError, WorkspaceError
from tests.pipeline.api.conftest import RED, Serve, ask

TOKEN = "a-token-of-many-letters"


def operation(
    answer: Any, path: str = "/things/{id}", method: str = "GET", **more: Any
) -> Operation:
    return Operation(method, path, "thing", "A thing.", answer, {}, **more)


async def echo(asked: Asked) -> Mapping[str, Any]:
    return {"id": asked.path["id"], "visitor": asked.visitor}


def raising(error: Exception) -> Operation:
    async def answer(_asked: Asked) -> Mapping[str, Any]:
        raise error

    return operation(answer)


def test_what_stands_in_the_address_comes_along(serve: Serve) -> None:
    address = serve([operation(echo)], Access(visitor="somebody"))
    answer = requests.get(f"{address}/things/a%20b", timeout=30)
    assert answer.json() == {"id": "a b", "visitor": "somebody"}
    assert answer.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in answer.headers
    assert requests.head(f"{address}/things/a", timeout=30).status_code == 200


def test_an_id_may_be_any_text(serve: Serve) -> None:
    answer = requests.get(f"{serve([operation(echo)])}/things/a%0Ab%C2%9F", timeout=30)
    assert answer.json()["id"] == "a\nb\x9f"


def test_an_answer_that_is_no_json_is_a_mistake_of_ours(serve: Serve) -> None:
    async def no_number(_asked: Asked) -> Mapping[str, Any]:
        return {"loss": float("nan")}

    answer = requests.get(f"{serve([operation(no_number)])}/things/a", timeout=30)
    assert (answer.status_code, list(answer.json())) == (500, ["error"])


@pytest.mark.parametrize("path", ["/things", "/things/", "/things/a/b", "/nothing", "/", "/a%0Ab"])
def test_other_addresses_have_nothing(serve: Serve, path: str) -> None:
    answer = requests.get(serve([operation(echo)]) + path, timeout=30)
    assert answer.status_code == 404
    assert list(answer.json()) == ["error"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_are_named(serve: Serve, method: str) -> None:
    answer = requests.request(method, serve([operation(echo)]) + "/things/a", timeout=30)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


@pytest.mark.parametrize("query", ["?other=1", "?known=1&known=2"])
def test_parameters_are_known_and_come_once(serve: Serve, query: str) -> None:
    address = serve([operation(echo, query={"known": {}})])
    assert requests.get(f"{address}/things/a?known=1", timeout=30).status_code == 200
    answer = requests.get(f"{address}/things/a{query}", timeout=30)
    assert answer.status_code == 422
    assert "known" in answer.json()["error"]


@pytest.mark.parametrize(
    ("status", "error", "sentence"),
    [
        (418, Refused(418, "No."), "No."),
        (409, RunError("It is damaged."), "It is damaged."),
        (503, DiskFullError("The disk is full."), "The disk is full."),
        (500, ValueError("/home/secret"), "Something went wrong inside PawTune."),
    ],
)
def test_whatever_goes_wrong_has_one_form(
    serve: Serve, status: int, error: Exception, sentence: str
) -> None:
    answer = requests.get(serve([raising(error)]) + "/things/a", timeout=30)
    assert (answer.status_code, answer.json()) == (status, {"error": sentence})


def test_who_asks_from_elsewhere_learns_of_no_folder(serve: Serve) -> None:
    secret = "/home/anna/.pawtune"
    address = serve([raising(WorkspaceError(f"Not in {secret}."))], Access(token=TOKEN))
    heads = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "8.8.8.8"}
    answer = requests.get(f"{address}/things/a", headers=heads, timeout=30)
    assert answer.status_code == 503
    assert answer.json() == {"error": "The server cannot do that at the moment. Ask again later."}


@pytest.mark.parametrize("path", ["/things/a", "/nothing", "/health/"])
def test_without_the_token_nobody_learns_what_there_is(serve: Serve, path: str) -> None:
    address = serve([operation(echo), health.OPERATION], Access(token=TOKEN))
    for heads in ({}, {"Authorization": "Bearer another-token-of-letters"}):
        answer = requests.get(address + path, headers=heads, timeout=30)
        assert answer.status_code == 401
        assert TOKEN not in answer.text
    allowed = requests.get(
        f"{address}/things/a", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30
    )
    assert allowed.status_code == 200
    assert requests.get(f"{address}/health", timeout=30).status_code == 200


def test_where_it_is_off_there_is_nothing(serve: Serve) -> None:
    address = serve([health.OPERATION], Access(is_on=False))
    assert requests.get(f"{address}/health", timeout=30).status_code == 404


def test_who_still_sends_hears_why_it_is_refused(
    serve: Serve, classifying: list[Operation]
) -> None:
    """Half of a large body is under way when the answer comes; it is read on, and not kept."""
    address = serve(classifying, Access(token=TOKEN))
    answer = ask(address, ("a.jpg", RED + bytes(50_000_000)))
    assert answer.status_code == 401
    assert answer.headers["connection"] == "close"


def test_who_never_ends_is_cut_off(
    serve: Serve, classifying: list[Operation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asgi, "_LINGER_S", 0.05)
    address = urlsplit(serve(classifying, Access(token=TOKEN)))
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        head = f"POST {address.path}/classify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n"
        connection.sendall(f"{head}\r\n".encode())
        heard = b""
        while part := connection.recv(65536):
            heard += part
    assert heard.startswith(b"HTTP/1.1 401 ")
    assert b"token" in heard


def test_who_goes_away_leaves_no_trace(
    serve: Serve, classifying: list[Operation], caplog: pytest.LogCaptureFixture, with_example: None
) -> None:
    url = serve(classifying)
    address = urlsplit(url)
    for _ in range(40):  # more than there are places
        with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
            head = "Host: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n"
            start = f"POST {address.path}/classify HTTP/1.1\r\n{head}Content-Length: 999\r\n\r\n--b"
            connection.sendall(start.encode())
    wait = ask(url, ("a.jpg", RED))
    assert wait.status_code in (200, 503)
    assert not caplog.records
