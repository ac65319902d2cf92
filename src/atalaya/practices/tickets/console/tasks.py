"""Steps, checklists, and promises to get back."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from atalaya.core.identity.ports import Request
from atalaya.core.work.models import Task
from atalaya.core.work.queries import open_promises_on, tasks_of
from atalaya.kernel.errors import InvalidInput
from atalaya.practices.tickets.actions import (
    add_task,
    apply_checklist,
    keep_promise,
    promise_call,
    remove_task,
    tick_task,
)
from atalaya.practices.tickets.console.editing import address, dialog
from atalaya.practices.tickets.console.forms import ChecklistForm, PromiseForm, TaskForm
from atalaya.practices.tickets.models import Ticket
from atalaya.practices.tickets.queries import ticket_numbered
from atalaya.ui import htmx


def _task(ticket: Ticket, pk: int) -> Task:
    found = next((one for one in tasks_of(ticket.item) if one.pk == pk), None)
    if found is None:
        raise Http404
    return found


@require_POST
def add(request: Request, number: str) -> HttpResponse:
    """Add a step at the end."""
    ticket = ticket_numbered(number, viewer=request.actor)
    form = TaskForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(_("Say what is to be done."), at="title")
    add_task(ticket, by=request.actor, title=form.cleaned_data["title"])
    return htmx.done(request, goto=address(ticket), refresh=["ticket"])


@require_POST
def tick(request: Request, number: str, pk: int) -> HttpResponse:
    """Done, or not done after all."""
    ticket = ticket_numbered(number, viewer=request.actor)
    tick_task(_task(ticket, pk), by=request.actor, done=request.POST.get("done") == "1")
    return htmx.done(request, goto=address(ticket), refresh=["ticket"])


@require_POST
def remove(request: Request, number: str, pk: int) -> HttpResponse:
    """Take a step away."""
    ticket = ticket_numbered(number, viewer=request.actor)
    remove_task(_task(ticket, pk), by=request.actor)
    return htmx.done(request, goto=address(ticket), refresh=["ticket"], toast=_("Step removed."))


def checklist(request: Request, number: str) -> HttpResponse:
    """Put a whole checklist on the ticket."""
    ticket = ticket_numbered(number, viewer=request.actor)
    form = ChecklistForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            template = form.rows[form.cleaned_data["checklist"]]
            apply_checklist(ticket, template, by=request.actor)
            return htmx.done(request, goto=address(ticket), refresh=["ticket"], toast=_("Added."))
    return dialog(request, ticket, form, _("Checklist"), _("Add"), "checkbox")


def promise(request: Request, number: str) -> HttpResponse:
    """Promise to get back by a time."""
    ticket = ticket_numbered(number, viewer=request.actor)
    form = PromiseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            promise_call(ticket, by=request.actor, **form.cleaned_data)
            return htmx.done(request, goto=address(ticket), refresh=["ticket"], toast=_("Noted."))
    sentence = _("You are reminded when the time comes.")
    return dialog(
        request, ticket, form, _("Promise to call back"), _("Promise"), "phone", sentence=sentence
    )


@require_POST
def keep(request: Request, number: str, pk: int) -> HttpResponse:
    """The promise was kept."""
    ticket = ticket_numbered(number, viewer=request.actor)
    found = next((one for one in open_promises_on(ticket.item) if one.pk == pk), None)
    if found is None:
        raise Http404
    keep_promise(found, by=request.actor)
    return htmx.done(request, goto=address(ticket), refresh=["ticket"], toast=_("Kept."))
