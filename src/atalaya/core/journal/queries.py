"""Reading the journal."""

from __future__ import annotations

from django.db import models
from django.db.models import QuerySet

from atalaya.core.journal.models import Entry, Pending, about_of


def facts_about(subject: models.Model) -> QuerySet[Entry]:
    """Entries about one row, oldest first."""
    kind, pk = about_of(subject)
    return Entry.objects.filter(about_kind=kind, about_id=pk).order_by("id")


def parked_reactions() -> QuerySet[Pending]:
    """Reactions that failed too often and wait for an administrator."""
    return Pending.objects.filter(parked_at__isnull=False).select_related("entry").order_by("-id")
