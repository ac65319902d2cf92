"""Opening tickets and changing what they say about themselves."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Path
from pydantic import Field

from atalaya.core.people.models import Actor, Person, Team
from atalaya.core.services.models import Service
from atalaya.core.work.models import Category, Channel
from atalaya.core.work.queries import portal_keys
from atalaya.kernel.errors import InvalidInput, NotFound
from atalaya.practices.tickets import actions
from atalaya.practices.tickets.api.routing import (
    Number,
    channel_of,
    given_files,
    router,
    ticket_at,
)
from atalaya.practices.tickets.api.schemas import TicketKind, TicketOut, ticket_out
from atalaya.practices.tickets.models import State, Ticket
from atalaya.practices.tickets.queries import ticket_numbered
from atalaya.ui.api import FileIds, Id, In, Line, Words, actor_of, chosen, needed

Level = Annotated[int, Field(ge=1, le=3)]
Priority = Annotated[int, Field(ge=1, le=4)]
Tags = Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=50)]
Custom = dict[Annotated[str, Field(max_length=40)], Any]
SAID_BY_AGENTS = {Channel.MAIL, Channel.PHONE, Channel.CHAT, Channel.WALK_UP}


class OpenIn(In):
    """A new ticket. Without a requester it is for whoever asks."""

    kind: TicketKind = Ticket.Kind.INCIDENT
    subject: Line
    text: Annotated[Words, Field(description="Markdown.")] = ""
    requester_id: Id | None = None
    reported_by_id: Id | None = None
    team_id: Id | None = None
    assignee_id: Id | None = None
    category_id: Id | None = None
    service_id: Id | None = None
    impact: Level = 2
    urgency: Level = 2
    priority: Annotated[
        Priority | None, Field(description="Only to differ from impact × urgency.")
    ] = None
    language: Person.Language | None = None
    is_confidential: bool = False
    custom: Custom = {}
    tags: Tags = []
    copies: Annotated[list[Id], Field(max_length=200)] = []
    files: FileIds = []
    channel: Annotated[
        Channel | None, Field(description="mail, phone, chat or walk_up: how it reached you.")
    ] = None
    origin: Annotated[str, Field(max_length=80, description="Your own reference.")] = ""


class EditIn(In):
    """What may change; what is left out stays. An explicit null clears a reference."""

    subject: Line | None = None
    kind: TicketKind | None = None
    requester_id: Id | None = None
    category_id: Id | None = None
    service_id: Id | None = None
    impact: Level | None = None
    urgency: Level | None = None
    priority: Priority | None = None
    state: Annotated[str | None, Field(max_length=40)] = None
    language: Person.Language | None = None
    is_confidential: bool | None = None
    custom: Annotated[Custom | None, Field(description="An empty value clears one.")] = None
    tags: Tags | None = None
    origin: Annotated[str | None, Field(max_length=80)] = None


@router.post(
    "tickets", response={201: TicketOut}, operation_id="tickets_open", summary="Open a ticket"
)
def tickets_open(request: HttpRequest, what: OpenIn) -> TicketOut:
    """Team and service follow from the category when they are left out."""
    by: Actor = actor_of(request)
    people = Person.objects.visible_to(by)
    staff = what.channel in SAID_BY_AGENTS and by.may("tickets.open")
    ticket = actions.open_ticket(
        what.kind,
        by=by,
        subject=what.subject,
        text=what.text,
        requester=chosen(people, what.requester_id, at="requester_id") or _self(by),
        reported_by=chosen(people, what.reported_by_id, at="reported_by_id"),
        team=chosen(Team.objects.visible_to(by), what.team_id, at="team_id"),
        assignee=chosen(people, what.assignee_id, at="assignee_id"),
        category=chosen(Category.objects.visible_to(by), what.category_id, at="category_id"),
        service=chosen(Service.objects.visible_to(by), what.service_id, at="service_id"),
        impact=what.impact,
        urgency=what.urgency,
        priority=what.priority,
        language=what.language or "",
        is_confidential=what.is_confidential,
        custom=what.custom,
        tags=what.tags if by.may("tickets.open") else (),
        copies=[needed(people, pk, at="copies") for pk in dict.fromkeys(what.copies)],
        files=given_files(what.files, by=by),
        channel=what.channel if staff and what.channel else channel_of(by, person=Channel.PORTAL),
        origin=what.origin,
    )
    return again(ticket, by)


def _self(by: Actor) -> Person:
    if by.person is None:
        raise InvalidInput(_("Say for whom it is."), at="requester_id")
    return by.person


def again(ticket: Ticket, viewer: Actor) -> TicketOut:
    """The ticket as it is after a write, also when whoever wrote no longer sees it from now on."""
    try:
        item = ticket_numbered(ticket.number, viewer=viewer).item
    except NotFound:
        item = ticket.item
        item.refresh_from_db()
    return ticket_out(item, viewer=viewer, shown=portal_keys())


@router.patch(
    "tickets/{number}", response=TicketOut, operation_id="tickets_edit", summary="Change a ticket"
)
def tickets_edit(request: HttpRequest, number: Path[Number], what: EditIn) -> TicketOut:
    """Impact and urgency give the priority; a priority that is given stays as it is."""
    ticket, by = ticket_at(request, number)
    given = what.model_dump(exclude_unset=True)
    fields = _plain(given, by)
    if given.get("requester_id", 1) is None:
        raise InvalidInput(_("A ticket needs a requester."), at="requester_id")
    levels = {name: given[name] for name in ("impact", "urgency", "priority") if given.get(name)}
    if fields or "custom" in given or "tags" in given:
        actions.edit_ticket(
            ticket, by=by, custom=given.get("custom"), tags=given.get("tags"), **fields
        )
    if levels:
        actions.prioritise(ticket, by=by, **levels)
    if given.get("state"):
        state = State.objects.visible_to(by).filter(key=given["state"], is_active=True).first()
        if state is None:
            raise InvalidInput(_("There is no such state."), at="state")
        actions.change_state(ticket, by=by, state=state)
    return again(ticket, by)


def _plain(given: dict[str, Any], by: Actor) -> dict[str, Any]:
    names = ("subject", "kind", "language", "is_confidential", "origin")
    fields = {name: given[name] for name in names if given.get(name) is not None}
    for name, rows in (
        ("category", Category.objects.visible_to(by)),
        ("service", Service.objects.visible_to(by)),
        ("requester", Person.objects.visible_to(by)),
    ):
        if f"{name}_id" in given:
            fields[name] = chosen(rows, given[f"{name}_id"], at=f"{name}_id")
    return fields
