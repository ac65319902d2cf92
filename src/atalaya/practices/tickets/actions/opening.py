"""Opening tickets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from atalaya.core.files.models import File
from atalaya.core.journal.actions import action, append
from atalaya.core.people.models import Actor, Person, Team
from atalaya.core.preferences.queries import preferences_of
from atalaya.core.services.models import Service
from atalaya.core.work import actions as work
from atalaya.core.work.errors import FieldRequired
from atalaya.core.work.models import (
    Category,
    Channel,
    Entry,
    Link,
    Participant,
    StateCategory,
    WorkItem,
)
from atalaya.practices.tickets.errors import TeamIsOff, TooManyPeople
from atalaya.practices.tickets.events import FollowUpOpened, TicketOpened
from atalaya.practices.tickets.models import Ticket
from atalaya.practices.tickets.preferences import TicketPreferences
from atalaya.practices.tickets.queries import active_states, fields_for
from atalaya.practices.tickets.states import state_for


@action("tickets.open")
def open_ticket(
    kind: Ticket.Kind,
    *,
    by: Actor,
    subject: str,
    requester: Person,
    text: str = "",
    html: str | None = None,
    folded: str = "",
    source_kind: Entry.Source = Entry.Source.MARKDOWN,
    reported_by: Person | None = None,
    channel: Channel = Channel.CONSOLE,
    origin: str = "",
    team: Team | None = None,
    assignee: Person | None = None,
    category: Category | None = None,
    service: Service | None = None,
    impact: int = 2,
    urgency: int = 2,
    priority: int | None = None,
    language: str = "",
    is_confidential: bool = False,
    custom: Mapping[str, Any] | None = None,
    tags: Iterable[str] = (),
    copies: Iterable[Person] = (),
    files: Iterable[File] = (),
    follows: Ticket | None = None,
) -> Ticket:
    """Open a ticket for ``requester``; ``reported_by`` says who told us, when it is somebody else.

    1. A requester opens his own; for others, or with a team or an assignee, it takes a permission.
       Whoever is on the asking side of a ticket may open the one that ``follows`` it.
    2. Team and service follow from the category, the team from the service, else the default team.
    3. What was said becomes the first entry of the timeline, written by whoever told us.

    Raises NotAllowed, SubjectMissing, TeamIsOff, TooManyPeople, WrongFieldValue, FieldRequired.
    """
    own = by.person is not None and by.person.pk == requester.pk
    own = own or (follows is not None and follows.item.is_for(by.person))
    if not own or team or assignee or priority or is_confidential:
        by.must("tickets.open")
    copies = list(dict.fromkeys(copies))
    limit = preferences_of(TicketPreferences).participants_limit
    if len(copies) > limit:
        raise TooManyPeople(limit=limit)
    service = service or (category.service if category else None)
    team = team or _team_for(category, service)
    if team is not None and not team.is_active:
        raise TeamIsOff(team=team.name)
    reporter = reported_by if reported_by and reported_by.pk != requester.pk else None
    state = state_for(StateCategory.NEW, kind, states=active_states())
    item = work.open_item(
        str(kind),
        by=by,
        subject=subject,
        requester=requester,
        reported_by=reporter,
        state=state.key if state else "new",
        channel=channel,
        origin=origin,
        team=team,
        category=category,
        service=service,
        impact=impact,
        urgency=urgency,
        priority=priority,
        language=language or requester.language,
        is_confidential=is_confidential,
        custom=work.custom_values(custom or {}),
    )
    if desk_asks(by) and follows is None:
        _refuse_missing(item, in_portal=channel == Channel.PORTAL)
    ticket = Ticket.objects.create(item=item)
    for person in copies:
        work.take_part(item, person, by=by, kind=Participant.Kind.COPY)
    if tags:
        work.set_tags(item, by=by, names=list(tags))
    entry = None
    files = list(files)
    if text.strip() or html or files:
        entry = work.add_entry(
            item,
            by=by,
            kind=Entry.Kind.MESSAGE,
            text=text,
            html=html,
            folded=folded,
            public=True,
            author=reporter or requester,
            channel=channel,
            source_kind=source_kind,
            files=files,
        )
    if assignee is not None:
        work.set_assignee(item, by=by, person=assignee)
    append(
        TicketOpened(item.pk, str(kind), str(channel), entry.pk if entry else None),
        by=by,
        about=item,
    )
    return ticket


def desk_asks(by: Actor) -> bool:
    """Whether required fields are asked for now: forms ask people, mail and rules cannot."""
    return by.kind in {"person", "key"}


def _refuse_missing(item: WorkItem, *, in_portal: bool) -> None:
    """Raise FieldRequired for a field that applies to this ticket and that the form has shown."""
    for field in fields_for(item.kind, item.category, in_portal=in_portal):
        if field.required_at == "open" and field.key not in item.custom:
            raise FieldRequired(at=field.key, label=str(field))


def _team_for(category: Category | None, service: Service | None) -> Team | None:
    step = category
    while step is not None:
        if step.team is not None:
            return step.team
        step = step.parent
    if service is not None and service.team is not None:
        return service.team
    default = preferences_of(TicketPreferences).default_team_id
    return Team.objects.active().filter(pk=default).first() if default else None


@action("tickets.follow_up")
def open_follow_up(ticket: Ticket, *, by: Actor, **what: Any) -> Ticket:
    """Open a ticket that continues a closed one: same requester, team and category, linked back.

    Whoever is on the asking side may; it is as confidential as the one it continues.
    """
    item = ticket.item
    new = open_ticket(
        Ticket.Kind(item.kind),
        by=by,
        subject=what.pop("subject", item.subject),
        requester=item.requester,
        category=item.category,
        service=item.service,
        language=item.language,
        follows=ticket,
        **what,
    )
    if item.is_confidential:
        work.set_fields(new.item, by=by, is_confidential=True)
    if item.team is not None and item.team.is_active and new.item.team_id != item.team_id:
        work.set_team(new.item, by=by, team=item.team)
    new.follow_up_of = ticket
    new.save(update_fields=["follow_up_of"])
    work.link_items(new.item, item, by=by, kind=Link.Kind.RELATES_TO)
    append(FollowUpOpened(item.pk, new.item.pk), by=by, about=item)
    return new
