"""A ticket's conversation as a page shows it: what was said, and between it what was done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from atalaya.core.files.models import Attachment
from atalaya.core.files.queries import attachments_of
from atalaya.core.people.models import Actor
from atalaya.core.work.actions import ENTRY
from atalaya.core.work.models import Entry, WorkItem
from atalaya.core.work.queries import Happening, history_of, timeline_of

TOLD_BY_ENTRIES = frozenset(
    {
        "work.entry_added",
        "work.mentioned",
        "work.item_opened",
        "tickets.opened",
        "tickets.answered",
        "tickets.message_received",
        "tickets.resolved",
        "tickets.closing_due",
        "tickets.no_answer_due",
        "tickets.follow_up_due",
        "work.promise_due",
        "work.wake_up",
        "journal.reaction_failed",
    }
)
"""Facts that repeat what an entry or another fact says; the history tab has them all."""

SHOWN = 60
"""Entries shown at once; earlier ones come when asked for."""


@dataclass(frozen=True)
class Said:
    """One entry with its files."""

    entry: Entry
    files: Sequence[Attachment]

    @property
    def look(self) -> str:
        """The kind as the timeline component names it."""
        if not self.entry.is_public and self.entry.kind != Entry.Kind.CALL:
            return "note"
        return {Entry.Kind.MESSAGE: "requester", Entry.Kind.CALL: "call"}.get(
            Entry.Kind(self.entry.kind), "answer"
        )


@dataclass(frozen=True)
class Event:
    """Something the system or a person did, in words."""

    at: dt.datetime
    text: str
    who: str


@dataclass
class Done:
    """What happened between two entries."""

    events: list[Event] = field(default_factory=list)


@dataclass(frozen=True)
class Conversation:
    """Entries and events in the order they happened; ``hidden`` earlier entries are left out."""

    parts: Sequence[Said | Done]
    hidden: int
    last_entry_id: int


def conversation_of(item: WorkItem, *, viewer: Actor, whole: bool = False) -> Conversation:
    """What the viewer may read of an item, newest last."""
    entries = list(timeline_of(item, viewer=viewer))
    hidden = 0 if whole else max(0, len(entries) - SHOWN)
    shown = entries[hidden:]
    files = attachments_of(ENTRY, [entry.pk for entry in shown])
    since = shown[0].created_at if hidden else None
    events = [
        one
        for one in history_of(item)
        if one.name not in TOLD_BY_ENTRIES and (since is None or one.at >= since)
    ]
    return Conversation(
        parts=list(_woven([Said(entry, files.get(entry.pk, ())) for entry in shown], events)),
        hidden=hidden,
        last_entry_id=max((entry.pk for entry in entries), default=0),
    )


def _woven(said: Sequence[Said], events: Sequence[Happening]) -> Iterator[Said | Done]:
    """Entries and events by time; an answer comes before what it brought about."""
    waiting = list(events)
    for one in said:
        before = [event for event in waiting if event.at < one.entry.created_at]
        if before:
            yield _done(before)
            waiting = waiting[len(before) :]
        yield one
    if waiting:
        yield _done(waiting)


def _done(events: Sequence[Happening]) -> Done:
    return Done([Event(event.at, _capital(event.what), event.who) for event in events])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
