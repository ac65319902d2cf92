"""Who may see the files of timeline entries."""

from __future__ import annotations

from django.db.models import QuerySet

from atalaya.core.files.ports import file_owner
from atalaya.core.people.models import Actor
from atalaya.core.work.models import Entry


@file_owner("work.entry")
def entries(viewer: Actor) -> QuerySet[Entry]:
    """Files belong to entries: who may read the entry may open them."""
    return Entry.objects.visible_to(viewer)
