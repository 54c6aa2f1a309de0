"""The names under which this server may be asked.

A page of another site can let its own name lead to this computer (DNS rebinding). To the browser
that site and this server are one then; what gives it away is the name in the request.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from typing import Final

from starlette.requests import HTTPConnection

from pipeline.api.refused import Refused
from pipeline.settings import mode

# Gives the names that the server's owner lists, as `server.allowedHosts` has them; none allows all.
Listed = Callable[[], Sequence[str]]

_NAME: Final = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?\Z", re.IGNORECASE)


def none_listed() -> Sequence[str]:
    """No list: every name will do."""
    return ()


def name_of(request: HTTPConnection) -> str | None:
    """By which name, or address, a request came, in small letters; None where it is no name."""
    found = _NAME.match(request.headers.get("host", ""))
    return None if found is None else found.group(1).strip("[]").lower()


def is_this_computer(name: str) -> bool:
    """Whether an address, or a name in small letters, leads to this computer and to no other."""
    return name == "localhost" or is_loopback(name)


def is_loopback(address: str) -> bool:
    """Whether that is an address of this computer for itself."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_loopback)


def expect_listed(request: HTTPConnection, listed: Sequence[str]) -> None:
    """Refuse a name that is not among those of the owner's list, if there is one.

    Raises:
        Refused: If it is not.
    """
    name = (name_of(request) or "").rstrip(".")
    if listed and not (name and any(_is_meant(one, name) for one in listed)):
        raise _unknown()


def expect_known(request: HTTPConnection, listed: Sequence[str]) -> None:
    """Refuse a name that another site may have made to lead here.

    Without a list that is every name but `localhost`: an address was not made by anybody. In the
    demo it matters to nobody: the visitor's cookie does not come along under another name.

    Raises:
        Refused: If it is one.
    """
    if listed or mode.is_demo():
        expect_listed(request, listed)
    elif (name := name_of(request)) is None or not (name == "localhost" or _is_address(name)):
        raise _unknown()


def _is_meant(listed: str, name: str) -> bool:
    """Whether one entry of the list is this name; as Streamlit reads it."""
    one = listed.strip().lower().rstrip(".")
    return one in ("*", name) or (one.startswith("*.") and name.endswith(one[1:]))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _unknown() -> Refused:
    return Refused(
        403,
        "This server does not answer under this name. Its owner can add the name to "
        "`--server.allowedHosts`.",
    )
