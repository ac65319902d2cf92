"""Chips and fields that are changed in place, and handing a ticket on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from atalaya.core.identity.ports import Request
from atalaya.core.people.models import Person, Team
from atalaya.core.people.queries import members_of
from atalaya.core.work.models import Turn
from atalaya.core.work.queries import categories_in_use, reasons_in_use
from atalaya.kernel.errors import InvalidInput, NotAllowed
from atalaya.practices.tickets.actions import (
    assign_ticket,
    change_state,
    edit_ticket,
    hand_over,
    move_ticket,
    prioritise,
    resume_ticket,
    snooze_ticket,
    wait_for,
)
from atalaya.practices.tickets.console.custom import CustomForm
from atalaya.practices.tickets.console.forms import (
    HandOverForm,
    SnoozeForm,
    services_for,
    teams_for,
)
from atalaya.practices.tickets.models import Ticket
from atalaya.practices.tickets.queries import active_states, only_asks, ticket_numbered
from atalaya.ui import htmx


def edit(request: Request, number: str, field: str) -> HttpResponse:
    """The choices of one field (GET), or the one that was chosen (POST)."""
    ticket = ticket_numbered(number, viewer=request.actor)
    if field not in SETTERS:
        raise Http404
    if request.method == "POST":
        SETTERS[field](request, ticket, request.POST)
        return htmx.done(request, goto=address(ticket), refresh=["ticket"])
    _for_agents(request, ticket)
    context = {"ticket": ticket, "item": ticket.item, "field": field}
    offer = OFFERS.get(field)
    context |= offer(request, ticket) if offer else {}
    return htmx.render(request, f"tickets/console/menus/{field}.html", context)


def _for_agents(request: Request, ticket: Ticket) -> None:
    """Choices and details show what is between agents. Raises NotAllowed."""
    if only_asks(ticket.item, viewer=request.actor):
        raise NotAllowed(permission="work.see")


def address(ticket: Ticket) -> str:
    """The ticket's page."""
    return reverse("console:tickets:page", kwargs={"number": ticket.item.reference})


def _row(rows: Any, value: str) -> Any:
    """The row with this key, None for an empty value. Raises InvalidInput for another."""
    if value == "":
        return None
    for row in rows:
        if str(row.pk) == value:
            return row
    raise InvalidInput(_("This choice is not there any more."))


def _set_state(request: Request, ticket: Ticket, given: Any) -> None:
    kind, _colon, key = given.get("value", "").partition(":")
    if kind == "wait":
        wait_for(ticket, by=request.actor, reason=_row(reasons_in_use(), key))
    elif kind == "resume":
        resume_ticket(ticket, by=request.actor)
    else:
        found = next((state for state in active_states() if state.key == key), None)
        if found is None:
            raise InvalidInput(_("This choice is not there any more."))
        change_state(ticket, by=request.actor, state=found)


def _set_priority(request: Request, ticket: Ticket, given: Any) -> None:
    if "impact" in given:
        impact, urgency = given["impact"], given.get("urgency", "")
        if not {impact, urgency} <= {"1", "2", "3"}:
            raise InvalidInput(_("This choice is not there any more."))
        prioritise(ticket, by=request.actor, impact=int(impact), urgency=int(urgency))
        return
    value = given.get("value", "")
    if value not in {"1", "2", "3", "4"}:
        raise InvalidInput(_("Priorities go from 1 to 4."))
    prioritise(ticket, by=request.actor, priority=int(value))


def _set_team(request: Request, ticket: Ticket, given: Any) -> None:
    team = _row(teams_for(request.actor), given.get("value", ""))
    move_ticket(ticket, by=request.actor, team=team)


def _set_assignee(request: Request, ticket: Ticket, given: Any) -> None:
    people = Person.objects.visible_to(request.actor).present().agents()
    assign_ticket(ticket, by=request.actor, person=_row(people, given.get("value", "")))


def _set_category(request: Request, ticket: Ticket, given: Any) -> None:
    category = _row(categories_in_use(), given.get("value", ""))
    edit_ticket(ticket, by=request.actor, category=category)


def _set_service(request: Request, ticket: Ticket, given: Any) -> None:
    service = _row(services_for(request.actor), given.get("value", ""))
    edit_ticket(ticket, by=request.actor, service=service)


def _set_kind(request: Request, ticket: Ticket, given: Any) -> None:
    value = given.get("value", "")
    if value not in Ticket.Kind.values:
        raise InvalidInput(_("This choice is not there any more."))
    edit_ticket(ticket, by=request.actor, kind=value)


def _set_subject(request: Request, ticket: Ticket, given: Any) -> None:
    edit_ticket(ticket, by=request.actor, subject=given.get("subject", ""))


def _set_tags(request: Request, ticket: Ticket, given: Any) -> None:
    names = [name.strip() for name in given.get("tags", "").split(",")]
    edit_ticket(ticket, by=request.actor, tags=[name for name in names if name][:30])


def _set_confidential(request: Request, ticket: Ticket, given: Any) -> None:
    edit_ticket(ticket, by=request.actor, is_confidential=given.get("value") == "1")


SETTERS: dict[str, Callable[[Request, Ticket, Any], None]] = {
    "state": _set_state,
    "priority": _set_priority,
    "team": _set_team,
    "assignee": _set_assignee,
    "category": _set_category,
    "service": _set_service,
    "kind": _set_kind,
    "subject": _set_subject,
    "tags": _set_tags,
    "confidential": _set_confidential,
}


def _offer_states(_request: Request, ticket: Ticket) -> dict[str, Any]:
    item = ticket.item
    states = [one for one in active_states() if item.kind in (one.kinds or [item.kind])]
    present = next((one for one in states if one.key == item.state), None)
    allowed = set(present.next_states) if present and present.next_states else None
    return {
        "states": [one for one in states if allowed is None or one.key in {*allowed, item.state}],
        "reasons": reasons_in_use(),
        "waits": item.turn not in {Turn.AGENT, Turn.NOBODY},
    }


def _offer_people(request: Request, ticket: Ticket) -> dict[str, Any]:
    team: Team | None = ticket.item.team
    if team is not None:
        people = list(members_of(team)[:100])
    else:
        agents = Person.objects.visible_to(request.actor).present().agents()
        people = list(agents.order_by("name")[:100])
    return {"people": people, "me": request.person}


OFFERS: dict[str, Callable[[Request, Ticket], dict[str, Any]]] = {
    "state": _offer_states,
    "priority": lambda _request, _ticket: {"levels": (1, 2, 3, 4)},
    "team": lambda request, _ticket: {"teams": teams_for(request.actor)},
    "assignee": _offer_people,
    "category": lambda _request, _ticket: {"rows": categories_in_use()},
    "service": lambda request, _ticket: {"rows": services_for(request.actor)},
    "kind": lambda _request, _ticket: {"kinds": Ticket.Kind.choices},
    "tags": lambda _request, ticket: {"tags": ", ".join(t.name for t in ticket.item.tags.all())},
}


@require_POST
def take(request: Request, number: str) -> HttpResponse:
    """Assign it to me."""
    ticket = ticket_numbered(number, viewer=request.actor)
    assign_ticket(ticket, by=request.actor, person=request.person)
    return htmx.done(request, goto=address(ticket), refresh=["ticket"], toast=_("It is yours."))


def hand_over_to(request: Request, number: str) -> HttpResponse:
    """Escalate to another team, or send back, with a note."""
    ticket = ticket_numbered(number, viewer=request.actor)
    form = HandOverForm(request.POST or None, viewer=request.actor, present=ticket.item.team)
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            hand_over(ticket, by=request.actor, **form.cleaned_data)
            return htmx.done(
                request, goto=address(ticket), refresh=["ticket"], toast=_("Handed over.")
            )
    return dialog(request, ticket, form, _("Hand over"), _("Hand over"), "arrow-forward-up")


def snooze(request: Request, number: str) -> HttpResponse:
    """Put it aside until an instant."""
    ticket = ticket_numbered(number, viewer=request.actor)
    form = SnoozeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            snooze_ticket(ticket, by=request.actor, until=form.cleaned_data["until"])
            return htmx.done(
                request, goto=address(ticket), refresh=["ticket"], toast=_("Put aside.")
            )
    return dialog(request, ticket, form, _("Put aside until…"), _("Put aside"), "clock-pause")


def details(request: Request, number: str) -> HttpResponse:
    """The fields the organisation declared."""
    ticket = ticket_numbered(number, viewer=request.actor)
    _for_agents(request, ticket)
    form = CustomForm(request.POST or None, item=ticket.item)
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            edit_ticket(ticket, by=request.actor, custom=form.values())
            return htmx.done(request, goto=address(ticket), refresh=["ticket"], toast=_("Saved."))
    return dialog(request, ticket, form, _("Details"), _("Save"), "edit")


def dialog(
    request: Request,
    ticket: Ticket,
    form: Any,
    title: str,
    button: str,
    icon: str,
    *,
    danger: bool = False,
    sentence: str = "",
) -> HttpResponse:
    """A form about a ticket in a dialog, or as a page of its own without scripts."""
    context = {
        "ticket": ticket,
        "item": ticket.item,
        "form": form,
        "title": title,
        "button": button,
        "icon_name": icon,
        "danger": danger,
        "sentence": sentence,
    }
    status = 422 if form is not None and form.errors else 200
    return htmx.render(
        request, "tickets/console/dialog.html", context, block="dialog", status=status
    )
