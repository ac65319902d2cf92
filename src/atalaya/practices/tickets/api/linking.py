"""Merging, splitting and linking tickets, and who takes part in them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path

from atalaya.core.people.models import Person
from atalaya.core.work.models import Entry, Participant
from atalaya.core.work.queries import item_numbered, links_of
from atalaya.kernel.errors import InvalidInput, NotFound
from atalaya.practices.tickets import actions
from atalaya.practices.tickets.api.editing import again
from atalaya.practices.tickets.api.routing import Number, router, ticket_at
from atalaya.practices.tickets.api.schemas import (
    LinkKind,
    LinkList,
    LinkOut,
    ParticipantKind,
    ParticipantList,
    ParticipantOut,
    TicketOut,
    link_out,
    person_ref,
)
from atalaya.practices.tickets.queries import ticket_numbered
from atalaya.ui.api import Id, In, Line, needed


class MergeIn(In):
    """The number of the ticket that stays."""

    into: Number


class SplitIn(In):
    """The entry that becomes a ticket of its own, and its subject."""

    entry_id: Id
    subject: Line


class LinkIn(In):
    """What this ticket is to another case."""

    kind: LinkKind
    other: Number


class IncludeIn(In):
    """Who takes part, and how."""

    person_id: Id
    kind: ParticipantKind = Participant.Kind.COPY


@router.post(
    "tickets/{number}/merge",
    response=TicketOut,
    operation_id="tickets_merge",
    summary="Merge a ticket into another",
)
def tickets_merge(request: HttpRequest, number: Path[Number], what: MergeIn) -> TicketOut:
    """Answers with the one that stays. The old number leads there, and it can be undone."""
    ticket, by = ticket_at(request, number)
    try:
        into = ticket_numbered(what.into, viewer=by)
    except NotFound:
        raise InvalidInput(_("There is no such ticket."), at="into") from None
    return again(actions.merge_ticket(ticket, into=into, by=by), by)


@router.post(
    "tickets/{number}/unmerge",
    response=TicketOut,
    operation_id="tickets_unmerge",
    summary="Undo a merge",
)
def tickets_unmerge(request: HttpRequest, number: Path[Number]) -> TicketOut:
    """Its entries come back, and it is in the state it had."""
    ticket, by = ticket_at(request, number)
    return again(actions.unmerge_ticket(ticket, by=by), by)


@router.post(
    "tickets/{number}/split",
    response={201: TicketOut},
    operation_id="tickets_split",
    summary="Split an entry off",
)
def tickets_split(request: HttpRequest, number: Path[Number], what: SplitIn) -> TicketOut:
    """Answers with the new ticket, which is linked back."""
    ticket, by = ticket_at(request, number)
    entries = Entry.objects.visible_to(by).filter(item=ticket.item)
    entry = needed(entries, what.entry_id, at="entry_id")
    return again(actions.split_ticket(ticket, entry, by=by, subject=what.subject), by)


@router.get(
    "tickets/{number}/links",
    response=LinkList,
    operation_id="tickets_links",
    summary="List links",
)
def tickets_links(request: HttpRequest, number: Path[Number]) -> LinkList:
    """Linked cases the key may see, in both directions."""
    ticket, by = ticket_at(request, number)
    by.must("work.see", on=ticket.item)
    return LinkList(items=[link_out(near) for near in links_of(ticket.item, viewer=by)])


@router.post(
    "tickets/{number}/links",
    response={201: LinkOut},
    operation_id="tickets_link",
    summary="Link with another case",
)
def tickets_link(request: HttpRequest, number: Path[Number], what: LinkIn) -> LinkOut:
    """Linking twice changes nothing."""
    ticket, by = ticket_at(request, number)
    try:
        other = item_numbered(what.other, viewer=by)
    except NotFound:
        raise InvalidInput(_("There is no such ticket."), at="other") from None
    link = actions.link_ticket(ticket, other, by=by, kind=what.kind)
    near = next(one for one in links_of(ticket.item, viewer=by) if one.link.pk == link.pk)
    return link_out(near)


@router.delete(
    "tickets/{number}/links/{link_id}",
    response={204: None},
    operation_id="tickets_unlink",
    summary="Take a link away",
)
def tickets_unlink(request: HttpRequest, number: Path[Number], link_id: Path[Id]) -> HttpResponse:
    """Both cases stay as they are."""
    ticket, by = ticket_at(request, number)
    near = [one for one in links_of(ticket.item, viewer=by) if one.link.pk == link_id]
    if not near:
        raise NotFound
    actions.unlink_ticket(near[0].link, by=by)
    return HttpResponse(status=204)


@router.get(
    "tickets/{number}/participants",
    response=ParticipantList,
    operation_id="tickets_participants",
    summary="List who takes part",
)
def tickets_participants(request: HttpRequest, number: Path[Number]) -> ParticipantList:
    """The requester's side sees who is in copy, not who watches or helps."""
    ticket, by = ticket_at(request, number)
    rows = ticket.item.participants.select_related("person").order_by("since", "pk")
    if not by.may("work.see", on=ticket.item):
        rows = rows.filter(kind=Participant.Kind.COPY)
    items = [
        ParticipantOut(
            person=person_ref(one.person), kind=Participant.Kind(one.kind), since=one.since
        )
        for one in rows
    ]
    return ParticipantList(items=items)


@router.post(
    "tickets/{number}/participants",
    response=ParticipantList,
    operation_id="tickets_include",
    summary="Have somebody take part",
)
def tickets_include(request: HttpRequest, number: Path[Number], what: IncludeIn) -> ParticipantList:
    """In copy, watching, or working beside the assignee."""
    ticket, by = ticket_at(request, number)
    person = needed(Person.objects.visible_to(by), what.person_id, at="person_id")
    actions.include(ticket, person, by=by, kind=what.kind)
    return tickets_participants(request, number)


@router.delete(
    "tickets/{number}/participants/{person_id}",
    response={204: None},
    operation_id="tickets_exclude",
    summary="Take somebody off",
)
def tickets_exclude(
    request: HttpRequest, number: Path[Number], person_id: Path[Id]
) -> HttpResponse:
    """Anybody may leave."""
    ticket, by = ticket_at(request, number)
    part = ticket.item.participants.select_related("person").filter(person_id=person_id).first()
    if part is None:
        raise NotFound
    actions.exclude(ticket, part.person, by=by)
    return HttpResponse(status=204)
