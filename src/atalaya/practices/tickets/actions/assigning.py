"""Who works on a ticket: taking, assigning, handing over."""

from __future__ import annotations

from atalaya.core.journal.actions import action, append
from atalaya.core.people.models import Actor, Person, Team
from atalaya.core.work import actions as work
from atalaya.core.work.models import Entry, Participant, StateCategory, WorkItem
from atalaya.practices.tickets.actions.replying import refuse_closed
from atalaya.practices.tickets.actions.working import in_state, locked_ticket
from atalaya.practices.tickets.errors import HandOverNoteMissing, NotInTeam, TeamIsOff
from atalaya.practices.tickets.events import TicketEscalated
from atalaya.practices.tickets.models import Ticket


@action("tickets.assign")
def assign_ticket(ticket: Ticket, *, by: Actor, person: Person | None) -> Ticket:
    """Give a ticket to a person of its team, or to nobody.

    A ticket without a team goes to the person's first team. Raises NotAllowed, NotInTeam,
    TicketIsClosed, TicketIsMerged.
    """
    ticket = locked_ticket(ticket)
    item = ticket.item
    by.must("tickets.assign", on=item)
    refuse_closed(item)
    if person is not None:
        _check_member(item, person, by=by)
    work.set_assignee(item, by=by, person=person)
    if person is not None and item.category_of_state == StateCategory.NEW:
        in_state(item, by=by, category=StateCategory.OPEN)
    return ticket


def _check_member(item: WorkItem, person: Person, *, by: Actor) -> None:
    if item.team is None:
        team = Team.objects.active().filter(memberships__person=person).order_by("pk").first()
        if team is None:
            raise NotInTeam(person=person.name, team="—")
        work.set_team(item, by=by, team=team)
    elif not item.team.memberships.filter(person=person).exists():
        raise NotInTeam(person=person.name, team=item.team.name)


@action("tickets.move")
def move_ticket(ticket: Ticket, *, by: Actor, team: Team | None) -> Ticket:
    """Give a ticket to another team without ceremony. Raises NotAllowed, TeamIsOff."""
    ticket = locked_ticket(ticket)
    item = ticket.item
    by.must("tickets.assign", on=item)
    refuse_closed(item)
    if team is not None and not team.is_active:
        raise TeamIsOff(team=team.name)
    _keep_in_sight(item, by=by)
    work.set_team(item, by=by, team=team)
    return ticket


@action("tickets.hand_over")
def hand_over(
    ticket: Ticket, *, by: Actor, team: Team, note: str, person: Person | None = None
) -> Ticket:
    """Escalate to another team (or send back) with a note of what was done and what is needed.

    Everything is kept; going back to a lower tier is counted. Raises NotAllowed,
    HandOverNoteMissing, TeamIsOff, NotInTeam, TicketIsClosed.
    """
    ticket = locked_ticket(ticket)
    item = ticket.item
    by.must("tickets.assign", on=item)
    refuse_closed(item)
    if not note.strip():
        raise HandOverNoteMissing
    if not team.is_active:
        raise TeamIsOff(team=team.name)
    before = item.team
    if before is not None and before.pk == team.pk:
        return ticket
    work.add_entry(item, by=by, kind=Entry.Kind.NOTE, text=note, public=False)
    _keep_in_sight(item, by=by)
    work.set_team(item, by=by, team=team)
    if person is not None:
        _check_member(item, person, by=by)
        work.set_assignee(item, by=by, person=person)
    down = before is not None and team.tier < before.tier
    if down:
        ticket.bounces += 1
    elif before is None or team.tier > before.tier:
        ticket.escalations += 1
    ticket.save(update_fields=["bounces", "escalations"])
    append(
        TicketEscalated(item.pk, before.pk if before else None, team.pk, down=down),
        by=by,
        about=item,
    )
    return ticket


def _keep_in_sight(item: WorkItem, *, by: Actor) -> None:
    """Whoever hands a ticket on still sees what becomes of it."""
    if by.person is not None and by.kind in {"person", "key"}:
        work.take_part(item, by.person, by=by, kind=Participant.Kind.COLLABORATOR)
