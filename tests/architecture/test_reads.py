"""Faces read rows through ``visible_to``; below the faces nobody knows of HTTP."""

from __future__ import annotations

import ast
from collections.abc import Iterable

import pytest
from tests.architecture.source import Source, chain, code, nothing

MANAGERS = {"objects", "_default_manager", "_base_manager"}
SHORTCUTS = {"get_object_or_404", "get_list_or_404"}
HTTP = ("django.http", "django.shortcuts", "django.forms", "django.views", "atalaya.ui", "ninja")
# Parts of a package that lie below its faces and must work for every door.
BELOW = {"actions", "queries", "models", "events", "permissions", "errors", "ports", "reactions"}
# Signing in is about requests, and the API keeps answers: neither can be told apart from HTTP.
KNOWS_HTTP = {"core.identity", "api"}


def problems(files: Iterable[Source]) -> list[str]:
    """Every reading of rows in a face that does not ask who may see them."""
    found = []
    for source in files:
        if not source.is_face:
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
                top: ast.AST = node
                while isinstance(source.parents.get(top), ast.Attribute | ast.Call):
                    parent = source.parents[top]
                    if isinstance(parent, ast.Call) and parent.func is not top:
                        break
                    top = parent
                assert isinstance(top, ast.expr)
                if "visible_to" not in chain(top):
                    found.append(f"{source.at(node)} {'.'.join(chain(top))}")
            elif isinstance(node, ast.Call) and chain(node)[-1:] and chain(node)[-1] in SHORTCUTS:
                found.append(f"{source.at(node)} {chain(node)[-1]}")
    return found


def http_problems(files: Iterable[Source]) -> list[str]:
    """Every module below the faces that knows of requests, forms or pages."""
    found = []
    for source in files:
        if source.package in KNOWS_HTTP or not BELOW.intersection(source.inner[:1]):
            continue
        found += [
            f"{source.at(node)} imports {node.module}"
            for node in ast.walk(source.tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(HTTP)
        ]
    return found


def test_faces_read_through_visible_to() -> None:
    nothing(problems(code()))


def test_nobody_below_the_faces_knows_of_http() -> None:
    nothing(http_problems(code()))


@pytest.mark.parametrize(
    "line",
    [
        "rows = Ticket.objects.filter(number=1)",
        "row = get_object_or_404(Ticket, pk=1)",
        "rows = show(Ticket.objects.all())",
    ],
)
def test_a_face_that_reads_past_permissions_is_seen(line: str) -> None:
    assert problems([Source("atalaya.practices.tickets.portal.views", line)])
    assert problems([Source("atalaya.console.views", line)])
    assert not problems([Source("atalaya.practices.tickets.queries", line)])


def test_asking_who_may_see_is_enough() -> None:
    line = "rows = Ticket.objects.visible_to(person).filter(number=1)"
    assert not problems([Source("atalaya.practices.tickets.portal.views", line)])


def test_an_action_that_knows_of_http_is_seen() -> None:
    line = "from django.http import HttpResponse"
    assert http_problems([Source("atalaya.practices.tickets.actions.opening", line)])
