"""Moving a ticket on: who works on it, whose turn it is, when it is over."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Path
from pydantic import Field

from atalaya.core.people.models import Person, Team
from atalaya.core.work.models import PendingReason
from atalaya.kernel.errors import InvalidInput
from atalaya.practices.tickets import actions
from atalaya.practices.tickets.api.editing import again
from atalaya.practices.tickets.api.routing import Number, given_files, router, ticket_at
from atalaya.practices.tickets.api.schemas import TicketOut
from atalaya.ui.api import FileIds, Id, In, Instant, Words, chosen, needed


class AssignIn(In):
    """Who works on it; null takes it from whoever has it."""

    person_id: Id | None


class MoveIn(In):
    """The team that owns it; null sends it back to triage."""

    team_id: Id | None


class HandOverIn(In):
    """The next team, with what was done and what is needed."""

    team_id: Id
    note: Annotated[Words, Field(min_length=1)]
    person_id: Id | None = None


class WaitIn(In):
    """Why it waits (the key of a pending reason) and until when at most."""

    reason: Annotated[str, Field(max_length=40)]
    until: Instant | None = None


class SnoozeIn(In):
    """When it asks for attention again."""

    until: Instant


class ResolveIn(In):
    """The solution, in Markdown, as the last answer."""

    answer: Words = ""
    files: FileIds = []
    with_children: bool = False
    tasks_may_be_open: bool = False


class ReopenIn(In):
    """Why it begins again."""

    why: Words = ""


@router.post(
    "tickets/{number}/assign",
    response=TicketOut,
    operation_id="tickets_assign",
    summary="Assign a ticket",
)
def tickets_assign(request: HttpRequest, number: Path[Number], what: AssignIn) -> TicketOut:
    """To somebody of its team, or to nobody."""
    ticket, by = ticket_at(request, number)
    person = chosen(Person.objects.visible_to(by), what.person_id, at="person_id")
    actions.assign_ticket(ticket, by=by, person=person)
    return again(ticket, by)


@router.post(
    "tickets/{number}/move",
    response=TicketOut,
    operation_id="tickets_move",
    summary="Move a ticket to a team",
)
def tickets_move(request: HttpRequest, number: Path[Number], what: MoveIn) -> TicketOut:
    """Without ceremony; an escalation is a hand-over."""
    ticket, by = ticket_at(request, number)
    team = chosen(Team.objects.visible_to(by), what.team_id, at="team_id")
    actions.move_ticket(ticket, by=by, team=team)
    return again(ticket, by)


@router.post(
    "tickets/{number}/hand-over",
    response=TicketOut,
    operation_id="tickets_hand_over",
    summary="Hand a ticket over",
)
def tickets_hand_over(request: HttpRequest, number: Path[Number], what: HandOverIn) -> TicketOut:
    """Escalate, or send back, with a note. Nothing is lost; going back is counted."""
    ticket, by = ticket_at(request, number)
    actions.hand_over(
        ticket,
        by=by,
        team=needed(Team.objects.visible_to(by), what.team_id, at="team_id"),
        note=what.note,
        person=chosen(Person.objects.visible_to(by), what.person_id, at="person_id"),
    )
    return again(ticket, by)


@router.post(
    "tickets/{number}/wait",
    response=TicketOut,
    operation_id="tickets_wait",
    summary="Put a ticket to wait",
)
def tickets_wait(request: HttpRequest, number: Path[Number], what: WaitIn) -> TicketOut:
    """The reason decides whose turn it is, which clocks stand still and what follows."""
    ticket, by = ticket_at(request, number)
    reasons = PendingReason.objects.visible_to(by).filter(is_active=True)
    reason = reasons.filter(key=what.reason).first()
    if reason is None:
        raise InvalidInput(_("There is no such reason."), at="reason")
    actions.wait_for(ticket, by=by, reason=reason, until=what.until)
    return again(ticket, by)


@router.post(
    "tickets/{number}/snooze",
    response=TicketOut,
    operation_id="tickets_snooze",
    summary="Put a ticket aside",
)
def tickets_snooze(request: HttpRequest, number: Path[Number], what: SnoozeIn) -> TicketOut:
    """Until an instant; an answer of the requester wakes it earlier."""
    ticket, by = ticket_at(request, number)
    actions.snooze_ticket(ticket, by=by, until=what.until)
    return again(ticket, by)


@router.post(
    "tickets/{number}/resume",
    response=TicketOut,
    operation_id="tickets_resume",
    summary="End the waiting",
)
def tickets_resume(request: HttpRequest, number: Path[Number]) -> TicketOut:
    """The next step is the agent's."""
    ticket, by = ticket_at(request, number)
    actions.resume_ticket(ticket, by=by)
    return again(ticket, by)


@router.post(
    "tickets/{number}/resolve",
    response=TicketOut,
    operation_id="tickets_resolve",
    summary="Resolve a ticket",
)
def tickets_resolve(request: HttpRequest, number: Path[Number], what: ResolveIn) -> TicketOut:
    """It closes by itself some days later. Open children and steps ask first."""
    ticket, by = ticket_at(request, number)
    actions.resolve_ticket(
        ticket,
        by=by,
        answer=what.answer,
        files=given_files(what.files, by=by),
        with_children=what.with_children,
        tasks_may_be_open=what.tasks_may_be_open,
    )
    return again(ticket, by)


@router.post(
    "tickets/{number}/close",
    response=TicketOut,
    operation_id="tickets_close",
    summary="Close a ticket",
)
def tickets_close(request: HttpRequest, number: Path[Number]) -> TicketOut:
    """For good. A requester may close his own at any time."""
    ticket, by = ticket_at(request, number)
    actions.close_ticket(ticket, by=by)
    return again(ticket, by)


@router.post(
    "tickets/{number}/reopen",
    response=TicketOut,
    operation_id="tickets_reopen",
    summary="Reopen a ticket",
)
def tickets_reopen(request: HttpRequest, number: Path[Number], what: ReopenIn) -> TicketOut:
    """An agent at any time, the requester's side within the window."""
    ticket, by = ticket_at(request, number)
    actions.reopen_ticket(ticket, by=by, why=what.why)
    return again(ticket, by)


@router.post(
    "tickets/{number}/bin",
    response=TicketOut,
    operation_id="tickets_bin",
    summary="Move a ticket to the bin",
)
def tickets_bin(request: HttpRequest, number: Path[Number]) -> TicketOut:
    """It can be restored."""
    ticket, by = ticket_at(request, number)
    actions.bin_ticket(ticket, by=by)
    return again(ticket, by)


@router.post(
    "tickets/{number}/spam",
    response=TicketOut,
    operation_id="tickets_spam",
    summary="Move a ticket to spam",
)
def tickets_spam(request: HttpRequest, number: Path[Number]) -> TicketOut:
    """It can be restored."""
    ticket, by = ticket_at(request, number)
    actions.bin_ticket(ticket, by=by, spam=True)
    return again(ticket, by)


@router.post(
    "tickets/{number}/restore",
    response=TicketOut,
    operation_id="tickets_restore",
    summary="Restore a ticket",
)
def tickets_restore(request: HttpRequest, number: Path[Number]) -> TicketOut:
    """Bring it back from the bin or from spam."""
    ticket, by = ticket_at(request, number)
    actions.restore_ticket(ticket, by=by)
    return again(ticket, by)
