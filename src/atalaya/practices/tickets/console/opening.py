"""Opening a ticket for somebody: who calls is known while one types."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from atalaya.core.identity.ports import Request
from atalaya.core.people.actions import add_person
from atalaya.core.people.models import Person
from atalaya.core.people.queries import organisation_of_domain, person_with_address
from atalaya.core.work.models import Channel
from atalaya.practices.tickets.actions import open_ticket
from atalaya.practices.tickets.console.editing import address
from atalaya.practices.tickets.console.forms import NewTicketForm, chosen_person
from atalaya.practices.tickets.console.writing import stored
from atalaya.practices.tickets.models import Ticket
from atalaya.practices.tickets.queries import open_tickets_of
from atalaya.ui import htmx
from atalaya.ui.forms import picked


def new(request: Request) -> HttpResponse:
    """Two or three fields; the rest may wait."""
    initial = {name: request.GET[name] for name in ("requester", "subject") if name in request.GET}
    form = NewTicketForm(
        request.POST or None, request.FILES or None, viewer=request.actor, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            ticket = _open(request, dict(form.cleaned_data))
            toast = _("%(number)s was opened.") % {"number": ticket.item.reference}
            return htmx.done(request, goto=address(ticket), toast=toast)
    context = {"form": form, **_about(request, form["requester"].value() or "")}
    status = 422 if form.errors else 200
    return htmx.render(request, "tickets/console/new.html", context, status=status)


@require_GET
def requester(request: Request) -> HttpResponse:
    """Who was chosen: organisation, how to reach him, what he has open."""
    context = _about(request, request.GET.get("requester", ""))
    return htmx.render(request, "tickets/console/_requester.html", context)


def _about(request: Request, value: str) -> dict[str, Any]:
    people = Person.objects.visible_to(request.actor).select_related("organisation", "site")
    person = people.prefetch_related("addresses", "phones").filter(pk=picked(value)).first()
    if person is None:
        return {"chosen": None, "open_tickets": []}
    return {
        "chosen": person,
        "open_tickets": list(open_tickets_of(person, viewer=request.actor)[:8]),
    }


@transaction.atomic
def _open(request: Request, given: dict[str, Any]) -> Ticket:
    """Open it; somebody new is added with it, or neither is."""
    person = _requester(request, given.pop("requester"))
    mine = given.pop("mine")
    given["files"] = stored(given.pop("attachments"), request)
    channel = Channel(given.pop("channel"))
    return open_ticket(
        Ticket.Kind(given.pop("kind")),
        by=request.actor,
        requester=person,
        channel=channel,
        assignee=request.person if mine else None,
        **given,
    )


def _requester(request: Request, value: str) -> Person:
    if not value.startswith("new:"):
        return chosen_person(value, request.actor)
    said = value.removeprefix("new:").strip()
    if "@" not in said:
        return add_person(said, by=request.actor)
    known = person_with_address(said)
    if known is not None:
        return known
    name = said.partition("@")[0].replace(".", " ").replace("_", " ").title()
    organisation = organisation_of_domain(said)
    return add_person(name, by=request.actor, addresses=[said], organisation=organisation)
