"""Reading one's tickets: the list, one of them, and the door for guests."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from atalaya.core.files.queries import attachments_of
from atalaya.core.identity.actions.sessions import admit_guest
from atalaya.core.identity.errors import SignInNeeded
from atalaya.core.identity.ports import Request
from atalaya.core.identity.queries import guest_link_from, guest_with
from atalaya.core.work.models import Entry, StateCategory, WorkItem
from atalaya.kernel import clock
from atalaya.kernel.errors import NotFound
from atalaya.kernel.text import one_line
from atalaya.practices.tickets.models import Ticket
from atalaya.practices.tickets.portal.attaching import largest
from atalaya.practices.tickets.portal.forms import AnswerForm, ReopenForm
from atalaya.practices.tickets.portal.stages import stage_of
from atalaya.practices.tickets.queries import (
    Asked,
    asked_by,
    outlook_of,
    people_in_copy,
    said_to_requester,
    search_asked_by,
    ticket_numbered,
)
from atalaya.ui import htmx
from atalaya.ui.pages import Key, page_of

ROWS = 25
DONE = (StateCategory.RESOLVED, StateCategory.CLOSED)
ORDER = (Key("updated_at", "datetime", descending=True), Key("pk", descending=True))


@require_safe
def mine(given: HttpRequest) -> HttpResponse:
    """My tickets: those that are open, or those that are done (`?show=closed`)."""
    request: Request = given  # type: ignore[assignment]  # middleware has made it one
    if request.person is None:
        raise SignInNeeded
    show = "closed" if request.GET.get("show") == "closed" else "open"
    words = one_line(request.GET.get("q", ""), 200)
    context: dict[str, Any] = {"show": show, "words": words, "next": None}
    if words:
        found = search_asked_by(request.person, words, viewer=request.actor)
        context["rows"] = [Asked.of(item) for item in found]
    else:
        rows = asked_by(request.person, viewer=request.actor)
        rows = rows.open() if show == "open" else rows.filter(category_of_state__in=DONE)
        listed = page_of(rows, ORDER, after=request.GET.get("after"), size=ROWS)
        context |= {"rows": [Asked.of(item) for item in listed.rows], "next": listed.next}
    return htmx.render(request, "tickets/portal/mine.html", context)


@never_cache
@require_safe
def page(given: HttpRequest, number: str) -> HttpResponse:
    """One ticket, in plain language; a merged one leads to where it went."""
    request: Request = given  # type: ignore[assignment]  # middleware has made it one
    ticket = ticket_for(request, number)
    if ticket.item.merged_into is not None:
        into = ticket.item.merged_into
        ticket_for(request, str(into.number))  # or 404
        return HttpResponseRedirect(reverse("portal:tickets:page", args=[into.number]))
    return htmx.render(request, "tickets/portal/page.html", context_of(request, ticket))


def ticket_for(request: Request, number: str) -> Ticket:
    """The ticket, for whoever may see it here. Raises NotFound; strangers are asked to sign in."""
    try:
        ticket = ticket_numbered(number, viewer=request.actor)
    except NotFound:
        if request.person is None and request.actor.kind != "guest":
            raise SignInNeeded from None
        raise
    if ticket.item.binned_as:
        raise NotFound
    return ticket


def context_of(
    request: Request, ticket: Ticket, form: AnswerForm | None = None, **more: Any
) -> dict[str, Any]:
    """All that the page of a ticket shows; ``form`` is one that has to be shown again."""
    item, person = ticket.item, request.actor.person
    outlook = outlook_of(item)
    entries = list(said_to_requester(item, viewer=request.actor))
    is_side = item.is_for(person)
    fresh = AnswerForm() if item.is_open else ReopenForm()
    return {
        "item": item,
        "stage": stage_of(item, outlook),
        "outlook": outlook,
        "entries": entries,
        "files": attachments_of("work.entry", [entry.pk for entry in entries]),
        "copies": people_in_copy(item),
        "me": person.pk if person else None,
        "is_side": is_side,
        "may_close": is_side
        and person is not None
        and _owns(person.pk, item)
        and not item.is_closed,
        "is_guest": request.actor.kind == "guest",
        "form": form or fresh,
        "reopens": outlook.reopens_until is not None and outlook.reopens_until >= clock.now(),
        "limits": largest(),
        "kept": (),
        "kinds": Entry.Kind,
        **more,
    }


def _owns(person_id: int, item: Any) -> bool:
    return person_id in {item.requester_id, item.reported_by_id}


@never_cache
@require_safe
def guest(given: HttpRequest, token: str) -> HttpResponse:
    """A signed link from a mail: opens its one ticket in this browser, without an account."""
    request: Request = given  # type: ignore[assignment]  # middleware has made it one
    link = guest_link_from(token)
    if link is None:
        return htmx.render(request, "tickets/portal/old_link.html", status=410)
    item = WorkItem.objects.visible_to(guest_with(link)).filter(pk=link.item_id).first()
    if item is None:
        raise NotFound
    if request.person is None:
        into = item.merged_into_id
        admit_guest(request.session, link, item_ids=[item.pk, *([into] if into else [])])
    return HttpResponseRedirect(reverse("portal:tickets:page", args=[item.number]), status=303)
