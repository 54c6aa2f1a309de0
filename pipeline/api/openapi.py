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
    403: "Whoever asks is not on this computer.",
    404: "There is nothing of this kind.",
    408: "The photos came too slowly.",
    409: "The run cannot answer.",
    413: "The photos are too large, or too many.",
    415: "No file is a picture of a kind that is read here.",
    422: "The request cannot be understood, or no photo can be used.",
    500: "A mistake of PawTune's own.",
    503: "Too much is being asked, or the disk is full.",
}
_ANYWHERE: Final = (401, 403, 404, 422, 500, 503)


def operation(others: Sequence[Operation]) -> Operation:
    """The operation that hands the document out.

    Args:
        others: All other operations of this server.
    """

    async def answer(_asked: Asked) -> Mapping[str, Any]:
        return told

    mine = Operation(
        "GET", "/openapi.json", "openapi", "This document.", answer, {"type": "object"}
    )
    told = document([*others, mine])
    return mine


def document(operations: Sequence[Operation]) -> dict[str, Any]:
    """The document of these operations."""
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        paths.setdefault(PREFIX + one.path, {})[one.method.lower()] = _described(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "PawTune",
            "version": _VERSION,
            "description": "Ask a network that PawTune trained.",
        },
        "paths": paths,
        "components": {
            "schemas": {"Error": schemas.ERROR},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        # On the same computer, where no token was set, none is needed.
        "security": [{"token": []}, {}],
    }


def _described(operation: Operation) -> dict[str, Any]:
    refusals = sorted({*operation.refuses, *_ANYWHERE})
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
    }
    if operation.body is not None:
        content = {"multipart/form-data": {"schema": operation.body}}
        told["requestBody"] = {"required": True, "content": content}
    if operation.is_open:
        told["security"] = []
    return told


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


_ID: Final = {"type": "string", "minLength": 1}
_ERROR: Final = _json({"$ref": "#/components/schemas/Error"})
