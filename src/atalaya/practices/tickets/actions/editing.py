"""Changing what a ticket says about itself, and who takes part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atalaya.core.journal.actions import action
from atalaya.core.people.models import Actor, Person
from atalaya.core.work import actions as work
from atalaya.core.work.models import Participant, StateCategory
from atalaya.kernel.errors import NotAllowed
from atalaya.practices.tickets.actions.resolving import (
    close_ticket,
    reopen_ticket,
    resolve_ticket,
)
from atalaya.practices.tickets.actions.working import locked_ticket
from atalaya.practices.tickets.models import State, Ticket
from atalaya.practices.tickets.queries import active_states
from atalaya.practices.tickets.states import check_transition


@action("tickets.edit")
def edit_ticket(
    ticket: Ticket,
    *,
    by: Actor,
    custom: Mapping[str, Any] | None = None,
    tags: list[str] | None = None,
    **fields: Any,
) -> Ticket:
    """Change subject, kind, category, service, requester, language, custom fields, tags and so on.

    Raises NotAllowed, SubjectMissing, WrongFieldValue.
    """
    ticket = locked_ticket(ticket)
    item = ticket.item
    by.must("tickets.edit", on=item)
    if "is_confidential" in fields and fields["is_confidential"] != item.is_confidential:
        by.must("tickets.confide", on=item)
    if "requester" in fields:
        fields["organisation"] = fields["requester"].organisation
    work.set_fields(item, by=by, **fields)
    if custom is not None:
        work.set_custom(item, by=by, values=custom)
    if tags is not None:
        work.set_tags(item, by=by, names=tags)
    return ticket


@action("tickets.prioritise")
def prioritise(
    ticket: Ticket,
    *,
    by: Actor,
    priority: int | None = None,
    impact: int | None = None,
    urgency: int | None = None,
) -> Ticket:
    """Set impact and urgency (the matrix gives the priority) or the priority by hand.

    Raises NotAllowed.
    """
    ticket = locked_ticket(ticket)
    by.must("tickets.edit", on=ticket.item)
    work.set_priority(ticket.item, by=by, priority=priority, impact=impact, urgency=urgency)
    return ticket


@action("tickets.change_state")
def change_state(ticket: Ticket, *, by: Actor, state: State) -> Ticket:
    """Choose a state by hand, among those the present one leads to.

    Resolving, closing and reopening have their own actions, which this one calls.
    Raises NotAllowed, TransitionNotAllowed, and what those raise.
    """
    ticket = locked_ticket(ticket)
    item = ticket.item
    by.must("tickets.edit", on=item)
    if item.state == state.key:
        return ticket
    check_transition(item.state, state, states=active_states())
    category = StateCategory(state.category)
    if state.category == StateCategory.RESOLVED:
        ticket = resolve_ticket(ticket, by=by)
    elif state.category == StateCategory.CLOSED:
        ticket = close_ticket(ticket, by=by)
    elif not item.is_open:
        ticket = reopen_ticket(ticket, by=by)
    # Those actions go to the usual state of its category; this is the one that was chosen.
    work.set_state(ticket.item, by=by, state=state.key, category=category)
    return ticket


@action("tickets.include")
def include(
    ticket: Ticket, person: Person, *, by: Actor, kind: Participant.Kind = Participant.Kind.COPY
) -> None:
    """Have somebody take part. Anybody may watch what he sees. Raises NotAllowed."""
    ticket = locked_ticket(ticket)
    own = by.person is not None and by.person.pk == person.pk and kind == Participant.Kind.WATCHER
    side = kind == Participant.Kind.COPY and ticket.item.is_for(by.person)
    if own and not by.may("work.see", on=ticket.item):
        raise NotAllowed(permission="work.see")
    if not (own or side):
        by.must("tickets.edit", on=ticket.item)
    work.take_part(ticket.item, person, by=by, kind=kind)


@action("tickets.exclude")
def exclude(ticket: Ticket, person: Person, *, by: Actor) -> None:
    """Take somebody off a ticket; anybody may leave. Raises NotAllowed."""
    ticket = locked_ticket(ticket)
    if by.person is None or by.person.pk != person.pk:
        by.must("tickets.edit", on=ticket.item)
    work.stop_taking_part(ticket.item, person, by=by)
