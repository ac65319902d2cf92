"""Mail in and out: what came, what became of it, what was sent and with which fate."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from atalaya.core.files.queries import open_content
from atalaya.core.work.queries import item_numbered
from atalaya.engines.channels.actions import join_mail, retry_mail, retry_sending
from atalaya.engines.channels.mail.reading import read
from atalaya.engines.channels.models import OutgoingMail, RawMessage
from atalaya.kernel.errors import NotFound
from atalaya.ui import htmx, pages

NEWEST = [pages.Key("id", descending=True)]
SHOWN_FIELDS = 60
SHOWN_BYTES = 5_000_000


@require_GET
def incoming(request: Any) -> HttpResponse:
    """What came, newest first; parked mail has a tab of its own."""
    _agents_only(request)
    chosen = request.GET.get("outcome", "")
    rows = RawMessage.objects.visible_to(request.actor).select_related("item", "mailbox")
    parked = RawMessage.objects.visible_to(request.actor).parked().count()
    if chosen in RawMessage.Outcome.values:
        rows = rows.filter(outcome=chosen)
    context = {
        "page": pages.page_of(rows, NEWEST, after=request.GET.get("after")),
        "chosen": chosen,
        "parked": parked,
        "outcomes": RawMessage.Outcome.choices,
    }
    return htmx.render(request, "channels/console/incoming.html", context)


@require_GET
def original(request: Any, pk: int) -> HttpResponse:
    """A mail as it came: its fields, its text in full, its files, and why it is where it is."""
    row = _raw(request, pk)
    with open_content(row.file) as file:
        mail = read(file.read(SHOWN_BYTES))
    context = {"raw": row, "mail": mail, "fields": mail.fields[:SHOWN_FIELDS]}
    return htmx.render(request, "channels/console/original.html", context)


@require_GET
def original_of(request: Any, entry_pk: int) -> HttpResponse:
    """From an entry to the mail it was made from."""
    row = RawMessage.objects.visible_to(request.actor).filter(entry=entry_pk).first()
    if row is None:
        raise Http404
    return HttpResponseRedirect(reverse("console:channels:original", args=[row.pk]))


@require_GET
def raw(request: Any, pk: int) -> FileResponse:
    """The very bytes of a mail, as a file to keep."""
    row = _raw(request, pk)
    answer = FileResponse(
        open_content(row.file),
        as_attachment=True,
        filename=f"mail-{row.pk}.eml",
        content_type="application/octet-stream",
    )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@require_POST
def retry(request: Any, pk: int) -> HttpResponse:
    """Process a parked mail again; an unknown sender may be let in by it."""
    row = _raw(request, pk)
    retry_mail(row, by=request.actor, accept="accept" in request.POST)
    goto = reverse("console:channels:original", args=[row.pk])
    return htmx.done(request, goto=goto, toast=_("It is processed again."))


@require_POST
def join(request: Any, pk: int) -> HttpResponse:
    """Have a parked mail become a message on the ticket whose number is given."""
    row = _raw(request, pk)
    goto = reverse("console:channels:original", args=[row.pk])
    try:
        item = item_numbered(request.POST.get("number", ""), viewer=request.actor)
    except NotFound:
        return htmx.done(request, goto=goto, toast=_("There is no such ticket."))
    join_mail(row, item, by=request.actor)
    return htmx.done(request, goto=goto, toast=_("It is processed again."))


@require_GET
def outgoing(request: Any) -> HttpResponse:
    """What was sent, newest first; without a mail server this is the outbox."""
    _agents_only(request)
    chosen = request.GET.get("state", "")
    rows = OutgoingMail.objects.visible_to(request.actor).select_related("item", "person")
    if chosen in OutgoingMail.State.values:
        rows = rows.filter(state=chosen)
    context = {
        "page": pages.page_of(rows, NEWEST, after=request.GET.get("after")),
        "chosen": chosen,
        "states": OutgoingMail.State.choices,
    }
    return htmx.render(request, "channels/console/outgoing.html", context)


@require_GET
def sent(request: Any, pk: int) -> HttpResponse:
    """One mail of ours and its fate. The body of a mail with a sign-in link is nobody's to read."""
    return htmx.render(request, "channels/console/sent.html", {"sent": _out(request, pk)})


@require_POST
def send_again(request: Any, pk: int) -> HttpResponse:
    """Send a mail again, with the same Message-ID."""
    row = _out(request, pk)
    retry_sending(row, by=request.actor)
    goto = reverse("console:channels:sent", args=[row.pk])
    return htmx.done(request, goto=goto, toast=_("It is sent again."))


def _agents_only(request: Any) -> None:
    if not request.actor.is_agent:
        raise Http404


def _raw(request: Any, pk: int) -> RawMessage:
    rows = RawMessage.objects.visible_to(request.actor).select_related("file", "item", "mailbox")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _out(request: Any, pk: int) -> OutgoingMail:
    rows = OutgoingMail.objects.visible_to(request.actor).select_related("item", "person")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
