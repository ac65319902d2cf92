"""Who takes part in a ticket."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from atalaya.core.identity.ports import Request
from atalaya.core.work.models import Participant
from atalaya.core.work.queries import participants_of
from atalaya.practices.tickets.actions import exclude, include
from atalaya.practices.tickets.console.editing import address, dialog
from atalaya.practices.tickets.console.forms import PersonForm
from atalaya.practices.tickets.queries import ticket_numbered
from atalaya.ui import htmx


def add(request: Request, number: str) -> HttpResponse:
    """Have somebody take part."""
    ticket = ticket_numbered(number, viewer=request.actor)
    form = PersonForm(request.POST or None, viewer=request.actor)
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            kind = Participant.Kind(form.cleaned_data["kind"])
            include(ticket, form.cleaned_data["person"], by=request.actor, kind=kind)
            return htmx.done(request, goto=address(ticket), refresh=["ticket"], toast=_("Added."))
    return dialog(request, ticket, form, _("Add somebody"), _("Add"), "user-plus")


@require_POST
def remove(request: Request, number: str, pk: int) -> HttpResponse:
    """Take somebody off."""
    ticket = ticket_numbered(number, viewer=request.actor)
    found = next((one for one in participants_of(ticket.item) if one.pk == pk), None)
    if found is None:
        raise Http404
    exclude(ticket, found.person, by=request.actor)
    return htmx.done(request, goto=address(ticket), refresh=["ticket"], toast=_("Removed."))


@require_POST
def follow(request: Request, number: str) -> HttpResponse:
    """Follow it, or no longer."""
    ticket = ticket_numbered(number, viewer=request.actor)
    person = request.person
    assert person is not None  # the console is for people who are signed in
    if any(one.person_id == person.pk for one in participants_of(ticket.item)):
        exclude(ticket, person, by=request.actor)
        said = _("You no longer follow it.")
    else:
        include(ticket, person, by=request.actor, kind=Participant.Kind.WATCHER)
        said = _("You follow it now.")
    return htmx.done(request, goto=address(ticket), refresh=["ticket"], toast=said)
