"""What a requester does: report, ask, answer, close, reopen. Each form works without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from atalaya.core.files.models import File
from atalaya.core.identity.actions.trying import count_try, network_of
from atalaya.core.identity.errors import SignInNeeded
from atalaya.core.identity.ports import Request
from atalaya.core.preferences.queries import preferences_of
from atalaya.core.work.models import Category, Channel, Entry
from atalaya.kernel.errors import AtalayaError, NotAllowed
from atalaya.practices.tickets.actions import (
    close_ticket,
    open_ticket,
    receive_message,
    reopen_ticket,
)
from atalaya.practices.tickets.errors import WroteTooOften
from atalaya.practices.tickets.models import Ticket
from atalaya.practices.tickets.portal.attaching import largest, take_files
from atalaya.practices.tickets.portal.forms import AnswerForm, ReopenForm, ReportForm
from atalaya.practices.tickets.portal.views import context_of, ticket_for
from atalaya.practices.tickets.preferences import TicketPreferences
from atalaya.practices.tickets.queries import categories_for, fields_for
from atalaya.ui import htmx


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Something does not work."""
    return _new(request, Ticket.Kind.INCIDENT)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Somebody needs something."""
    return _new(request, Ticket.Kind.REQUEST)


def _new(given: HttpRequest, kind: Ticket.Kind) -> HttpResponse:
    request: Request = given  # type: ignore[assignment]  # middleware has made it one
    if request.person is None:
        raise SignInNeeded
    categories = categories_for(kind)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ReportForm(
        *sent, kind=kind, categories=categories, fields=fields_for(kind, in_portal=True)
    )
    context = {"kind": str(kind), "limits": largest()}
    if request.method != "POST":
        return htmx.render(
            request, "tickets/portal/report.html", {**context, "form": form, "kept": ()}
        )
    files: list[File] = []
    with refusals_into(form):
        refuse_after(request, "report", preferences_of(TicketPreferences).portal_reports_an_hour)
        form.is_valid()  # files are taken in first, so that an error elsewhere does not lose them
        files = take_files(request, form)
        if form.is_valid():
            ticket = _open(request, form, kind, categories, files)
            words = _("We have it. Its number is %(reference)s.")
            return htmx.done(
                request,
                goto=_address(ticket.item.number),
                toast=words % {"reference": ticket.item.reference},
            )
    return htmx.form_again(request, "tickets/portal/report.html", form, kept=files, **context)


def _open(
    request: Request,
    form: ReportForm,
    kind: Ticket.Kind,
    categories: list[Category],
    files: list[File],
) -> Ticket:
    assert request.person is not None
    chosen = form.cleaned_data.get("category")
    return open_ticket(
        kind,
        by=request.actor,
        subject=form.cleaned_data["subject"],
        text=form.cleaned_data["text"],
        requester=request.person,
        channel=Channel.PORTAL,
        category=next((row for row in categories if row.pk == chosen), None),
        language=(get_language() or "").split("-")[0],
        custom=form.custom_values(),
        files=files,
    )


@require_POST
def answer(given: HttpRequest, number: str) -> HttpResponse:
    """Add a message; one on a ticket that was done long ago opens a new one."""
    request: Request = given  # type: ignore[assignment]  # middleware has made it one
    ticket = ticket_for(request, number)
    return _write(request, ticket, AnswerForm(request.POST, request.FILES))


@require_POST
def reopen(given: HttpRequest, number: str) -> HttpResponse:
    """It is not solved after all: with words, or just so."""
    request: Request = given  # type: ignore[assignment]  # middleware has made it one
    ticket = ticket_for(request, number)
    return _write(request, ticket, ReopenForm(request.POST, request.FILES), reopening=True)


def _write(
    request: Request, ticket: Ticket, form: AnswerForm, *, reopening: bool = False
) -> HttpResponse:
    author = request.actor.person
    if author is None or not ticket.item.is_for(author):
        raise NotAllowed(permission="tickets.answer")
    files: list[File] = []
    with refusals_into(form):
        refuse_after(request, "message", preferences_of(TicketPreferences).portal_messages_an_hour)
        form.is_valid()
        files = take_files(request, form)
        if form.is_valid():
            text = form.cleaned_data["text"]
            if reopening and not text.strip() and not files:
                reopen_ticket(ticket, by=request.actor)
                return _back(request, ticket.item.number, _("It is open again."))
            entry = receive_message(
                ticket,
                by=request.actor,
                author=author,
                text=text,
                channel=Channel.PORTAL,
                files=files,
            )
            return _said(request, ticket, entry)
    context = context_of(request, ticket_for(request, str(ticket.item.number)), form, kept=files)
    return htmx.form_again(request, "tickets/portal/page.html", **context)


def _said(request: Request, ticket: Ticket, entry: Entry) -> HttpResponse:
    """Back to where the message went: here, or a new ticket that follows this one."""
    went = entry.item
    if went.pk in {ticket.pk, ticket.item.merged_into_id}:
        return _back(request, went.number, _("Your message was sent."), at=entry)
    words = _("That ticket was done long ago, so your message opened %(reference)s.")
    said = words % {"reference": went.reference}
    seen = request.actor.kind != "guest"  # his link opens the old one only
    return _back(request, went.number if seen else ticket.item.number, said)


@require_POST
def close(given: HttpRequest, number: str) -> HttpResponse:
    """It is solved, or no longer needed."""
    request: Request = given  # type: ignore[assignment]  # middleware has made it one
    ticket = ticket_for(request, number)
    refuse_after(request, "message", preferences_of(TicketPreferences).portal_messages_an_hour)
    close_ticket(ticket, by=request.actor)
    return _back(request, ticket.item.number, _("The ticket is closed. Thank you."))


def _back(request: Request, number: int, words: str, *, at: Entry | None = None) -> HttpResponse:
    place = f"#entry-{at.pk}" if at is not None else ""
    return htmx.done(request, goto=_address(number) + place, toast=words)


def _address(number: int) -> str:
    return reverse("portal:tickets:page", args=[number])


@contextmanager
def refusals_into(form: forms.Form) -> Iterator[None]:
    """Every refusal but “not found” and “not allowed” is shown beside what was typed."""
    try:
        yield
    except AtalayaError as error:
        if error.status in {401, 403, 404}:
            raise
        form.is_valid()  # errors can only be added to a form that was checked
        form.add_error(error.at if error.at in form.fields else None, error.sentence)


def refuse_after(request: Request, what: str, most: int) -> None:
    """Count a try of this person; guests are counted by where they come from as well."""
    person = request.actor.person
    who = person.pk if person is not None else 0
    mine = count_try(f"portal.{what}", who, most=most, minutes=60)
    theirs = request.actor.kind != "guest" or count_try(
        f"portal.guest.{what}", network_of(request.client_address), most=most, minutes=60
    )
    if not (mine and theirs):
        raise WroteTooOften
