"""Work items and everything that hangs on them."""

from __future__ import annotations

from atalaya.core.work.models.items import (
    PREFIXES,
    Channel,
    Participant,
    StateCategory,
    WorkItem,
    WorkItemQuerySet,
)
from atalaya.core.work.models.lists import (
    Category,
    ChecklistTemplate,
    CustomField,
    PendingReason,
    PriorityCell,
    Tag,
    Turn,
)
from atalaya.core.work.models.timeline import Entry, Link, Mention, Promise, Task

__all__ = [
    "PREFIXES",
    "Category",
    "Channel",
    "ChecklistTemplate",
    "CustomField",
    "Entry",
    "Link",
    "Mention",
    "Participant",
    "PendingReason",
    "PriorityCell",
    "Promise",
    "StateCategory",
    "Tag",
    "Task",
    "Turn",
    "WorkItem",
    "WorkItemQuerySet",
]
