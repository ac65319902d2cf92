"""Declaring fields of cases, and keeping the choices that another system has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from atalaya.core.journal.actions import action, append, locked
from atalaya.core.people.models import Actor
from atalaya.core.work.actions.lists import save_row
from atalaya.core.work.errors import InUse
from atalaya.core.work.events import ChoicesRead, ListChanged
from atalaya.core.work.models import Category, CustomField
from atalaya.core.work.queries import has_values
from atalaya.kernel import clock

Choices = list[dict[str, Any]]


@action("work.save_field")
def save_field(
    row: CustomField | None = None,
    *,
    by: Actor,
    categories: Iterable[Category] | None = None,
    **fields: Any,
) -> CustomField:
    """Declare a field, or change one. Values that cases have are kept as they are.

    The key and the kind of a field that cases have values of stay: they are how those values are
    read. Raises NotAllowed, InvalidInput without a name, KeyTaken, InUse.
    """
    by.must("work.lists")
    if row is not None and _is_read_otherwise(row, fields) and has_values(row):
        raise InUse(at="kind", label=str(row))
    source = fields.get("source") or {}
    if source and (row is None or row.source.get("url") != source.get("url")):
        fields["source"] = {**source, "wanted_at": clock.now().isoformat()}
    row = save_row(CustomField, row, by=by, **fields)
    if categories is not None:
        wanted = {category.pk for category in categories}
        if wanted != set(row.categories.values_list("pk", flat=True)):
            row.categories.set(wanted)
            append(ListChanged("customfield", row.pk, ("categories",)), by=by)
    return row


def _is_read_otherwise(row: CustomField, fields: dict[str, Any]) -> bool:
    return any(name in fields and fields[name] != getattr(row, name) for name in ("key", "kind"))


@action("work.ask_for_choices")
def ask_for_choices(row: CustomField, *, by: Actor) -> CustomField:
    """Have the choices of an external field read again by the next job. Raises NotAllowed."""
    by.must("work.lists")
    row = locked(row)
    row.source = {**row.source, "wanted_at": clock.now().isoformat()}
    row.save(update_fields=["source"])
    return row


@action("work.keep_choices")
def keep_choices(
    row: CustomField, *, by: Actor, choices: Choices | None = None, problem: str = ""
) -> CustomField:
    """Keep what was read from the source of a field; after a ``problem`` the old choices stay."""
    row = locked(row)
    source = {key: value for key, value in row.source.items() if key != "wanted_at"}
    row.source = {**source, "read_at": clock.now().isoformat(), "problem": problem[:300]}
    before = row.choices
    if choices is not None and not problem:
        row.choices = choices
    row.save(update_fields=["source", "choices"])
    if row.choices != before or problem:
        append(ChoicesRead(row.pk, len(row.choices), failed=bool(problem)), by=by)
    return row
