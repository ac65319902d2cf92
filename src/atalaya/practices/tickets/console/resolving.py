"""Resolving, closing, reopening, and putting away what is not a ticket."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from atalaya.core.identity.ports import Request
from atalaya.practices.tickets.actions import (
    bin_ticket,
    close_ticket,
    reopen_ticket,
    resolve_ticket,
    restore_ticket,
)
from atalaya.practices.tickets.console.editing import address, dialog
from atalaya.practices.tickets.console.forms import ResolveForm
from atalaya.practices.tickets.console.writing import stored
from atalaya.practices.tickets.queries import ticket_numbered
from atalaya.ui import htmx


def resolve(request: Request, number: str) -> HttpResponse:
    """Say the solution; open children and steps are asked about only when there are some."""
    ticket = ticket_numbered(number, viewer=request.actor)
    form = ResolveForm(request.POST or None, request.FILES or None)
    if not ticket.item.tasks.filter(done_at__isnull=True).exists():
        form.fields.pop("tasks_may_be_open")
    if not ticket.item.links_out.filter(kind="parent_of").exists():
        form.fields.pop("with_children")
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            given: dict[str, Any] = dict(form.cleaned_data)
            given["files"] = stored(given.pop("attachments"), request)
            resolve_ticket(ticket, by=request.actor, **given)
            return htmx.done(
                request, goto=address(ticket), refresh=["ticket"], toast=_("Resolved.")
            )
    return dialog(request, ticket, form, _("Resolve"), _("Resolve"), "circle-check")


@require_POST
def close(request: Request, number: str) -> HttpResponse:
    """Close for good."""
    ticket = ticket_numbered(number, viewer=request.actor)
    close_ticket(ticket, by=request.actor)
    return htmx.done(request, goto=address(ticket), refresh=["ticket"], toast=_("Closed."))


@require_POST
def reopen(request: Request, number: str) -> HttpResponse:
    """Begin work again."""
    ticket = ticket_numbered(number, viewer=request.actor)
    reopen_ticket(ticket, by=request.actor)
    return htmx.done(request, goto=address(ticket), refresh=["ticket"], toast=_("Open again."))


@require_POST
def put_away(request: Request, number: str) -> HttpResponse:
    """Into the bin, or into spam."""
    ticket = ticket_numbered(number, viewer=request.actor)
    spam = request.POST.get("as") == "spam"
    bin_ticket(ticket, by=request.actor, spam=spam)
    said = _("Moved to spam.") if spam else _("Moved to the bin.")
    return htmx.done(request, goto=address(ticket), refresh=["ticket"], toast=said)


@require_POST
def restore(request: Request, number: str) -> HttpResponse:
    """Back from the bin or from spam."""
    ticket = ticket_numbered(number, viewer=request.actor)
    restore_ticket(ticket, by=request.actor)
    return htmx.done(request, goto=address(ticket), refresh=["ticket"], toast=_("Restored."))
