"""The document that tells other programs what can be asked: OpenAPI 3.1, made from the table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pipeline.api import schemas
from pipeline.api.operations import PREFIX, Asked, Operation

_VERSION: Final = "1"  # as in the address
_STATUSES: Final = {
    401: "The token is missing or another one.",
    403: "Whoever asks may not, or this server does not answer under this name.",
    404: "There is nothing of this kind.",
    408: "The photos came too slowly.",
    409: "The run cannot answer.",
    413: "The photos are too large, or too many.",
    415: "No file is a picture of a kind that is read here.",
    422: "The request cannot be understood, or no photo can be used.",
    500: "A mistake of PawTune's own.",
    503: "Too much is being asked, or the disk is full.",
}
_ANYWHERE: Final = (403, 404, 422, 500, 503)
_TOKEN: Final = "token"


def operation(others: Sequence[Operation], wants_token: bool) -> Operation:
    """The operation that hands the document out.

    Args:
        others: All other operations of this server.
        wants_token: Whether one has to show a token.
    """

    async def answer(_asked: Asked) -> Mapping[str, Any]:
        return told

    mine = Operation(
        "GET", "/openapi.json", "openapi", "This document.", answer, {"type": "object"}
    )
    told = document([*others, mine], wants_token)
    return mine


def document(operations: Sequence[Operation], wants_token: bool) -> dict[str, Any]:
    """The document of these operations; see `operation`."""
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        described = _described(one, wants_token and not one.is_open)
        paths.setdefault(PREFIX + one.path, {})[one.method.lower()] = described
    told: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "PawTune",
            "version": _VERSION,
            "description": "Ask a network that PawTune trained.",
        },
        "paths": paths,
        "components": {"schemas": {"Error": schemas.ERROR}},
    }
    if wants_token:
        told["components"]["securitySchemes"] = {_TOKEN: {"type": "http", "scheme": "bearer"}}
    return told


def _described(operation: Operation, wants_token: bool) -> dict[str, Any]:
    refusals = sorted({*operation.refuses, *_ANYWHERE, *([401] if wants_token else [])})
    places = re.findall(r"\{(\w+)\}", operation.path)
    told: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [
            *({"name": one, "in": "path", "required": True, "schema": _ID} for one in places),
            *({"name": one, "in": "query", "schema": how} for one, how in operation.query.items()),
        ],
        "responses": {
            "200": {"description": "The answer.", "content": _json(operation.gives)},
            **{str(one): {"description": _STATUSES[one], "content": _ERROR} for one in refusals},
        },
        "security": [{_TOKEN: []}] if wants_token else [],
    }
    if operation.body is not None:
        content = {"multipart/form-data": {"schema": operation.body}}
        told["requestBody"] = {"required": True, "content": content}
    return told


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


_ID: Final = {"type": "string", "minLength": 1}
_ERROR: Final = _json({"$ref": "#/components/schemas/Error"})
