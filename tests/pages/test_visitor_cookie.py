"""The visitor's cookie: who gets one, how it is marked, and what is no cookie at all."""

from __future__ import annotations

import asyncio
import re
import runpy
import subprocess
from typing import Any

import pytest
import streamlit as st
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn import Config

from pages.ui.visitor_cookie import PLAIN, SECRET_BYTES, SECURE, VisitorCookie, visitor_of
from pipeline.browser import engine
from tests.conftest import REPOSITORY

PAGE = Response("page", headers={"Cache-Control": "no-cache"})
A_PAGE = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"  # what browsers accept
SECRET = "5a" * SECRET_BYTES
NO_SECRETS = [
    "",
    "nonsense",
    SECRET[:-1],
    SECRET + "0",
    SECRET.upper(),
    SECRET * 500,
    SECRET[:-1] + "g",
    SECRET[:-1] + "\u0665",  # a digit, but none of ours
    "2|" + SECRET,
    "../" * 20,
    "\0" * len(SECRET),
]


def answer(
    app: ASGIApp, cookie: str = "", *, scheme: str = "http", accept: str = A_PAGE, **more: Any
) -> Headers:
    """The head of what `app` answers to a browser."""
    named = {"host": "demo.example.org", "accept": accept, "cookie": cookie, **more}
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "scheme": scheme,
        "path": "/train",
        "query_string": b"",
        "headers": [(key.encode(), value.encode()) for key, value in named.items()],
        "client": ("127.0.0.1", 50_000),
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return Headers(raw=sent[0]["headers"])


def given(app: ASGIApp = PAGE, cookie: str = "", **request: Any) -> tuple[str, str, set[str]]:
    """Name, value and marks of the one cookie that is given with an answer."""
    (line,) = answer(VisitorCookie(app), cookie, **request).getlist("set-cookie")
    name, value, marks = re.fullmatch(r"([^=]+)=([^;]+); (.+)", line).groups()
    return name, value, set(marks.split("; "))


def test_each_browser_gets_a_secret_of_its_own() -> None:
    values = [given()[1] for _ in range(20)]
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in values)
    visitors = {visitor_of({PLAIN: value}) for value in values}
    assert len(visitors) == 20
    assert all(re.fullmatch("[0-9a-f]{32}", visitor or "") for visitor in visitors)


@pytest.mark.parametrize(("scheme", "name"), [("http", PLAIN), ("https", SECURE)])
def test_who_has_one_keeps_it(scheme: str, name: str) -> None:
    head = answer(VisitorCookie(PAGE), f"a=b; {name}={SECRET}; c=d", scheme=scheme)
    assert "set-cookie" not in head
    assert head["cache-control"] == "no-cache"


def test_scripts_and_other_sites_do_not_get_it() -> None:
    """No Domain either: it is for this host alone. No age: it ends with the browser."""
    assert given()[::2] == (PLAIN, {"Path=/", "HttpOnly", "SameSite=Lax"})
    name, _, marks = given(scheme="https")
    assert name.startswith("__Host-"), "no neighbouring host name can plant it"
    assert marks == {"Path=/", "HttpOnly", "SameSite=Lax", "Secure"}


@pytest.mark.parametrize(
    ("trusted", "told", "name"),
    [
        (None, "https", SECURE),
        (None, "http", PLAIN),
        (None, "", PLAIN),
        (None, "nonsense", PLAIN),
        ("203.0.113.9", "https", PLAIN),  # said by somebody who is not the proxy
    ],
)
def test_a_proxy_on_this_computer_says_whether_there_is_tls(
    monkeypatch, trusted: str | None, told: str, name: str
) -> None:
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)
    if trusted:
        monkeypatch.setenv("FORWARDED_ALLOW_IPS", trusted)
    config = Config(VisitorCookie(PAGE), log_config=None, lifespan="off")
    config.load()
    (line,) = answer(config.loaded_app, **{"x-forwarded-proto": told}).getlist("set-cookie")
    assert line.startswith(f"{name}=")
    assert line.endswith("Secure") == (name == SECURE)


@pytest.mark.parametrize("value", NO_SECRETS)
def test_what_is_no_secret_is_nobodys_and_replaced(value: str) -> None:
    assert visitor_of({PLAIN: value, SECURE: value}) is None
    for name, scheme in ((PLAIN, "http"), (SECURE, "https")):
        found, fresh, _ = given(cookie=f"{name}={value}", scheme=scheme)
        assert found == name
        assert visitor_of({name: fresh})


def test_only_the_whole_value_counts() -> None:
    assert visitor_of({PLAIN: SECRET})
    assert visitor_of({PLAIN: SECRET + "\n"}) is None
    assert visitor_of({"another": SECRET}) is None


def test_behind_tls_a_planted_cookie_decides_nothing() -> None:
    name, fresh, _ = given(cookie=f"{PLAIN}={SECRET}", scheme="https")
    assert name == SECURE
    both = {PLAIN: SECRET, SECURE: fresh}
    assert visitor_of(both) == visitor_of({SECURE: fresh}) != visitor_of({PLAIN: SECRET})


def test_a_visitor_cannot_be_read_from_the_database() -> None:
    visitor = visitor_of({PLAIN: SECRET})
    assert visitor
    assert visitor not in SECRET
    assert SECRET not in visitor
    assert visitor_of({PLAIN: visitor}) is None
    assert visitor_of({PLAIN: visitor * 2}) != visitor


@pytest.mark.parametrize("accept", ["*/*", "application/json", "image/avif,image/webp", ""])
def test_parts_of_a_page_bring_no_cookie(accept: str) -> None:
    """Caches on the way keep them for everybody."""
    head = answer(VisitorCookie(PAGE), accept=accept)
    assert "set-cookie" not in head
    assert head["cache-control"] == "no-cache"


@pytest.mark.parametrize("page", [PAGE, Response(status_code=304), Response(status_code=404)])
def test_no_cache_keeps_an_answer_with_a_cookie(page: Response) -> None:
    """Also where the browser knows the page already, but has lost its cookie."""
    head = answer(VisitorCookie(page))
    assert head["set-cookie"]
    assert head.getlist("cache-control") == ["no-store"]


def test_the_cookies_of_the_app_itself_stay() -> None:
    page = Response("page", headers={"Set-Cookie": "_streamlit_xsrf=1"})
    assert len(answer(VisitorCookie(page)).getlist("set-cookie")) == 2


@pytest.mark.parametrize("kind", ["websocket", "lifespan"])
def test_what_is_no_request_for_a_page_is_passed_on(kind: str) -> None:
    seen: list[tuple[Scope, Receive, Send]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append((scope, receive, send))

    async def nothing(*_: object) -> Any: ...

    scope = {"type": kind, "headers": [(b"accept", A_PAGE.encode())]}
    asyncio.run(VisitorCookie(app)(scope, nothing, nothing))
    assert seen == [(scope, nothing, nothing)]


@pytest.mark.parametrize(("mode", "around"), [("demo", [VisitorCookie]), ("local", [])])
def test_the_server_gives_cookies_in_the_demo_alone(monkeypatch, mode: str, around: list) -> None:
    monkeypatch.setenv("PAWTUNE_MODE", mode)
    monkeypatch.setattr(st, "App", lambda script, **more: (script, more))
    script, more = runpy.run_path(str(REPOSITORY / "server.py"))["app"]
    assert script == REPOSITORY / "app.py"
    assert [one.cls for one in more["middleware"]] == around
    assert [one.path.split("{")[0] for one in more["routes"]] == [
        "/api/v1/",
        "/api/browser/scripts/",
        f"/api/browser/engine/{engine.EDITION}/",
        "/api/browser/runs/",
    ]


@pytest.mark.parametrize("target", ["run", "demo"])
def test_make_starts_the_right_one(target: str) -> None:
    done = subprocess.run(
        ["make", "--dry-run", target], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    (line,) = [line for line in done.stdout.splitlines() if "streamlit run" in line]
    assert "streamlit run server.py " in line
    assert ("PAWTUNE_MODE=demo" in line) == (target == "demo")
