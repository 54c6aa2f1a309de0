"""A request that is not answered as it was meant: a status and one plain sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refused(Exception):  # noqa: N818 - it describes the request
    """Why a request is refused. Every answer that is no success has this one form.

    Attributes:
        status: The HTTP status.
        told: The answer: `error`, a sentence, and what there is to know besides.
        headers: What goes into the answer's head.
    """

    def __init__(
        self,
        status: int,
        sentence: str,
        told: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.told = {"error": sentence, **(told or {})}
        self.headers = dict(headers or {})
