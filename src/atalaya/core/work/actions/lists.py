"""The lists an administrator keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from django.db.models import Model, ProtectedError, QuerySet
from django.utils.translation import gettext_lazy as _

from atalaya.core.journal.actions import action, append
from atalaya.core.people.models import Actor
from atalaya.core.work.errors import InUse, KeyTaken, WouldBeCircular
from atalaya.core.work.events import ListChanged
from atalaya.core.work.models import (
    Category,
    ChecklistTemplate,
    CustomField,
    PendingReason,
    PriorityCell,
    WorkItem,
)
from atalaya.kernel.errors import InvalidInput

M = TypeVar("M", Category, PendingReason, CustomField, ChecklistTemplate)
NAMED = {"category": "names", "pendingreason": "names", "customfield": "labels",
         "checklisttemplate": "names"}  # fmt: skip


@action("work.save_row")
def save_row(kind: type[M], row: M | None = None, /, *, by: Actor, **fields: Any) -> M:
    """Add or change a category, pending reason, custom field or checklist template.

    Raises NotAllowed, InvalidInput without a name, KeyTaken, WouldBeCircular.
    """
    by.must("work.lists")
    name = kind._meta.model_name or ""  # noqa: SLF001 - Django's documented model API
    naming = NAMED[name]
    if (row is None or naming in fields) and not any(fields.get(naming, {}).values()):
        raise InvalidInput(_("A name is needed."), at=naming)
    if "key" in fields:
        taken: QuerySet[Any] = cast(Any, kind).objects.filter(key=fields["key"])
        if taken.exclude(pk=row.pk if row else 0).exists():
            raise KeyTaken(key=fields["key"])
    if isinstance(row, Category) and fields.get("parent") is not None:
        _refuse_circle(row, fields["parent"])
    new = row is None
    row = kind() if row is None else row
    changed = [field for field, value in fields.items() if new or getattr(row, field) != value]
    for field in changed:
        setattr(row, field, fields[field])
    row.save()
    if isinstance(row, Category):
        write_paths(row)
    if changed:
        append(ListChanged(name, row.pk, tuple(sorted(changed))), by=by)
    return row


@action("work.remove_row")
def remove_row(row: Model, *, by: Actor) -> None:
    """Delete a row of a list that nothing uses. Raises NotAllowed, InUse."""
    by.must("work.lists")
    if isinstance(row, CustomField) and WorkItem.objects.filter(custom__has_key=row.key).exists():
        raise InUse(label=str(row))
    meta, pk = row._meta, row.pk  # noqa: SLF001 - Django's documented model API
    try:
        row.delete()
    except ProtectedError:
        raise InUse(label=str(row)) from None
    append(ListChanged(meta.model_name or "", pk, ("removed",)), by=by)


def _refuse_circle(row: Category, parent: Category) -> None:
    step: Category | None = parent
    while step is not None:
        if step.pk == row.pk:
            raise WouldBeCircular
        step = step.parent


def write_paths(category: Category) -> None:
    """Keep the full names (“Hardware / Printer”) of a category and of those under it."""
    above: Mapping[str, str] = category.parent.path if category.parent else {}
    languages = {*category.names, *above}
    path = {}
    for language in sorted(languages):
        parts = [
            above.get(language) or above.get("en", ""),
            category.names.get(language) or category.names.get("en", ""),
        ]
        path[language] = " / ".join(part for part in parts if part)
    if category.path != path:
        category.path = path
        category.save(update_fields=["path"])
    for child in category.children.all():
        write_paths(child)


@action("work.set_matrix")
def set_matrix(cells: Mapping[tuple[int, int], int], *, by: Actor) -> None:
    """Set the priority matrix; items in work keep their priority. Raises NotAllowed."""
    by.must("work.lists")
    for (impact, urgency), priority in cells.items():
        if not (impact in (1, 2, 3) and urgency in (1, 2, 3) and priority in (1, 2, 3, 4)):
            raise InvalidInput(_("Priorities go from 1 to 4."), at="priority")
        cell, made = PriorityCell.objects.get_or_create(
            impact=impact, urgency=urgency, defaults={"priority": priority}
        )
        if not made and cell.priority != priority:
            cell.priority = priority
            cell.save(update_fields=["priority"])
            append(ListChanged("prioritycell", cell.pk, (f"P{priority}",)), by=by)
