"""Who sees the files of the timeline: whoever reads the entry, while its content is there."""

from __future__ import annotations

from django.db.models import QuerySet

from atalaya.core.files.ports import file_owner
from atalaya.core.people.models import Actor
from atalaya.core.work.models import Entry


@file_owner("work.entry")
def entries(viewer: Actor) -> QuerySet[Entry]:
    """Entries the viewer reads; the files of a redacted one are gone for everybody."""
    return Entry.objects.visible_to(viewer).filter(redacted_at__isnull=True)
