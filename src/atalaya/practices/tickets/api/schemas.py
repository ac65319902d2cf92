"""Tickets as programs see them, field by field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Any

from atalaya.core.files.queries import attachments_of
from atalaya.core.people.models import Actor, Person
from atalaya.core.work.actions import ENTRY
from atalaya.core.work.models import (
    Channel,
    Entry,
    Link,
    Participant,
    Promise,
    StateCategory,
    Task,
    Turn,
    WorkItem,
)
from atalaya.core.work.queries import Happening, NearItem
from atalaya.practices.tickets.models import Ticket
from atalaya.ui.api import Out, Ref, words_of

TicketKind = Annotated[Ticket.Kind, words_of(Ticket.Kind)]
EntryKind = Annotated[Entry.Kind, words_of(Entry.Kind)]
LinkKind = Annotated[Link.Kind, words_of(Link.Kind)]
ParticipantKind = Annotated[Participant.Kind, words_of(Participant.Kind)]


class TicketOut(Out):
    """An incident or a service request.

    Requesters see their own without what is between agents: tags, who else takes part, and custom
    fields that are not in the portal.
    """

    number: int
    reference: str
    kind: TicketKind
    subject: str
    preview: str
    state: str
    state_category: StateCategory
    turn: Turn
    pending_reason: str | None
    waiting_since: dt.datetime | None
    wakes_at: dt.datetime | None
    priority: int
    impact: int
    urgency: int
    priority_by_hand: bool
    requester: Ref
    reported_by: Ref | None
    organisation: Ref | None
    team: Ref | None
    assignee: Ref | None
    category: Ref | None
    service: Ref | None
    tags: list[str]
    custom: dict[str, Any]
    channel: Channel
    language: str
    is_confidential: bool
    binned_as: str
    merged_into: str | None
    created_at: dt.datetime
    updated_at: dt.datetime
    answered_at: dt.datetime | None
    resolved_at: dt.datetime | None
    closed_at: dt.datetime | None
    last_message_at: dt.datetime | None
    last_answer_at: dt.datetime | None


class TicketList(Out):
    """A part of the tickets."""

    items: list[TicketOut]
    next: str | None


class AttachedOut(Out):
    """A file of an entry; its content is at ``/api/v1/files/{id}/content``."""

    id: int
    name: str
    size: int
    content_type: str


class EntryOut(Out):
    """Something said on a ticket. ``html`` is safe to show."""

    id: int
    kind: EntryKind
    is_public: bool
    author: Ref | None
    author_kind: str
    channel: Channel
    html: str
    folded: str
    text: str
    minutes: int | None
    files: list[AttachedOut]
    moved_from: str | None
    is_redacted: bool
    created_at: dt.datetime


class EntryList(Out):
    """A part of the timeline, oldest first."""

    items: list[EntryOut]
    next: str | None


class HappeningOut(Out):
    """A line of the history: who did what. ``cause_id`` names the line that caused it."""

    id: int
    at: dt.datetime
    who: str
    what: str
    name: str
    cause_id: int | None


class HistoryOut(Out):
    """The history of a ticket, oldest first."""

    items: list[HappeningOut]


class LinkOut(Out):
    """Another case, and what this one is to it; ``outward`` false reads the other way round."""

    id: int
    kind: LinkKind
    outward: bool
    reference: str
    subject: str
    state_category: StateCategory


class LinkList(Out):
    """What a ticket is linked with."""

    items: list[LinkOut]


class ParticipantOut(Out):
    """Somebody who takes part without owning it."""

    person: Ref
    kind: ParticipantKind
    since: dt.datetime


class ParticipantList(Out):
    """Who takes part."""

    items: list[ParticipantOut]


class TaskOut(Out):
    """A step of a ticket."""

    id: int
    title: str
    position: int
    team: Ref | None
    assignee: Ref | None
    due_at: dt.datetime | None
    tracked: str | None
    done_at: dt.datetime | None
    done_by: Ref | None


class TaskList(Out):
    """The steps of a ticket, in their order."""

    items: list[TaskOut]


class PromiseOut(Out):
    """A promise to get back to the requester."""

    id: int
    made_by: Ref
    due_at: dt.datetime
    note: str
    kept_at: dt.datetime | None


class PromiseList(Out):
    """What was promised on a ticket."""

    items: list[PromiseOut]


class StateOut(Out):
    """A state of tickets. Empty ``next_states`` means that it leads anywhere."""

    key: str
    names: dict[str, str]
    category: StateCategory
    kinds: list[str]
    next_states: list[str]
    position: int
    is_active: bool


class StateList(Out):
    """The states in their order."""

    items: list[StateOut]


def ref(row: Any) -> Ref | None:
    """A row as a reference, or None."""
    return Ref(id=row.pk, name=str(row)) if row is not None else None


def person_ref(person: Person) -> Ref:
    """A person as a reference."""
    return Ref(id=person.pk, name=person.name)


def ticket_out(item: WorkItem, *, viewer: Actor, shown: frozenset[str]) -> TicketOut:
    """A ticket; ``shown`` are the custom fields a requester may read."""
    staff = viewer.may("work.see", on=item)
    custom = item.custom if staff else {k: v for k, v in item.custom.items() if k in shown}
    reason, into = item.pending_reason, item.merged_into
    return TicketOut(
        number=item.number,
        reference=item.reference,
        kind=Ticket.Kind(item.kind),
        subject=item.subject,
        preview=item.preview,
        state=item.state,
        state_category=StateCategory(item.category_of_state),
        turn=Turn(item.turn),
        pending_reason=reason.key if reason else None,
        waiting_since=item.waiting_since,
        wakes_at=item.wakes_at,
        priority=item.priority,
        impact=item.impact,
        urgency=item.urgency,
        priority_by_hand=item.priority_by_hand,
        requester=person_ref(item.requester),
        reported_by=ref(item.reported_by),
        organisation=ref(item.organisation),
        team=ref(item.team),
        assignee=ref(item.assignee),
        category=ref(item.category),
        service=ref(item.service),
        tags=[tag.name for tag in item.tags.all()] if staff else [],
        custom=custom,
        channel=Channel(item.channel),
        language=item.language,
        is_confidential=item.is_confidential,
        binned_as=item.binned_as,
        merged_into=into.reference if into else None,
        created_at=item.created_at,
        updated_at=item.updated_at,
        answered_at=item.answered_at,
        resolved_at=item.resolved_at,
        closed_at=item.closed_at,
        last_message_at=item.last_message_at,
        last_answer_at=item.last_answer_at,
    )


def entries_out(entries: Iterable[Entry]) -> list[EntryOut]:
    """Entries the viewer was found to read, with their files."""
    rows = list(entries)
    files = attachments_of(ENTRY, [row.pk for row in rows if row.redacted_at is None])
    return [
        EntryOut(
            id=row.pk,
            kind=Entry.Kind(row.kind),
            is_public=row.is_public,
            author=ref(row.author),
            author_kind=row.author_kind,
            channel=Channel(row.channel),
            html=row.html,
            folded=row.folded,
            text=row.text,
            minutes=row.minutes,
            files=[
                AttachedOut(
                    id=one.file.pk,
                    name=one.file.name,
                    size=one.file.size,
                    content_type=one.file.content_type,
                )
                for one in files.get(row.pk, ())
            ],
            moved_from=row.moved_from.reference if row.moved_from else None,
            is_redacted=row.redacted_at is not None,
            created_at=row.created_at,
        )
        for row in rows
    ]


def happening_out(one: Happening) -> HappeningOut:
    """A line of the history."""
    return HappeningOut(
        id=one.entry_id, at=one.at, who=one.who, what=one.what, name=one.name, cause_id=one.cause_id
    )


def link_out(near: NearItem) -> LinkOut:
    """A linked case."""
    return LinkOut(
        id=near.link.pk,
        kind=Link.Kind(near.kind),
        outward=near.outward,
        reference=near.item.reference,
        subject=near.item.subject,
        state_category=StateCategory(near.item.category_of_state),
    )


def task_out(task: Task) -> TaskOut:
    """A step."""
    return TaskOut(
        id=task.pk,
        title=task.title,
        position=task.position,
        team=ref(task.team),
        assignee=ref(task.assignee),
        due_at=task.due_at,
        tracked=task.tracked.reference if task.tracked else None,
        done_at=task.done_at,
        done_by=ref(task.done_by),
    )


def promise_out(promise: Promise) -> PromiseOut:
    """A promise."""
    return PromiseOut(
        id=promise.pk,
        made_by=person_ref(promise.made_by),
        due_at=promise.due_at,
        note=promise.note,
        kept_at=promise.kept_at,
    )
