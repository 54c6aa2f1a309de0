"""Who may ask: programs on this computer; from elsewhere, and in the demo, who has the token.

A web page of another site cannot: no answer is marked for it, and a request that a browser makes
in its name is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Final, Self

from starlette.requests import HTTPConnection

from pipeline.api import host_names
from pipeline.api.host_names import Listed, is_loopback, is_this_computer, name_of
from pipeline.api.refused import Refused
from pipeline.errors import SettingError
from pipeline.settings import environment, mode

_BEARER: Final = re.compile(r"bearer +(\S+) *", re.IGNORECASE)
# A proxy that names none of these is as good as this computer; the page believes it as well.
_PASSED_ON: Final = (
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "via",
)


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask, and what about.

    Attributes:
        is_on: Whether anybody may.
        token: What a program has to show; None lets those on this computer ask, and no others.
        visitor: Whose photos and runs they see; None sees all.
        listed: The names under which this server answers.
    """

    is_on: bool = True
    token: str | None = None
    visitor: str | None = None
    listed: Listed = host_names.none_listed

    @classmethod
    def from_environment(cls, listed: Listed = host_names.none_listed) -> Self:
        """What `PAWTUNE_API` and `PAWTUNE_API_TOKEN` say, in the mode of this server.

        Args:
            listed: See `Access`.

        Raises:
            SettingError: If the demo shall answer programs and has no token, or a token is short.
        """
        token, is_demo = environment.api_token(), mode.is_demo()
        is_on = environment.answers_programs()
        if is_demo and is_on and token is None:
            raise SettingError(
                "A demo answers programs (`PAWTUNE_API`) only with a token. Set "
                "`PAWTUNE_API_TOKEN`, or leave `PAWTUNE_API` out."
            )
        # Whoever has the token of a demo is no visitor, and sees what everybody sees.
        return cls(is_on, token, mode.NOBODY if is_demo else None, listed)

    def expect_on(self) -> None:
        """Refuse everybody where the way is shut.

        Raises:
            Refused: If it is.
        """
        if not self.is_on:
            raise Refused(404, "This server answers no programs. Its owner can switch that on.")

    def expect(self, request: HTTPConnection) -> None:
        """Refuse who may not ask.

        Raises:
            Refused: Who comes by a name that is not listed; who shows no token or another one;
                without a token, who is not on this computer, or is a web page of another site.
        """
        self.expect_on()
        host_names.expect_listed(request, self.listed())
        if self.token is not None:
            found = _BEARER.fullmatch(request.headers.get("authorization", ""))
            if found is None or not is_same(found.group(1), self.token):
                raise Refused(
                    401,
                    "This needs the server's token, as `Authorization: Bearer TOKEN`.",
                    headers={"WWW-Authenticate": "Bearer"},
                )
        elif not _is_local(request):
            raise Refused(
                403,
                "Only programs on this computer may ask here. For others the server's owner sets "
                "`PAWTUNE_API_TOKEN`.",
            )
        elif _is_of_another_site(request):
            raise Refused(403, "Web pages of other sites may not ask here.")


def is_same(shown: str, token: str) -> bool:
    """Whether two secrets are equal; how long it takes tells neither content nor length."""
    digests = [hashlib.sha256(one.encode("utf-8", "replace")).digest() for one in (shown, token)]
    return hmac.compare_digest(*digests)


def is_near(request: HTTPConnection) -> bool:
    """Whether a request comes from whose computer this is: nothing here is a secret to them."""
    return _is_local(request) and not mode.is_demo()


def _is_local(request: HTTPConnection) -> bool:
    """Whether a request comes from this computer, by a name of this computer, and by no detour.

    The name keeps a page of another site out whose own name was made to lead here (DNS rebinding).
    """
    name = name_of(request)
    if request.client is None or name is None:
        return False
    if any(one in request.headers for one in _PASSED_ON):
        return False
    return is_loopback(request.client.host) and is_this_computer(name)


def _is_of_another_site(request: HTTPConnection) -> bool:
    """Whether a browser says that a page asks which did not come from here."""
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return True
    origin = request.headers.get("origin")
    return origin is not None and origin != f"{request.url.scheme}://{request.headers['host']}"
