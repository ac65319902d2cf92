"""Resolving, closing and reopening."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from atalaya.core.files.models import File
from atalaya.core.journal.actions import action, append, append_at
from atalaya.core.people.models import Actor
from atalaya.core.preferences.queries import preferences_of
from atalaya.core.work import actions as work
from atalaya.core.work.models import Entry, StateCategory, Turn, WorkItem
from atalaya.core.work.queries import children_of, open_tasks
from atalaya.kernel import clock
from atalaya.practices.tickets.actions.working import in_state, locked_ticket
from atalaya.practices.tickets.errors import (
    ChildrenOpen,
    ReopenWindowOver,
    TasksOpen,
    TicketIsClosed,
    TicketIsMerged,
)
from atalaya.practices.tickets.events import (
    ClosingDue,
    TicketAnswered,
    TicketClosed,
    TicketReopened,
    TicketResolved,
)
from atalaya.practices.tickets.models import Ticket
from atalaya.practices.tickets.preferences import TicketPreferences
from atalaya.practices.tickets.queries import reopens_until


@action("tickets.resolve")
def resolve_ticket(
    ticket: Ticket,
    *,
    by: Actor,
    answer: str = "",
    files: Iterable[File] = (),
    with_children: bool = False,
    tasks_may_be_open: bool = False,
) -> Ticket:
    """Mark a ticket as solved and tell the people who follow it.

    1. A resolved ticket is returned unchanged; a closed one is refused.
    2. Open children are resolved with the same answer when asked, and refused otherwise.
    3. The answer becomes the last entry of the timeline; nobody owes the next step any more.
    4. It closes by itself after the days the organisation decided.

    Raises NotAllowed, TicketIsClosed, TicketIsMerged, ChildrenOpen, TasksOpen, NothingSaid,
    FieldRequired.
    """
    ticket = locked_ticket(ticket)
    item = ticket.item
    by.must("tickets.resolve", on=item)
    if item.merged_into is not None:
        raise TicketIsMerged(into=item.merged_into.reference)
    if item.is_closed:
        raise TicketIsClosed(number=item.reference)
    if item.is_resolved:
        return ticket
    files = list(files)
    _guard(item, with_children=with_children, tasks_may_be_open=tasks_may_be_open)
    if by.kind in {"person", "key"}:
        work.custom_values(item.custom, required_at="resolve", known_only=True)
    entry = None
    if answer.strip() or files:
        entry = work.add_entry(
            item, by=by, kind=Entry.Kind.ANSWER, text=answer, public=True, files=files
        )
        if ticket.first_answer_by_id is None:
            ticket.first_answer_by_id = entry.author_id
    _finish(ticket, by=by)
    if entry is not None:
        first = item.answered_at == entry.created_at
        append(TicketAnswered(item.pk, entry.pk, first=first), by=by, about=item)
    append(TicketResolved(item.pk, entry.pk if entry else None), by=by, about=item)
    if with_children:
        for child in children_of(item).open().select_related("ticket").order_by("pk"):
            resolve_ticket(
                child.ticket, by=by, answer=answer, with_children=True, tasks_may_be_open=True
            )
    return ticket


def _guard(item: WorkItem, *, with_children: bool, tasks_may_be_open: bool) -> None:
    if not with_children:
        children = list(children_of(item).open().order_by("number"))
        if children:
            raise ChildrenOpen(references=", ".join(child.reference for child in children[:10]))
    if not tasks_may_be_open:
        count = open_tasks(item).count()
        if count:
            raise TasksOpen(count=count)


def _finish(ticket: Ticket, *, by: Actor) -> None:
    item = ticket.item
    in_state(item, by=by, category=StateCategory.RESOLVED)
    work.set_turn(item, by=by, turn=Turn.NOBODY)
    ticket.resolved_by = by.person
    ticket.save(update_fields=["resolved_by", "first_answer_by"])
    plan_closing(item)


def plan_closing(item: WorkItem) -> None:
    """Have a resolved ticket close by itself after the days the organisation decided."""
    if item.resolved_at is None:
        return
    days = preferences_of(TicketPreferences).close_after_days
    due = item.resolved_at + dt.timedelta(days=days)
    append_at(due, ClosingDue(item.pk, item.resolved_at), about=item)


@action("tickets.close")
def close_ticket(ticket: Ticket, *, by: Actor, reason: str = "agent") -> Ticket:
    """Close a ticket for good. Its requester may close his own at any time.

    Raises NotAllowed, ChildrenOpen.
    """
    ticket = locked_ticket(ticket)
    item = ticket.item
    own = by.person is not None and by.person.pk in {item.requester_id, item.reported_by_id}
    if not own:
        by.must("tickets.resolve", on=item)
    if item.is_closed:
        return ticket
    if item.is_open and reason != "merged":
        _guard(item, with_children=False, tasks_may_be_open=True)
    in_state(item, by=by, category=StateCategory.CLOSED)
    work.set_turn(item, by=by, turn=Turn.NOBODY)
    append(
        TicketClosed(item.pk, "requester" if own and reason == "agent" else reason),
        by=by,
        about=item,
    )
    return ticket


def may_reopen_itself(item: WorkItem, *, now: dt.datetime) -> bool:
    """Whether an answer of the requester still reopens it: within the window from the solution."""
    until = reopens_until(item)
    return until is not None and now <= until


@action("tickets.reopen")
def reopen_ticket(ticket: Ticket, *, by: Actor, why: str = "") -> Ticket:
    """Begin work on a resolved or closed ticket again; an agent may at any time.

    The requester's side may within the window. Raises NotAllowed, ReopenWindowOver, TicketIsMerged.
    """
    ticket = locked_ticket(ticket)
    item = ticket.item
    if item.merged_into is not None:
        raise TicketIsMerged(into=item.merged_into.reference)
    if not by.may("tickets.resolve", on=item):
        if not item.is_for(by.person):
            by.must("tickets.resolve", on=item)
        if not may_reopen_itself(item, now=clock.now()):
            raise ReopenWindowOver
    if item.is_open:
        return ticket
    if why.strip():
        staff = by.may("tickets.note", on=item)
        kind = Entry.Kind.NOTE if staff else Entry.Kind.MESSAGE
        work.add_entry(item, by=by, kind=kind, text=why, public=not staff)
    in_state(item, by=by, category=StateCategory.OPEN)
    work.set_turn(item, by=by, turn=Turn.AGENT)
    ticket.reopenings += 1
    ticket.resolved_by = None
    ticket.save(update_fields=["reopenings", "resolved_by"])
    append(TicketReopened(item.pk, ticket.reopenings), by=by, about=item)
    return ticket
