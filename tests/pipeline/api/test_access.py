"""Who may ask: this computer, or who has the token; no web page of another site."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from pipeline.api.access import Access
from pipeline.api.refused import Refused
from pipeline.errors import SettingError
from pipeline.settings import mode

TOKEN = "a-token-of-many-letters"


def status(access: Access, client: str = "127.0.0.1", host: str = "localhost:8501", **heads: str):
    headers = {"host": host, **{name.replace("_", "-"): value for name, value in heads.items()}}
    request = Request(
        {
            "type": "http",
            "scheme": "http",
            "path": "/api/v1/runs",
            "client": (client, 50_000) if client else None,
            "headers": [
                (name.encode(), value.encode("latin-1")) for name, value in headers.items()
            ],
        }
    )
    try:
        access.expect(request)
    except Refused as refused:
        return refused.status
    return 200


@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["localhost", "LocalHost:80", "127.0.0.1:8501", "[::1]:8501"])
def test_programs_on_this_computer_may_ask(client: str, host: str) -> None:
    assert status(Access(), client, host) == 200


@pytest.mark.parametrize("client", ["192.168.0.7", "8.8.8.8", "::ffff:8.8.8.8", "", "testclient"])
def test_programs_elsewhere_may_not(client: str) -> None:
    assert status(Access(), client) == 403


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "localhost.evil.example",
        "localhost:8501.evil.example",
        "127.0.0.1.nip.io",
        *("192.168.0.7:8501", "localhost/", "user@localhost", "[::1", "0.0.0.0"),
    ],
)
def test_a_name_that_was_made_to_lead_here_does_not(host: str) -> None:
    assert status(Access(), host=host) == 403


@pytest.mark.parametrize(
    "name", ["x_forwarded_for", "x_forwarded_proto", "forwarded", "x_real_ip", "via"]
)
def test_a_proxy_on_this_computer_makes_nobody_local(name: str) -> None:
    assert status(Access(), **{name: "127.0.0.1"}) == 403


@pytest.mark.parametrize(
    "heads",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:9999"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ],
)
def test_pages_of_other_sites_may_not_ask(heads: dict[str, str]) -> None:
    assert status(Access(), **heads) == 403


@pytest.mark.parametrize(
    "heads",
    [
        {"origin": "http://localhost:8501", "sec_fetch_site": "same-origin"},
        {"sec_fetch_site": "none"},
    ],
)
def test_pages_from_here_may(heads: dict[str, str]) -> None:
    assert status(Access(), **heads) == 200


@pytest.mark.parametrize(
    "shown",
    [
        *("", TOKEN, "Bearer", "Bearer ", f"Basic {TOKEN}", f"Bearer {TOKEN}x"),
        *(f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN} {TOKEN}", "Bearer \xff\xfe"),
    ],
)
@pytest.mark.parametrize("client", ["127.0.0.1", "8.8.8.8"])
def test_with_a_token_nobody_comes_without_it(shown: str, client: str) -> None:
    assert status(Access(token=TOKEN), client, authorization=shown) == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER "])
def test_with_the_token_one_may_come_from_anywhere(scheme: str) -> None:
    shown = f"{scheme} {TOKEN}"
    heads = {"authorization": shown, "x_forwarded_for": "8.8.8.8"}
    assert status(Access(token=TOKEN), "8.8.8.8", "demo.example", **heads) == 200


def test_the_owners_list_of_names_holds_for_programs_too() -> None:
    for token in (None, TOKEN):
        access = Access(token=token, listed=lambda: ["demo.example.org"])
        shown = {"authorization": f"Bearer {TOKEN}"}
        assert status(access, host="localhost:8501", **shown) == 403
        assert status(access, host="evil.example", **shown) == 403
        # By that name one is not on this computer, and needs the token.
        assert status(access, host="demo.example.org", **shown) == (200 if token else 403)
    listed = Access(listed=lambda: ["localhost"])
    assert status(listed) == 200


def test_where_the_way_is_shut_the_token_opens_nothing() -> None:
    access = Access(is_on=False, token=TOKEN)
    assert status(access, authorization=f"Bearer {TOKEN}") == 404


def test_on_ones_own_computer_it_is_on_and_sees_all(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Access.from_environment() == Access()
    monkeypatch.setenv("PAWTUNE_API", "off")
    assert not Access.from_environment().is_on
    monkeypatch.setenv("PAWTUNE_API", " ON ")
    monkeypatch.setenv("PAWTUNE_API_TOKEN", TOKEN)
    assert Access.from_environment() == Access(token=TOKEN)


def test_in_the_demo_it_is_off_unless_switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    assert not Access.from_environment().is_on
    monkeypatch.setenv("PAWTUNE_API", "on")
    with pytest.raises(SettingError, match="only with a token"):
        Access.from_environment()
    monkeypatch.setenv("PAWTUNE_API_TOKEN", TOKEN)
    assert Access.from_environment() == Access(True, TOKEN, mode.NOBODY)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PAWTUNE_API", "maybe"),
        ("PAWTUNE_API_TOKEN", "short"),
        ("PAWTUNE_API_TOKEN", "x" * 15 + "ö"),
        ("PAWTUNE_API_TOKEN", "two words of letters"),
    ],
)
def test_what_cannot_be_is_said_at_the_start(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match=name) as error:
        Access.from_environment()
    assert name == "PAWTUNE_API" or value not in str(error.value), "a secret is shown to nobody"
