"""Reading the journal."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import QuerySet

from atalaya.core.journal.events import fact_names
from atalaya.core.journal.models import Entry, Pending, about_of
from atalaya.kernel.actors import Actor


def facts_about(subject: models.Model) -> QuerySet[Entry]:
    """Entries about one row, oldest first."""
    kind, pk = about_of(subject)
    return Entry.objects.filter(about_kind=kind, about_id=pk).order_by("id")


def parked_reactions() -> QuerySet[Pending]:
    """Reactions that failed too often and wait for an administrator."""
    return Pending.objects.filter(parked_at__isnull=False).select_related("entry").order_by("-id")


def facts_where(
    *,
    viewer: Actor,
    name: str = "",
    people: list[int] | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    source: str = "",
) -> QuerySet[Entry]:
    """Facts for the audit; ``name`` may be the first part of a name (``tickets.``).

    ``people`` are ids of whoever did it or was acted for. Raises NotAllowed.
    """
    viewer.must("journal.read")
    rows = Entry.objects.all()
    if name:
        rows = rows.filter(name__startswith=name) if name.endswith(".") else rows.filter(name=name)
    if people is not None:
        doer = models.Q(actor_kind__in=("person", "guest"), actor_id__in=people)
        rows = rows.filter(doer | models.Q(acting_for_id__in=people))
    if since is not None:
        rows = rows.filter(at__gte=since)
    if until is not None:
        rows = rows.filter(at__lt=until)
    return rows.filter(source__startswith=source) if source else rows


def names_of_facts() -> list[tuple[str, str]]:
    """What the audit can be narrowed to: each part of the product, then each fact of it."""
    found: list[tuple[str, str]] = []
    for name in fact_names():
        part = name.partition(".")[0] + "."
        if not any(key == part for key, _label in found):
            found.append((part, f"{part}…"))
        found.append((name, name))
    return found


def parked_count() -> int:
    """How many reactions wait for an administrator."""
    return Pending.objects.filter(parked_at__isnull=False).count()


def waiting_counts() -> dict[str, int]:
    """Reactions that have yet to run, by name."""
    rows = Pending.objects.filter(parked_at__isnull=True).order_by()
    return dict(rows.values_list("reaction").annotate(count=models.Count("id")))
