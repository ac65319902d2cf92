"""What tickets add to other people's pages: the tickets of a person and of an organisation."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from atalaya.core.people.models import Actor, Organisation, Person
from atalaya.core.work.models import WorkItem
from atalaya.practices.tickets.models import Ticket
from atalaya.practices.tickets.queries import state_words
from atalaya.ui.panels import panel

SHOWN = 15


@panel(
    "tickets.of_person",
    for_=Person,
    place="main",
    order=10,
    title=_("Tickets"),
    icon="ticket",
    template="tickets/console/panel_tickets.html",
)
def tickets_of_person(person: Person, *, actor: Actor) -> dict[str, Any] | None:
    """What somebody asked for, open first, then the newest."""
    return _tickets(
        WorkItem.objects.visible_to(actor).filter(requester=person), "requester", person.pk
    )


@panel(
    "tickets.of_organisation",
    for_=Organisation,
    place="main",
    order=10,
    title=_("Tickets"),
    icon="ticket",
    template="tickets/console/panel_tickets.html",
)
def tickets_of_organisation(row: Organisation, *, actor: Actor) -> dict[str, Any] | None:
    """What the people of an organisation asked for."""
    return _tickets(
        WorkItem.objects.visible_to(actor).filter(organisation=row), "organisation", row.pk
    )


def _tickets(items: QuerySet[WorkItem], name: str, pk: int) -> dict[str, Any]:
    tickets = items.filter(kind__in=Ticket.Kind.values, binned_as="").select_related("assignee")
    is_open = ["new", "open", "waiting"]
    found = list(tickets.filter(category_of_state__in=is_open).order_by("-id")[:SHOWN])
    rest = SHOWN - len(found)
    if rest > 0:
        found += list(tickets.exclude(category_of_state__in=is_open).order_by("-id")[:rest])
    return {"tickets": found, "words": state_words(), "filter": f"{name}={pk}"}
