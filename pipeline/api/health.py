"""Whether somebody is there to answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.api.operations import Asked, Operation


async def _health(_asked: Asked) -> Mapping[str, Any]:
    return {"status": "ok"}


OPERATION = Operation(
    "GET",
    "/health",
    "health",
    "Whether this server answers; anybody may ask.",
    _health,
    gives={
        "type": "object",
        "properties": {"status": {"const": "ok"}},
        "required": ["status"],
        "additionalProperties": False,
    },
    is_open=True,
)
