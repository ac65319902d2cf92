"""The page of one ticket: title and chips, tabs, conversation, context panel."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from atalaya.core.identity.ports import Request
from atalaya.core.people.models import Person
from atalaya.core.work.models import Entry, Link, WorkItem
from atalaya.core.work.queries import (
    custom_values_of,
    history_of,
    links_of,
    open_promises_on,
    participants_of,
    reasons_in_use,
    tasks_of,
)
from atalaya.engines.channels.queries import originals_of
from atalaya.kernel import clock
from atalaya.practices.tickets.conversation import Said, conversation_of
from atalaya.practices.tickets.models import Ticket
from atalaya.practices.tickets.queries import (
    only_asks,
    open_tickets_of,
    state_words,
    ticket_numbered,
)
from atalaya.ui import htmx

TABS = ("conversation", "tasks", "related", "history")


@require_GET
def show(request: Request, number: str) -> HttpResponse:
    """The page, or the parts of it that change (``ticket_live``)."""
    ticket = ticket_numbered(number, viewer=request.actor)
    if only_asks(ticket.item, viewer=request.actor):
        return redirect("portal:tickets:page", number=str(ticket.item.number))
    if ticket.item.reference != number and not htmx.is_partial(request):
        return redirect("console:tickets:page", number=ticket.item.reference)
    tab = request.GET.get("tab", TABS[0])
    context = page_context(request, ticket, tab=tab if tab in TABS else TABS[0])
    return htmx.render(request, "tickets/console/page.html", context)


def page_context(request: Request, ticket: Ticket, *, tab: str = TABS[0]) -> dict[str, Any]:
    """Everything the page shows of a ticket to this viewer."""
    item, actor = ticket.item, request.actor
    prefetch_related_objects([item.requester], "addresses", "phones")
    links = links_of(item, viewer=actor)
    tasks = tasks_of(item)
    context: dict[str, Any] = {
        "ticket": ticket,
        "item": item,
        "tab": tab,
        "tabs": _tabs(item, tab, tasks=len(tasks), links=len(links)),
        "words": state_words(),
        "now": clock.now(),
        "links": links,
        "tasks": tasks,
        "promises": open_promises_on(item),
        "people": participants_of(item),
        "follows": _follows(item, request.person),
        "others": list(open_tickets_of(item.requester, viewer=actor).exclude(pk=item.pk)[:6]),
        "custom": custom_values_of(item),
        "tags": list(item.tags.all()),
        "may": {
            name: actor.may(f"tickets.{name}", on=item)
            for name in ("answer", "note", "assign", "edit", "resolve", "link", "bin", "restore")
        },
        **composer_context(request, ticket),
    }
    if tab == "conversation":
        whole = "whole" in request.GET
        context["conversation"] = conversation_of(item, viewer=actor, whole=whole)
        context["about"] = about_entry
        said = [part.entry.pk for part in context["conversation"].parts if isinstance(part, Said)]
        context["originals"] = originals_of(said)
        context["seen"] = context["conversation"].last_entry_id
    if tab == "history":
        context["history"] = history_of(item)
    return context


def composer_context(request: Request, ticket: Ticket) -> dict[str, Any]:
    """What the composer needs: kinds, recipients, ways to send."""
    item = ticket.item
    kinds = [
        ("reply", _("Reply"), "arrow-back-up", "r", "accent", "tickets.answer"),
        ("note", _("Note"), "eye-off", "n", "yellow", "tickets.note"),
        ("call", _("Call"), "phone", "", "violet", "tickets.note"),
    ]
    copies = [one.person for one in participants_of(item) if one.kind == "copy"]
    return {
        "kinds": [
            {"value": value, "text": text, "icon": icon, "key": key, "tone": tone}
            for value, text, icon, key, tone, permission in kinds
            if request.actor.may(permission, on=item)
        ],
        "to": item.requester,
        "copies": copies,
        "reasons": reasons_in_use(),
        "seen": 0,
        "text": "",
        "kind": "reply",
        "errors": [],
    }


def about_entry(said: Said) -> str:
    """The words beside the author's name: by which way, how long a call took."""
    entry = said.entry
    if entry.kind == Entry.Kind.CALL:
        return _("%(n)s min") % {"n": entry.minutes} if entry.minutes else ""
    if entry.kind == Entry.Kind.MESSAGE:
        return str(entry.get_channel_display())
    return ""


def _tabs(item: WorkItem, tab: str, *, tasks: int, links: int) -> list[dict[str, Any]]:
    here = reverse("console:tickets:page", kwargs={"number": item.reference})
    named = {
        "conversation": (_("Conversation"), 0),
        "tasks": (_("Tasks"), tasks),
        "related": (_("Related"), links),
        "history": (_("History"), 0),
    }
    return [
        {
            "text": text,
            "count": count,
            "href": here if key == TABS[0] else f"{here}?tab={key}",
            "current": key == tab,
        }
        for key, (text, count) in named.items()
    ]


def _follows(item: WorkItem, person: Person | None) -> bool:
    return person is not None and any(p.person_id == person.pk for p in participants_of(item))


LINK_KINDS = [(kind.value, kind.label) for kind in Link.Kind]
