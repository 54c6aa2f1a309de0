"""The switch: off at first, and on for an hour."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from typing import Final

from pipeline.phone import routes, where
from pipeline.phone.desk import Desk
from pipeline.phone.link import Link
from pipeline.phone.listener import Listener
from pipeline.workspace.home import Workspace

# Who opens the address in the first minutes after its end is told so.
_TELLS_S: Final = 600.0


class Phone:
    """What a phone may do with this server. Thread-safe.

    Args:
        workspace: Gives the workspace; called from any thread.

    Attributes:
        desk: What the computer offers, and what the phone brought.
    """

    def __init__(self, workspace: Callable[[], Workspace]) -> None:
        self.desk = Desk(workspace)
        self._lock = threading.RLock()
        self._link: Link | None = None
        self._listener: Listener | None = None
        self._end: threading.Timer | None = None
        self._base = ""
        atexit.register(self.desk.decoders.close)

    @property
    def link(self) -> Link | None:
        """The link that lets a phone in; None where nobody is let in."""
        link = self._link
        return link if link is not None and link.seconds_left else None

    @property
    def address(self) -> str:
        """What the phone opens, with the token in it; empty where nobody is let in."""
        link = self.link
        return f"{self._base}/{link.token}/" if link else ""

    def on(self) -> None:
        """Let a phone in from now on, with a new token.

        Raises:
            SettingError: If that cannot be here.
        """
        place = where.find()
        with self._lock:
            self.off()
            link = Link.new()
            self.desk.begin_anew()
            self._listener = Listener(routes.app(self.desk, link), place)
            self._base = place.leads_to(self._listener.port)
            self._link = link
            self._end = threading.Timer(link.seconds_left + _TELLS_S, self._over, (link,))
            self._end.daemon = True
            self._end.start()

    def off(self) -> None:
        """Let nobody in any more; what came stays."""
        with self._lock:
            self._link = None
            if self._end is not None:
                self._end.cancel()
            if self._listener is not None:
                self._listener.close()
                self.desk.decoders.close()
            self._listener = self._end = None

    def _over(self, link: Link) -> None:
        with self._lock:
            if self._link is link:
                self.off()
