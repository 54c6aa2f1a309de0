"""The demo's cookie: a random secret for each browser, and who the visitor with that secret is.

It is given by plain ASGI middleware around the app, with the page itself: when the page's script
connects, the browser has it already. Scripts cannot read it, and other sites neither get it along
nor, behind TLS, can plant one. Only a hash of the secret is kept: who can read the database cannot
pretend to be a visitor.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import ClassVar, Final

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PLAIN: Final = "pawtune_visitor"
# Behind TLS. A browser takes a name with this prefix over TLS alone and from this very host, so
# an app on a neighbouring host name cannot choose who somebody is.
SECURE: Final = "__Host-pawtune_visitor"
SECRET_BYTES: Final = 32
_SECRET: Final = re.compile(f"[0-9a-f]{{{2 * SECRET_BYTES}}}")


def visitor_of(cookies: Mapping[str, str]) -> str | None:
    """The visitor whose secret is among these cookies, as 32 hexadecimal digits; None without."""
    for name in (SECURE, PLAIN):
        secret = cookies.get(name, "")
        if _SECRET.fullmatch(secret):
            return hashlib.sha256(secret.encode()).hexdigest()[:32]
    return None


class VisitorCookie:
    """Middleware that gives a browser its cookie when it asks for a page and has no whole one.

    TLS ends in a proxy on this computer, whose `X-Forwarded-Proto` uvicorn believes; of a proxy
    elsewhere it does only where `FORWARDED_ALLOW_IPS` names it.
    """

    at_work: ClassVar[bool] = False  # whether this process gives cookies at all

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        VisitorCookie.at_work = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and a page with a cookie to who has none."""
        if scope["type"] == "http":
            request = HTTPConnection(scope)
            name = SECURE if request.url.scheme == "https" else PLAIN
            # Browsers ask so for pages alone: parts of a page, which caches on the way may keep
            # and hand to anybody, never carry a cookie.
            is_page = "text/html" in request.headers.get("accept", "")
            if is_page and visitor_of({name: request.cookies.get(name, "")}) is None:
                send = _with_cookie(name, send)
        await self._app(scope, receive, send)


def _with_cookie(name: str, send: Send) -> Send:
    """Send an answer with a fresh secret in its head."""
    # Not SameSite=Strict: who comes by a link would seem to have no cookie, and get another one.
    line = f"{name}={secrets.token_hex(SECRET_BYTES)}; Path=/; HttpOnly; SameSite=Lax"

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.append("Set-Cookie", f"{line}; Secure" if name == SECURE else line)
            headers["Cache-Control"] = "no-store"  # nobody else may be answered with this secret
        await send(message)

    return sending
