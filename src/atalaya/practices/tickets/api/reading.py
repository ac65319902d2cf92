"""Reading tickets: lists, one, its timeline and history."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja import Path, Query
from pydantic import Field

from atalaya.core.people.models import Actor
from atalaya.core.work.models import Channel, StateCategory, Turn, WorkItem
from atalaya.core.work.queries import history_of, portal_keys, timeline_of, with_people
from atalaya.kernel.errors import NotAllowed
from atalaya.practices.tickets.api.routing import Number, router, ticket_at
from atalaya.practices.tickets.api.schemas import (
    EntryList,
    HistoryOut,
    StateList,
    StateOut,
    TicketKind,
    TicketList,
    TicketOut,
    entries_out,
    happening_out,
    ticket_out,
)
from atalaya.practices.tickets.models import State, Ticket
from atalaya.ui.api import Id, Instant, PageQuery, actor_of, part_of
from atalaya.ui.pages import Key

MY = "me"
NONE = "none"
Who = Annotated[str, Field(pattern=r"^(?:me|none|[1-9][0-9]{0,17})$")]
Which = Annotated[str, Field(pattern=r"^(?:none|[1-9][0-9]{0,17})$")]


class Order(StrEnum):
    """In which order a list is."""

    NEWEST = "-created"
    OLDEST = "created"
    LATELY_CHANGED = "-updated"
    LONG_UNCHANGED = "updated"


KEYS = {
    Order.NEWEST: [Key("id", descending=True)],
    Order.OLDEST: [Key("id")],
    Order.LATELY_CHANGED: [
        Key("updated_at", "datetime", descending=True),
        Key("id", descending=True),
    ],
    Order.LONG_UNCHANGED: [Key("updated_at", "datetime"), Key("id")],
}


class Place(StrEnum):
    """Where to look."""

    DESK = "desk"
    BIN = "bin"
    SPAM = "spam"


class TicketFilter(PageQuery):
    """Which tickets. What is left out does not matter; several values of one mean any of them."""

    kind: TicketKind | None = None
    state: Annotated[list[str], Field(max_length=50)] = []
    state_category: Annotated[list[StateCategory], Field(max_length=5)] = []
    turn: Turn | None = None
    priority: Annotated[list[Annotated[int, Field(ge=1, le=4)]], Field(max_length=4)] = []
    team: Annotated[Which | None, Field(description="An id, or `none`.")] = None
    assignee: Annotated[Who | None, Field(description="An id, `me` or `none`.")] = None
    requester: Annotated[Who | None, Field(description="An id or `me`.")] = None
    participant: Annotated[Who | None, Field(description="An id or `me`.")] = None
    organisation: Annotated[Which | None, Field(description="An id, or `none`.")] = None
    category: Annotated[Which | None, Field(description="An id, or `none`.")] = None
    service: Annotated[Which | None, Field(description="An id, or `none`.")] = None
    tag: Annotated[str | None, Field(max_length=60)] = None
    channel: Channel | None = None
    number: Annotated[list[Id], Field(max_length=200)] = []
    created_since: Instant | None = None
    created_until: Instant | None = None
    updated_since: Instant | None = None
    resolved_since: Instant | None = None
    resolved_until: Instant | None = None
    place: Place = Place.DESK
    order: Order = Order.NEWEST


@router.get("tickets", response=TicketList, operation_id="tickets_list", summary="List tickets")
def tickets_list(request: HttpRequest, wanted: Query[TicketFilter]) -> TicketList:
    """Tickets the key may see that fit every condition given."""
    viewer: Actor = actor_of(request)
    seen = WorkItem.objects.visible_to(viewer).filter(kind__in=Ticket.Kind.values)
    rows = _in_place(seen, wanted.place, viewer).filter(_fits(wanted, viewer))
    with_all = with_people(rows).select_related(
        "requester", "reported_by", "organisation", "team", "assignee", "category", "service",
        "pending_reason", "merged_into",
    )  # fmt: skip
    part = part_of(with_all, KEYS[wanted.order], wanted)
    shown = portal_keys()
    items = [ticket_out(row, viewer=viewer, shown=shown) for row in part.rows]
    return TicketList(items=items, next=part.next)


def _in_place(rows: QuerySet[WorkItem], place: Place, viewer: Actor) -> QuerySet[WorkItem]:
    if place == Place.DESK:
        return rows.filter(binned_as="")
    if not viewer.may("work.see_bin"):
        raise NotAllowed(permission="work.see_bin")
    return rows.filter(binned_as=str(place))


def _fits(wanted: TicketFilter, viewer: Actor) -> Q:
    fits = Q()
    for name in ("kind", "turn", "channel"):
        value = getattr(wanted, name)
        if value is not None:
            fits &= Q(**{name: str(value)})
    for name, values in (
        ("state", wanted.state),
        ("category_of_state", wanted.state_category),
        ("priority", wanted.priority),
        ("number", wanted.number),
    ):
        if values:
            fits &= Q(**{f"{name}__in": [getattr(one, "value", one) for one in values]})
    for name in ("team", "assignee", "requester", "organisation", "category", "service"):
        fits &= _named(name, getattr(wanted, name), viewer)
    fits &= _named("participants__person", wanted.participant, viewer)
    if wanted.tag:
        fits &= Q(tags__name__iexact=wanted.tag)
    for name, lookup, moment in (
        ("created_at", "gte", wanted.created_since),
        ("created_at", "lt", wanted.created_until),
        ("updated_at", "gte", wanted.updated_since),
        ("resolved_at", "gte", wanted.resolved_since),
        ("resolved_at", "lt", wanted.resolved_until),
    ):
        if moment is not None:
            fits &= Q(**{f"{name}__{lookup}": moment})
    return fits


def _named(name: str, value: str | None, viewer: Actor) -> Q:
    if value is None:
        return Q()
    if value == NONE:
        return Q(**{f"{name}__isnull": True})
    wanted: Any = viewer.person_id if value == MY else int(value)
    return Q(**{f"{name}_id" if "__" not in name else name: wanted})


@router.get(
    "tickets/{number}", response=TicketOut, operation_id="tickets_read", summary="Read a ticket"
)
def tickets_read(request: HttpRequest, number: Path[Number]) -> TicketOut:
    """By number (`1042`) or reference (`INC-1042`). A merged one says where it went."""
    ticket, viewer = ticket_at(request, number)
    return ticket_out(ticket.item, viewer=viewer, shown=portal_keys())


@router.get(
    "tickets/{number}/timeline",
    response=EntryList,
    operation_id="tickets_timeline",
    summary="Read what was said",
)
def tickets_timeline(
    request: HttpRequest, number: Path[Number], wanted: Query[PageQuery]
) -> EntryList:
    """Messages, answers, notes and calls the key may read, oldest first."""
    ticket, viewer = ticket_at(request, number)
    keys = [Key("created_at", "datetime"), Key("id")]
    part = part_of(timeline_of(ticket.item, viewer=viewer), keys, wanted)
    return EntryList(items=entries_out(part.rows), next=part.next)


@router.get(
    "tickets/{number}/history",
    response=HistoryOut,
    operation_id="tickets_history",
    summary="Read what was done",
)
def tickets_history(request: HttpRequest, number: Path[Number]) -> HistoryOut:
    """Every change with who made it and what caused it; for who works on tickets."""
    ticket, viewer = ticket_at(request, number)
    viewer.must("work.see", on=ticket.item)
    return HistoryOut(items=[happening_out(one) for one in history_of(ticket.item)])


@router.get(
    "ticket-states", response=StateList, operation_id="ticket_states_list", summary="List states"
)
def ticket_states_list(request: HttpRequest) -> StateList:
    """The states tickets go through, in their order."""
    return StateList(
        items=[
            StateOut(
                key=one.key,
                names=one.names,
                category=StateCategory(one.category),
                kinds=one.kinds,
                next_states=one.next_states,
                position=one.position,
                is_active=one.is_active,
            )
            for one in State.objects.visible_to(actor_of(request))
        ]
    )
