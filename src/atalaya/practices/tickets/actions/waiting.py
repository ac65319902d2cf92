"""Waiting for the requester, for others or until a time, and reminding."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from atalaya.core.files.models import File
from atalaya.core.journal.actions import action, append, append_at
from atalaya.core.people.models import Actor
from atalaya.core.work import actions as work
from atalaya.core.work.errors import DueInThePast
from atalaya.core.work.models import Entry, PendingReason, StateCategory, Turn
from atalaya.kernel import clock
from atalaya.kernel.languages import say
from atalaya.practices.tickets.actions.replying import answer_ticket, refuse_closed
from atalaya.practices.tickets.actions.resolving import reopen_ticket
from atalaya.practices.tickets.actions.working import in_state, locked_ticket
from atalaya.practices.tickets.events import FollowUpDue, NoAnswerDue, Reminded
from atalaya.practices.tickets.models import Ticket


@action("tickets.wait")
def wait_for(
    ticket: Ticket, *, by: Actor, reason: PendingReason, until: dt.datetime | None = None
) -> Ticket:
    """Put a ticket to wait for a reason of the list; its plan of reminders starts now.

    With ``until`` it asks for attention at that instant. Raises NotAllowed, TicketIsClosed,
    DueInThePast.
    """
    ticket = locked_ticket(ticket)
    item = ticket.item
    by.must("tickets.edit", on=item)
    refuse_closed(item)
    if until is not None and until <= clock.now():
        raise DueInThePast(at="until")
    ticket = _open_again(ticket, by=by)
    item = ticket.item
    in_state(item, by=by, category=StateCategory.WAITING)
    work.set_turn(item, by=by, turn=Turn(reason.turn), reason=reason, wakes_at=until)
    since = item.waiting_since
    if since is None:
        return ticket
    for step, days in enumerate(sorted(reason.follow_up_days), start=1):
        append_at(since + dt.timedelta(days=days), FollowUpDue(item.pk, since, step), about=item)
    if reason.close_after_days is not None:
        due = since + dt.timedelta(days=reason.close_after_days)
        append_at(due, NoAnswerDue(item.pk, since), about=item)
    return ticket


def _open_again(ticket: Ticket, *, by: Actor) -> Ticket:
    """A resolved ticket that is to wait is not resolved after all, which is told and counted."""
    return reopen_ticket(ticket, by=by) if ticket.item.is_resolved else ticket


@action("tickets.snooze")
def snooze_ticket(ticket: Ticket, *, by: Actor, until: dt.datetime) -> Ticket:
    """Put a ticket aside until an instant; an answer of the requester wakes it earlier.

    Raises NotAllowed, TicketIsClosed, DueInThePast.
    """
    ticket = locked_ticket(ticket)
    item = ticket.item
    by.must("tickets.edit", on=item)
    refuse_closed(item)
    if until <= clock.now():
        raise DueInThePast(at="until")
    ticket = _open_again(ticket, by=by)
    item = ticket.item
    in_state(item, by=by, category=StateCategory.WAITING)
    work.set_turn(item, by=by, turn=Turn.SCHEDULED, wakes_at=until)
    return ticket


@action("tickets.resume")
def resume_ticket(ticket: Ticket, *, by: Actor) -> Ticket:
    """End the waiting: the next step is the agent's. One that is resolved stays as it is.

    Raises NotAllowed, TicketIsClosed.
    """
    ticket = locked_ticket(ticket)
    item = ticket.item
    by.must("tickets.edit", on=item)
    refuse_closed(item)
    if item.is_resolved:
        return ticket
    if item.category_of_state == StateCategory.WAITING:
        in_state(item, by=by, category=StateCategory.OPEN)
    work.set_turn(item, by=by, turn=Turn.AGENT)
    return ticket


@action("tickets.remind")
def remind(ticket: Ticket, *, by: Actor, step: int) -> None:
    """Remind whoever is waited for, with the text of the reason in the ticket's language."""
    ticket = locked_ticket(ticket)
    item = ticket.item
    by.must("tickets.answer", on=item)
    reason = item.pending_reason
    if reason is None or item.turn != Turn.REQUESTER:
        return
    words = say(reason.follow_up_texts, item.language or None)
    if words:
        work.add_entry(item, by=by, kind=Entry.Kind.SYSTEM, text=words, public=True)
    append(Reminded(item.pk, step), by=by, about=item)


@action("tickets.answer_and_wait")
def answer_and_wait(
    ticket: Ticket,
    *,
    by: Actor,
    text: str,
    reason: PendingReason,
    files: Iterable[File] = (),
) -> Entry:
    """Answer and put the ticket to wait for a reason, both or neither.

    Raises what ``answer_ticket`` and ``wait_for`` raise.
    """
    entry = answer_ticket(ticket, by=by, text=text, files=files)
    wait_for(ticket, by=by, reason=reason)
    return entry
