"""Only actions change rows, only actions tell facts, and no action leaves the database."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

import pytest
from tests.architecture.source import Source, chain, code, nothing

WRITES = {
    *("create", "bulk_create", "get_or_create", "update_or_create", "update", "bulk_update"),
    *("delete", "save", "acreate", "aupdate", "adelete", "asave", "raw_delete"),
}
# Methods of querysets and managers: a write after one of these is a write to rows.
READS = {
    *("objects", "filter", "exclude", "all", "order_by", "select_for_update", "select_related"),
    *("_default_manager", "_base_manager", "visible_to", "annotate", "using"),
}
# What has a save or a delete and is no row.
NOT_ROWS = {"form", "formset", "session", "cache", "storage", "default_storage", "file", "content"}
WRITING_SQL = re.compile(r"\s*(insert|update|delete|truncate|copy|merge)\b", re.IGNORECASE)

# Parts of a package that may write: actions, and what makes the starting content of a new desk.
WRITERS = {"actions", "starting"}
# Machinery whose own rows are no one's use case, each with its reason.
MACHINERY = {
    # The journal and the jobs keep the bookkeeping of who has seen which fact.
    "core.journal",
    "core.jobs",
}
NETWORK = {"httpx", "smtplib", "imaplib", "socket", "urllib.request", "requests", "imap_tools"}


def _may_write(source: Source) -> bool:
    return bool(WRITERS & set(source.inner[:1])) or source.package in MACHINERY


def writes(source: Source) -> Iterator[str]:
    """Every place of a file that changes rows."""
    for call in source.calls():
        if not isinstance(call.func, ast.Attribute):
            continue
        names = chain(call.func)
        method, before = names[-1], names[:-1]
        if method in WRITES and _is_about_rows(method, before, call):
            yield f"{source.at(call)} {'.'.join(names)}()"
        if method in {"execute", "executemany", "copy"} and call.args:
            text = call.args[0]
            if isinstance(text, ast.Constant) and WRITING_SQL.match(str(text.value)):
                yield f"{source.at(call)} {'.'.join(names)}({str(text.value)[:30]!r})"


def _is_about_rows(method: str, before: list[str], call: ast.Call) -> bool:
    if READS & set(before):
        return True
    if method not in {"save", "delete", "asave", "adelete"}:
        return bool(before) and before[-1].endswith("_set")
    if any(word.arg == "update_fields" for word in call.keywords):
        return True
    return not (NOT_ROWS & set(before)) and not call.args


def write_problems(files: Iterable[Source]) -> list[str]:
    """Every write outside actions."""
    return [where for one in files if not _may_write(one) for where in writes(one)]


def fact_problems(files: Iterable[Source]) -> list[str]:
    """Every fact told outside actions."""
    found = []
    for source in files:
        taken = {
            name
            for _node, module, names in source.imports()
            if module == "atalaya.core.journal.actions"
            for name in names
        }
        if not taken & {"append", "append_at"} or source.package == "core.journal":
            continue
        if "actions" not in source.inner[:1] and "starting" not in source.inner[:1]:
            found.append(f"{source.module} tells facts and is no action")
    return found


def network_problems(files: Iterable[Source]) -> list[str]:
    """Every action that could talk to the network inside its transaction."""
    found = []
    for source in files:
        if source.inner[:1] != ["actions"]:
            continue
        for node in ast.walk(source.tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            found += [f"{source.at(node)} imports {name}" for name in names if name in NETWORK]
    return found


def test_only_actions_change_rows() -> None:
    nothing(write_problems(code()))


def test_only_actions_tell_facts() -> None:
    nothing(fact_problems(code()))


def test_no_action_talks_to_the_network() -> None:
    nothing(network_problems(code()))


@pytest.mark.parametrize(
    "line",
    [
        "Ticket.objects.create(number=1)",
        "Ticket.objects.filter(pk=1).update(state='closed')",
        "ticket.save()",
        "ticket.save(update_fields=['state'])",
        "ticket.delete()",
        "person.address_set.create(value='a@example.org')",
        "cursor.execute('update tickets_ticket set state = 1')",
    ],
)
def test_a_write_outside_actions_is_seen(line: str) -> None:
    assert write_problems([Source("atalaya.practices.tickets.console.views", line)])
    assert not write_problems([Source("atalaya.practices.tickets.actions.opening", line)])


@pytest.mark.parametrize(
    "line",
    ["digest.update(b'x')", "settings.update({})", "form.save()", "default_storage.save('a', f)"],
)
def test_what_is_no_row_may_change(line: str) -> None:
    assert not write_problems([Source("atalaya.practices.tickets.console.views", line)])


def test_a_fact_told_by_a_view_is_seen() -> None:
    line = "from atalaya.core.journal.actions import append"
    assert fact_problems([Source("atalaya.practices.tickets.console.views", line)])
    assert not fact_problems([Source("atalaya.practices.tickets.actions.opening", line)])


@pytest.mark.parametrize("line", ["import httpx", "from smtplib import SMTP"])
def test_an_action_on_the_network_is_seen(line: str) -> None:
    assert network_problems([Source("atalaya.practices.tickets.actions.opening", line)])
