"""Modules, actions, queries, ports, events and errors say what they are for."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from tests.architecture.source import Source, code, nothing

EXPLAINED = {"actions", "queries", "ports"}


def problems(files: Iterable[Source]) -> list[str]:
    """Every module without a docstring, and every public action, query or port without one."""
    found = []
    for source in files:
        if not source.tree.body:
            continue
        if ast.get_docstring(source.tree) is None:
            found.append(f"{source.module} does not say what lives in it")
        if not source.inner or source.inner[0] not in EXPLAINED:
            continue
        for node in source.tree.body:
            if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name[0] == "_":
                continue
            if ast.get_docstring(node) is None:
                found.append(f"{source.at(node)} {node.name} has no docstring")
    return found


def test_what_is_public_is_explained() -> None:
    nothing(problems(code()))


def test_a_missing_docstring_is_seen() -> None:
    text = '"""What lives here."""\ndef open_ticket(): ...\ndef _own(): ...\n'
    found = problems([Source("atalaya.practices.tickets.actions.opening", text)])
    assert found == ["atalaya.practices.tickets.actions.opening:2 open_ticket has no docstring"]
    assert problems([Source("atalaya.kernel.clock", "import x\n")])
