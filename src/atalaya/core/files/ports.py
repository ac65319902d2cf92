"""Who may see a file: each kind of owner says which of its rows a viewer sees.

In the owner's package, in ``attachments.py``::

    @file_owner("work.entry")
    def entries(viewer: Actor) -> QuerySet[Entry]:
        return Entry.objects.visible_to(viewer)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from atalaya.core.people.models import Actor
from atalaya.kernel.plugs import Slot

Seen = Callable[[Actor], QuerySet[Any]]


@dataclass(frozen=True)
class FileOwner:
    """A kind of thing that has files; ``seen_by`` gives the rows whose files a viewer may see."""

    kind: str
    seen_by: Seen


OWNERS: Slot[FileOwner] = Slot("file owner", file="attachments")


def file_owner(kind: str) -> Callable[[Seen], Seen]:
    """Register who may see the files of a kind of thing. A kind nobody registered shows none."""

    def register(seen_by: Seen) -> Seen:
        OWNERS.plug(kind, FileOwner(kind, seen_by), module=seen_by.__module__)
        return seen_by

    return register
