"""What can be followed, which facts change it, and who may follow it."""

from __future__ import annotations

import re
from typing import Any

from atalaya.core.journal.actions import Happened
from atalaya.core.people.models import Actor
from atalaya.core.work.models import WorkItem

CHANNEL = "atalaya_live"
ITEMS = "items"
_ITEM = re.compile(r"item-([0-9]{1,18})")


def of(happened: Happened[Any]) -> str | None:
    """The topic a fact is about, or None when no page follows it."""
    if happened.about_kind == "work.workitem" and happened.about_id is not None:
        return f"item-{happened.about_id}"
    return None


def with_wider(topic: str) -> tuple[str, ...]:
    """A topic and those it is part of.

    >>> with_wider("item-7")
    ('item-7', 'items')
    """
    return (topic, ITEMS) if _ITEM.fullmatch(topic) else (topic,)


def may_follow(topic: str, viewer: Actor) -> bool:
    """Whether ``viewer`` may know that ``topic`` changed. Unknown topics are nobody's."""
    if topic == ITEMS:
        return viewer.is_agent
    found = _ITEM.fullmatch(topic)
    return (
        found is not None and WorkItem.objects.visible_to(viewer).filter(pk=int(found[1])).exists()
    )
