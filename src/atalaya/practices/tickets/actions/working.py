"""What every write on a ticket begins with."""

from __future__ import annotations

from atalaya.core.people.models import Actor
from atalaya.core.work import actions as work
from atalaya.core.work.models import StateCategory, WorkItem
from atalaya.practices.tickets.models import Ticket
from atalaya.practices.tickets.queries import active_states
from atalaya.practices.tickets.states import state_for


def locked_ticket(ticket: Ticket) -> Ticket:
    """The ticket as it is now. Its work item is locked, so every practice meets on one lock."""
    item = work.lock_item(WorkItem(pk=ticket.pk))
    fresh = Ticket.objects.get(pk=ticket.pk)
    fresh.item = item
    return fresh


def in_state(item: WorkItem, *, by: Actor, category: StateCategory) -> None:
    """Put a locked item into the usual state of ``category``.

    Choosing a state by hand follows the allowed transitions; actions that imply one (a requester
    answers, a ticket is resolved) always succeed.
    """
    if item.category_of_state == category:
        return
    usual = state_for(category, item.kind, states=active_states())
    work.set_state(item, by=by, state=usual.key if usual else str(category), category=category)
