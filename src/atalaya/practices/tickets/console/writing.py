"""The composer: answers, notes and calls, and what follows from sending."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from atalaya.core.files.actions import store_file
from atalaya.core.files.models import File
from atalaya.core.identity.ports import Request
from atalaya.core.work.models import Entry, PendingReason
from atalaya.core.work.queries import reasons_in_use
from atalaya.kernel import clock
from atalaya.practices.tickets.actions import (
    add_note,
    answer_and_wait,
    answer_ticket,
    log_call,
    resolve_ticket,
)
from atalaya.practices.tickets.console.forms import TextForm
from atalaya.practices.tickets.console.page import composer_context
from atalaya.practices.tickets.models import Ticket
from atalaya.practices.tickets.queries import ticket_numbered
from atalaya.ui import htmx

TEMPLATE = "tickets/console/composer.html"


@require_POST
def write(request: Request, number: str) -> HttpResponse:
    """Send what was written; when something arrived meanwhile, say so first."""
    ticket = ticket_numbered(number, viewer=request.actor)
    form = TextForm(request.POST, request.FILES)
    if form.is_valid():
        arrived = _arrived(ticket, form.cleaned_data, request)
        if arrived:
            form.add_error(None, arrived)
        else:
            with htmx.errors_into(form):
                return _send(request, ticket, form.cleaned_data)
    context = {
        **composer_context(request, ticket),
        "ticket": ticket,
        "item": ticket.item,
        "now": clock.now(),
        "text": request.POST.get("text", ""),
        "kind": request.POST.get("kind", "reply"),
        "errors": [error for errors in form.errors.values() for error in errors],
        "seen": _newest(ticket, request),
    }
    return htmx.render(request, TEMPLATE, context, block="composer", status=422)


def _send(request: Request, ticket: Ticket, given: dict[str, Any]) -> HttpResponse:
    """Call the action that belongs to the kind and to what shall happen then."""
    actor, text, then = request.actor, given["text"], given["then"]
    files = stored(given["attachments"], request)
    toast = {"reply": _("Sent."), "note": _("Noted."), "call": _("Call noted.")}[given["kind"]]
    if given["kind"] == "note":
        add_note(ticket, by=actor, text=text, files=files)
    elif given["kind"] == "call":
        log_call(ticket, by=actor, text=text, minutes=given["minutes"], public=given["public"])
    elif then == "resolve":
        resolve_ticket(ticket, by=actor, answer=text, files=files)
        toast = _("Sent and resolved.")
    elif reason := _reason(then):
        answer_and_wait(ticket, by=actor, text=text, files=files, reason=reason)
        toast = _("Sent. %(reason)s.") % {"reason": reason}
    else:
        answer_ticket(ticket, by=actor, text=text, files=files, to_children=given["to_children"])
    if then == "next":
        return htmx.done(request, goto=reverse("console:queue"), toast=toast)
    here = reverse("console:tickets:page", kwargs={"number": ticket.item.reference})
    return htmx.done(request, goto=here, refresh=["ticket"], toast=toast)


def stored(uploads: Sequence[Any], request: Request) -> list[File]:
    """Uploads taken in, ready to be attached."""
    return [store_file(one, name=one.name or "", by=request.actor) for one in uploads]


def _reason(then: str) -> PendingReason | None:
    wanted = then.removeprefix("wait:")
    return next((one for one in reasons_in_use() if str(one.pk) == wanted), None)


def _newest(ticket: Ticket, request: Request) -> int:
    entries = Entry.objects.visible_to(request.actor).filter(item=ticket.item)
    return entries.order_by("-pk").values_list("pk", flat=True).first() or 0


def _arrived(ticket: Ticket, given: dict[str, Any], request: Request) -> str:
    """Whether somebody wrote in public since the page was read; asked once, then it may go."""
    if given["kind"] != "reply" or given["seen"] is None:
        return ""
    newer = (
        Entry.objects.visible_to(request.actor)
        .filter(item=ticket.item, pk__gt=given["seen"], is_public=True)
        .exclude(author=request.person)
        .select_related("author")
        .order_by("-pk")
        .first()
    )
    if newer is None:
        return ""
    return _("%(name)s wrote meanwhile: “%(text)s”. Send again if your answer still fits.") % {
        "name": newer.author or _("Somebody"),
        "text": newer.text[:200],
    }
