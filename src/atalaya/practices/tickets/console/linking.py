"""Merging, linking, splitting, redacting, and finding the other ticket."""

from __future__ import annotations

from types import SimpleNamespace

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from atalaya.core.identity.ports import Request
from atalaya.core.work.actions import redact_entry
from atalaya.core.work.models import Entry, Link, WorkItem
from atalaya.core.work.queries import links_of
from atalaya.kernel.text import one_line
from atalaya.practices.tickets.actions import (
    link_ticket,
    merge_ticket,
    split_ticket,
    unlink_ticket,
    unmerge_ticket,
)
from atalaya.practices.tickets.console.editing import address, dialog
from atalaya.practices.tickets.console.forms import LinkForm, MergeForm, SplitForm
from atalaya.practices.tickets.models import Ticket
from atalaya.practices.tickets.queries import ticket_numbered, ticket_of
from atalaya.ui import htmx

MATCHES = 8


@require_GET
def options(request: Request) -> HttpResponse:
    """Tickets with these words in the subject, or this number, newest first."""
    words = one_line(request.GET.get("q", ""), 100)
    items = WorkItem.objects.visible_to(request.actor).kept().filter(kind__in=Ticket.Kind.values)
    number = words.rpartition("-")[2].lstrip("#")
    if number.isascii() and number.isdigit() and len(number) <= 18:
        items = items.filter(number=int(number))
    elif words:
        items = items.filter(subject__icontains=words)
    found = [
        SimpleNamespace(
            value=item.reference,
            text=f"{item.reference} {item.subject}",
            about=item.requester.name,
            icon="ticket",
        )
        for item in items.select_related("requester").order_by("-id")[:MATCHES]
    ]
    return htmx.render(request, "components/combobox/options.html", {"found": found})


def merge(request: Request, number: str) -> HttpResponse:
    """Make it part of another ticket."""
    ticket = ticket_numbered(number, viewer=request.actor)
    form = MergeForm(request.POST or None, viewer=request.actor)
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            into = ticket_of(form.cleaned_data["other"])
            merge_ticket(ticket, into=into, by=request.actor)
            toast = _("Merged into %(number)s.") % {"number": into.item.reference}
            return htmx.done(request, goto=address(into), toast=toast)
    sentence = _("Both histories are kept, and the old number leads to the new one.")
    return dialog(request, ticket, form, _("Merge"), _("Merge"), "git-merge", sentence=sentence)


@require_POST
def unmerge(request: Request, number: str) -> HttpResponse:
    """Undo the merge."""
    ticket = ticket_numbered(number, viewer=request.actor)
    unmerge_ticket(ticket, by=request.actor)
    return htmx.done(request, goto=address(ticket), refresh=["ticket"], toast=_("Taken apart."))


def link(request: Request, number: str) -> HttpResponse:
    """Say what it is to another ticket."""
    ticket = ticket_numbered(number, viewer=request.actor)
    form = LinkForm(request.POST or None, viewer=request.actor, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            other, kind = form.cleaned_data["other"], form.cleaned_data["kind"]
            if kind == "child_of":
                link_ticket(
                    ticket_of(other), ticket.item, by=request.actor, kind=Link.Kind.PARENT_OF
                )
            else:
                link_ticket(ticket, other, by=request.actor, kind=Link.Kind(kind))
            return htmx.done(request, goto=address(ticket), refresh=["ticket"], toast=_("Linked."))
    return dialog(request, ticket, form, _("Link"), _("Link"), "link")


@require_POST
def unlink(request: Request, number: str, pk: int) -> HttpResponse:
    """Take a link away."""
    ticket = ticket_numbered(number, viewer=request.actor)
    near = next(
        (one for one in links_of(ticket.item, viewer=request.actor) if one.link.pk == pk), None
    )
    if near is None:
        raise Http404
    unlink_ticket(near.link, by=request.actor)
    return htmx.done(request, goto=address(ticket), refresh=["ticket"], toast=_("Link removed."))


def _entry(request: Request, ticket: Ticket, pk: int) -> Entry:
    entry = Entry.objects.visible_to(request.actor).filter(item=ticket.item, pk=pk).first()
    if entry is None:
        raise Http404
    return entry


def split(request: Request, number: str, pk: int) -> HttpResponse:
    """Make a ticket of its own from one entry."""
    ticket = ticket_numbered(number, viewer=request.actor)
    entry = _entry(request, ticket, pk)
    form = SplitForm(request.POST or None, initial={"subject": entry.text[:80]})
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            made = split_ticket(
                ticket, entry, by=request.actor, subject=form.cleaned_data["subject"]
            )
            toast = _("%(number)s was opened.") % {"number": made.item.reference}
            return htmx.done(request, goto=address(made), toast=toast)
    sentence = _("The entry is copied into a new ticket that is linked with this one.")
    return dialog(
        request, ticket, form, _("Split off"), _("Open ticket"), "subtask", sentence=sentence
    )


class RedactForm(forms.Form):
    """Nothing to fill in: it is confirmed by sending."""


def redact(request: Request, number: str, pk: int) -> HttpResponse:
    """Remove the content of an entry for good."""
    ticket = ticket_numbered(number, viewer=request.actor)
    entry = _entry(request, ticket, pk)
    if request.method == "POST":
        redact_entry(entry, by=request.actor)
        return htmx.done(request, goto=address(ticket), refresh=["ticket"], toast=_("Removed."))
    sentence = _("Text, quotes and files are removed for good. That it was there stays known.")
    return dialog(
        request,
        ticket,
        RedactForm(),
        _("Remove the content"),
        _("Remove for good"),
        "eye-off",
        danger=True,
        sentence=sentence,
    )
