"""Under which names a server answers, where its owner lists some and where not."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from pipeline.api import host_names
from pipeline.api.refused import Refused


def request(host: str, **more: str) -> Request:
    heads = {"host": host, **{name.replace("_", "-"): value for name, value in more.items()}}
    headers = [(name.encode(), value.encode()) for name, value in heads.items()]
    return Request({"type": "http", "scheme": "http", "path": "/", "headers": headers})


def is_listed(host: str, *listed: str) -> bool:
    try:
        host_names.expect_listed(request(host), listed)
    except Refused as refused:
        assert refused.status == 403
        return False
    return True


@pytest.mark.parametrize(
    ("host", "listed"),
    [
        ("demo.example.org", "demo.example.org"),
        ("Demo.Example.org:8501", " DEMO.example.ORG. "),
        ("demo.example.org.", "demo.example.org"),
        ("a.b.example.org", "*.example.org"),
        ("anything.example", "*"),
        ("[::1]:8501", "::1"),
    ],
)
def test_a_listed_name_will_do(host: str, listed: str) -> None:
    assert is_listed(host, "another.example", listed)


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "example.org", "evilexample.org", "a.example.org/", "x@a.example.org"],
)
def test_another_will_not(host: str) -> None:
    assert not is_listed(host, "*.example.org", "localhost")


def test_without_a_list_any_name_will_do() -> None:
    assert is_listed("evil.example")


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1", "[::1]:8501", "192.168.0.7:80"])
def test_nobody_can_make_an_address_lead_here(host: str) -> None:
    host_names.expect_known(request(host), ())


@pytest.mark.parametrize("host", ["evil.example:8501", "127.0.0.1.nip.io", "", "localhost.evil"])
def test_names_that_lead_here_may_be_made_by_anybody(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever such a page writes into its requests."""
    for more in ({}, {"x_forwarded_proto": "https", "x_forwarded_for": "8.8.8.8"}):
        with pytest.raises(Refused, match="allowedHosts"):
            host_names.expect_known(request(host, **more), ())
    if host:
        host_names.expect_known(request(host), [host.partition(":")[0]])
    monkeypatch.setenv("PAWTUNE_MODE", "demo")  # its cookie stays with the name that it is for
    host_names.expect_known(request(host), ())
    with pytest.raises(Refused):
        host_names.expect_known(request(host), ["demo.example.org"])
