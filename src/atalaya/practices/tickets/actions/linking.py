"""Links between tickets and other work, the bin, spam, and what is promised on them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from atalaya.core.journal.actions import action
from atalaya.core.people.models import Actor
from atalaya.core.work import actions as work
from atalaya.core.work.errors import NotBinned
from atalaya.core.work.models import ChecklistTemplate, Link, Promise, Task, WorkItem
from atalaya.practices.tickets.actions.working import locked_ticket
from atalaya.practices.tickets.models import Ticket


@action("tickets.link")
def link_ticket(ticket: Ticket, other: WorkItem, *, by: Actor, kind: Link.Kind) -> Link:
    """Say what a ticket is to another item. Raises NotAllowed, and what a link refuses."""
    ticket = locked_ticket(ticket)
    by.must("tickets.link", on=ticket.item)
    by.must("work.see", on=other)
    return work.link_items(ticket.item, other, by=by, kind=kind)


@action("tickets.unlink")
def unlink_ticket(link: Link, *, by: Actor) -> None:
    """Take a link away. Raises NotAllowed."""
    by.must("tickets.link", on=link.source)
    work.unlink_items(link, by=by)


@action("tickets.bin")
def bin_ticket(ticket: Ticket, *, by: Actor, spam: bool = False) -> Ticket:
    """Move a ticket to the bin, or to spam. Raises NotAllowed."""
    ticket = locked_ticket(ticket)
    by.must("tickets.bin", on=ticket.item)
    work.bin_item(ticket.item, by=by, place="spam" if spam else "bin")
    return ticket


@action("tickets.restore")
def restore_ticket(ticket: Ticket, *, by: Actor) -> Ticket:
    """Bring a ticket back from the bin or from spam. Raises NotAllowed, NotBinned."""
    ticket = locked_ticket(ticket)
    by.must("tickets.restore", on=ticket.item)
    if not ticket.item.binned_as:
        raise NotBinned
    work.bin_item(ticket.item, by=by, place="")
    return ticket


@action("tickets.add_task")
def add_task(ticket: Ticket, *, by: Actor, title: str, **fields: Any) -> Task:
    """Add a step to a ticket. Raises NotAllowed, SubjectMissing."""
    ticket = locked_ticket(ticket)
    by.must("tickets.edit", on=ticket.item)
    return work.add_task(ticket.item, by=by, title=title, **fields)


@action("tickets.apply_checklist")
def apply_checklist(ticket: Ticket, template: ChecklistTemplate, *, by: Actor) -> list[Task]:
    """Put the steps of a template on a ticket, in the ticket's language. Raises NotAllowed."""
    ticket = locked_ticket(ticket)
    by.must("tickets.edit", on=ticket.item)
    language = by.person.language if by.person else ticket.item.language
    return work.apply_checklist(ticket.item, template, by=by, language=language)


@action("tickets.tick_task")
def tick_task(task: Task, *, by: Actor, done: bool = True) -> Task:
    """Mark a step as done or not; its assignee may, too. Raises NotAllowed."""
    if task.assignee_id is None or task.assignee_id != by.person_id:
        by.must("tickets.edit", on=task.item)
    return work.tick_task(task, by=by, done=done)


@action("tickets.change_task")
def change_task(task: Task, *, by: Actor, **fields: Any) -> Task:
    """Change a step. Raises NotAllowed, SubjectMissing."""
    by.must("tickets.edit", on=task.item)
    return work.change_task(task, by=by, **fields)


@action("tickets.remove_task")
def remove_task(task: Task, *, by: Actor) -> None:
    """Take a step away. Raises NotAllowed."""
    by.must("tickets.edit", on=task.item)
    work.remove_task(task, by=by)


@action("tickets.promise")
def promise_call(ticket: Ticket, *, by: Actor, due_at: dt.datetime, note: str = "") -> Promise:
    """Promise to get back to the requester by ``due_at``. Raises NotAllowed, DueInThePast."""
    ticket = locked_ticket(ticket)
    by.must("tickets.edit", on=ticket.item)
    return work.make_promise(ticket.item, by=by, due_at=due_at, note=note)


@action("tickets.keep_promise")
def keep_promise(promise: Promise, *, by: Actor) -> Promise:
    """Mark a promise as kept. Raises NotAllowed."""
    if promise.made_by_id != by.person_id:
        by.must("tickets.edit", on=promise.item)
    return work.keep_promise(promise, by=by)
