"""The OpenAPI document: what ninja writes, with what the door adds to every operation."""

from __future__ import annotations

from typing import Any

from atalaya.api.problems import MEDIA_TYPE
from atalaya.kernel.plugs import practice_is_on

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A refusal (RFC 9457). `code` is stable; `detail` is for people.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "message", "code"],
                "properties": {
                    "path": {"type": "string"},
                    "message": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
    },
}
ONCE: dict[str, Any] = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "Makes a repeat safe: the same key with the same request gets the same answer.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}


def described(document: dict[str, Any]) -> dict[str, Any]:
    """The document with refusals, Idempotency-Key, and without practices that are off."""
    for address in list(document["paths"]):
        operations = document["paths"][address]
        for method in list(operations):
            if any(not practice_is_on(tag) for tag in operations[method].get("tags", ())):
                del operations[method]
            else:
                _complete(method, operations[method])
        if not operations:
            del document["paths"][address]
    document["components"]["schemas"]["Problem"] = PROBLEM
    return document


def _complete(method: str, operation: dict[str, Any]) -> None:
    reference = {"schema": {"$ref": "#/components/schemas/Problem"}}
    operation["responses"]["4XX"] = {
        "description": "Refused",
        "content": {MEDIA_TYPE: reference},
    }
    if method == "post":
        operation["parameters"] = [*operation.get("parameters", ()), ONCE]
