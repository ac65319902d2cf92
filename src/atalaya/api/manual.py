"""The description for people: one page made on our own server from what is described."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from atalaya.api.v1 import version_1
from atalaya.ui import htmx


@dataclass(frozen=True)
class Value:
    """A parameter, or a field of a body."""

    name: str
    kind: str
    needed: bool
    about: str


@dataclass(frozen=True)
class Explained:
    """An operation as the page shows it."""

    key: str
    method: str
    path: str
    title: str
    about: str
    parameters: list[Value]
    body: list[Value]
    answers: str


@require_GET
def manual(request: HttpRequest) -> HttpResponse:
    """Every operation that is on, by package."""
    document = version_1().get_openapi_schema()
    groups: dict[str, list[Explained]] = {}
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            group = (one.get("tags") or [""])[0]
            groups.setdefault(group, []).append(_explained(document, method, path, one))
    context = {"groups": groups, "about": document["info"]["description"]}
    return htmx.render(request, "api/manual.html", context)


def _explained(document: Any, method: str, path: str, one: dict[str, Any]) -> Explained:
    content: dict[str, Any] = one.get("requestBody", {}).get("content", {})
    schema = _schema_in(content)
    answers = [
        f"{status} {_kind(_schema_in(answer.get('content', {})))}"
        for status, answer in one["responses"].items()
        if str(status).startswith("2")
    ]
    return Explained(
        one["operationId"],
        method.upper(),
        path,
        one["summary"],
        one.get("description", ""),
        [
            Value(p["name"], _kind(p["schema"]), p["required"], p.get("description", ""))
            for p in one.get("parameters", ())
        ],
        _fields(document, schema),
        ", ".join(answer.strip() for answer in answers),
    )


def _schema_in(content: dict[str, Any]) -> dict[str, Any]:
    """The schema of a body or an answer, whatever its media type."""
    for one in content.values():
        found: dict[str, Any] = one.get("schema", {})
        return found
    return {}


def _fields(document: Any, schema: dict[str, Any]) -> list[Value]:
    """The fields of a body: what it refers to is looked up."""
    name = schema.get("$ref", "").rpartition("/")[2]
    found = document["components"]["schemas"].get(name, schema)
    needed = set(found.get("required", ()))
    return [
        Value(key, _kind(value), key in needed, value.get("description", ""))
        for key, value in found.get("properties", {}).items()
    ]


def _kind(schema: dict[str, Any]) -> str:
    """The type of a value in a few letters: ``integer``, ``[string]``, ``TicketOut``."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"])
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type", ""))
