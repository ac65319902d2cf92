"""Reading tickets."""

from __future__ import annotations

from django.db.models import QuerySet

from atalaya.core.people.models import Actor, Person
from atalaya.core.work.models import StateCategory, WorkItem
from atalaya.core.work.queries import item_numbered
from atalaya.kernel.errors import NotFound
from atalaya.practices.tickets.models import State, Ticket


def ticket_numbered(number: int | str, *, viewer: Actor) -> Ticket:
    """The ticket people call by ``number``, if ``viewer`` may see it. Raises NotFound."""
    item = item_numbered(number, viewer=viewer)
    return ticket_of(item)


def ticket_of(item: WorkItem) -> Ticket:
    """The ticket of a work item, without another query for the item. Raises NotFound."""
    ticket = Ticket.objects.filter(pk=item.pk).select_related("resolved_by").first()
    if ticket is None:
        raise NotFound
    ticket.item = item
    return ticket


def active_states() -> list[State]:
    """States in use, in their order."""
    return list(State.objects.filter(is_active=True))


def state_words() -> dict[str, str]:
    """Key → name of every state, in the active language."""
    return {state.key: str(state) for state in State.objects.all()}


def open_tickets_of(person: Person, *, viewer: Actor) -> QuerySet[WorkItem]:
    """Open tickets of a requester that ``viewer`` may see, newest first."""
    return (
        WorkItem.objects.visible_to(viewer)
        .open()
        .filter(requester=person, kind__in=Ticket.Kind.values)
        .select_related("team", "assignee")
        .order_by("-id")
    )


def plain_state(item: WorkItem) -> str:
    """A code for the requester's view: received, in_work, your_turn, waiting, solved, closed."""
    category = item.category_of_state
    if category == StateCategory.NEW:
        return "received"
    if category == StateCategory.RESOLVED:
        return "solved"
    if category == StateCategory.CLOSED:
        return "closed"
    if item.turn == "requester":
        return "your_turn"
    if category == StateCategory.WAITING:
        return "waiting"
    return "in_work"
