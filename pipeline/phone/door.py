"""Before everything that a phone may ask: the token in the address, and how often."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.phone.rate import Rate
from pipeline.wording import phone_text

AT_ONCE: Final = 60
PER_SECOND: Final = 10.0
# Nobody keeps a page with the token in its address, hears of it, or puts it into another page.
HEADERS: Final = MappingProxyType(
    {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
        "connect-src 'self'; img-src 'self' blob: data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'",
        "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Robots-Tag": "noindex",
    }
)
_PAGE: Final = """\
<!DOCTYPE html>
<html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>PawTune</title>
<h1>PawTune</h1>
<p>{sentence}</p>
</html>
"""


class Door:
    """Lets those in who have the token; to all others every address is the same.

    Args:
        app: What is behind it; in its addresses the token is the first part.
        admits: Whether a token opens.
    """

    def __init__(self, app: ASGIApp, admits: Callable[[str], bool]) -> None:
        self._app = app
        self._admits = admits
        self._rate = Rate(AT_ONCE, PER_SECOND)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = {name.lower().encode() for name in HEADERS}
                kept = [one for one in message["headers"] if one[0].lower() not in ours]
                more = [(name.lower().encode(), HEADERS[name].encode()) for name in HEADERS]
                message = {**message, "headers": [*kept, *more]}
            await send(message)

        shown = scope["path"].split("/")[1] if scope["path"].startswith("/") else ""
        if not self._admits(shown):
            await told(Request(scope), 404, phone_text.OVER)(scope, receive, marked)
        elif not self._rate.takes():
            answer = told(Request(scope), 429, phone_text.TOO_FAST)
            answer.headers["Retry-After"] = "1"
            await answer(scope, receive, marked)
        else:
            await self._app(scope, receive, marked)


def told(request: Request, status: int, sentence: str) -> Response:
    """One sentence: a page for who opens one, JSON for the page's script."""
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(_PAGE.format(sentence=sentence), status)
    return JSONResponse({"error": sentence}, status)
