"""What can be asked for: one entry of the table that routes and document are made from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.requests import Request

PREFIX: Final = "/api/v1"  # before every address
LATEST: Final = "latest"  # instead of a run's id: the newest that can answer


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, after whoever asks was found to be allowed to.

    Attributes:
        request: The request itself; its body was not read yet.
        visitor: Whose photos and runs are seen; None sees all.
        path: What stood in the address's places, such as `id`.
    """

    request: Request
    visitor: str | None
    path: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked for.

    Attributes:
        method: `GET` or `POST`.
        path: Below `/api/v1`; `{id}` is a place for an id.
        name: What the document calls it.
        summary: What it does, in a sentence.
        answer: Answers with plain JSON; raises `Refused`, or an error of ours.
        gives: The JSON schema of the answer.
        refuses: The statuses of refusals that are its own.
        query: The JSON schema of each parameter behind the `?`, none of them required.
        body: The JSON schema of a multipart body; None takes none.
        is_open: Whether anybody may ask.
    """

    method: str
    path: str
    name: str
    summary: str
    answer: Callable[[Asked], Awaitable[Mapping[str, Any]]]
    gives: Mapping[str, Any]
    refuses: tuple[int, ...] = ()
    query: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    is_open: bool = False
