"""Mailboxes, the mail server and filters: setting up and trying out."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from atalaya.engines.channels import delivering, fetching
from atalaya.engines.channels.actions import (
    remove_filter,
    remove_smtp_server,
    save_filter,
    save_mailbox,
    save_smtp_server,
)
from atalaya.engines.channels.console.forms import FilterForm, MailboxForm, ServerForm
from atalaya.engines.channels.models import Mailbox, MailFilter
from atalaya.engines.channels.queries import smtp_settings
from atalaya.kernel.errors import AtalayaError
from atalaya.ui import htmx

FORM = "channels/console/form.html"


@require_GET
def index(request: Any) -> HttpResponse:
    """Everything about mail that can be set up."""
    request.actor.must("channels.configure")
    context = {
        "boxes": Mailbox.objects.visible_to(request.actor).order_by("position", "id"),
        "rules": MailFilter.objects.visible_to(request.actor).select_related("mailbox"),
        "server": smtp_settings(viewer=request.actor),
    }
    return htmx.render(request, "channels/console/settings.html", context)


def mailbox(request: Any, pk: int) -> HttpResponse:
    """Add a mailbox or change one."""
    request.actor.must("channels.configure")
    row = _mailbox(request, pk) if pk else None
    initial = MailboxForm.initial_of(row) if row else {}
    form = MailboxForm(request.POST or None, viewer=request.actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            saved = save_mailbox(row, by=request.actor, **form.values())
            address = reverse("console:channels:mailbox", args=[saved.pk])
            return htmx.done(request, goto=address, toast=_("Saved."))
    context: dict[str, Any] = {"title": row.address if row else _("New mailbox"), "form": form}
    if row is not None:
        context["trouble"] = row.error
        if row.source == Mailbox.Source.IMAP:
            context["try_out"] = reverse("console:channels:mailbox_try", args=[row.pk])
    return _form(request, context)


@require_POST
def try_mailbox(request: Any, pk: int) -> HttpResponse:
    """Sign in to a mailbox now and say what lies in it."""
    request.actor.must("channels.configure")
    row = _mailbox(request, pk)
    goto = reverse("console:channels:mailbox", args=[row.pk])
    try:
        count = fetching.try_out(row)
    except AtalayaError as problem:
        return htmx.done(request, goto=goto, toast=problem.sentence)
    words = ngettext(
        "It works: there is %(count)s mail in the folder.",
        "It works: there are %(count)s mails in the folder.",
        count,
    )
    return htmx.done(request, goto=goto, toast=words % {"count": count})


def server(request: Any) -> HttpResponse:
    """Set the server our mail leaves by."""
    row = smtp_settings(viewer=request.actor)
    request.actor.must("channels.configure")
    form = ServerForm(request.POST or None, initial=ServerForm.initial_of(row) if row else {})
    goto = reverse("console:channels:server")
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            save_smtp_server(by=request.actor, **form.values())
            return htmx.done(request, goto=goto, toast=_("Saved."))
    context: dict[str, Any] = {"title": _("Mail server"), "form": form}
    if row is not None:
        context["trouble"] = row.error
        context["try_out"] = reverse("console:channels:server_try")
        context["remove"] = reverse("console:channels:server_remove")
    return _form(request, context)


@require_POST
def try_server(request: Any) -> HttpResponse:
    """Send a real mail to whoever asks; without an address of his, only sign in."""
    request.actor.must("channels.configure")
    row = smtp_settings(viewer=request.actor)
    goto = reverse("console:channels:server")
    if row is None:
        raise Http404
    own = request.person.address if request.person is not None else ""
    try:
        if own:
            delivering.send_test(row, to=own)
        else:
            delivering.try_out(row)
    except AtalayaError as problem:
        return htmx.done(request, goto=goto, toast=problem.sentence)
    if not own:
        return htmx.done(request, goto=goto, toast=_("It works: the server lets us in."))
    words = _("It works: a mail is on its way to %(address)s.") % {"address": own}
    return htmx.done(request, goto=goto, toast=words)


@require_POST
def remove_server(request: Any) -> HttpResponse:
    """Keep mail in the outbox from now on."""
    remove_smtp_server(by=request.actor)
    return htmx.done(request, goto=reverse("console:channels:settings"), toast=_("Removed."))


def rule(request: Any, pk: int) -> HttpResponse:
    """Add a filter or change one."""
    request.actor.must("channels.configure")
    row = _rule(request, pk) if pk else None
    initial = FilterForm.initial_of(row) if row else {}
    form = FilterForm(request.POST or None, viewer=request.actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            save_filter(row, by=request.actor, **form.values())
            goto = reverse("console:channels:settings")
            return htmx.done(request, goto=goto, toast=_("Saved."))
    context: dict[str, Any] = {"title": _("Mail filter"), "form": form}
    if row is not None:
        context["remove"] = reverse("console:channels:filter_remove", args=[row.pk])
    return _form(request, context)


@require_POST
def remove_rule(request: Any, pk: int) -> HttpResponse:
    """Remove a filter."""
    remove_filter(_rule(request, pk), by=request.actor)
    return htmx.done(request, goto=reverse("console:channels:settings"), toast=_("Removed."))


def _form(request: Any, context: dict[str, Any]) -> HttpResponse:
    known = {"trouble": "", "try_out": "", "remove": ""} | context
    status = 422 if context["form"].errors else 200
    return htmx.render(request, FORM, known, status=status)


def _mailbox(request: Any, pk: int) -> Mailbox:
    row = Mailbox.objects.visible_to(request.actor).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _rule(request: Any, pk: int) -> MailFilter:
    row = MailFilter.objects.visible_to(request.actor).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
