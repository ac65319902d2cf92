"""Saying something on a ticket: answers, notes, calls, and what the requester's side writes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from atalaya.core.files.models import File
from atalaya.core.journal.actions import action, append
from atalaya.core.people.models import Actor, Person
from atalaya.core.preferences.queries import preferences_of
from atalaya.core.work import actions as work
from atalaya.core.work.models import (
    Channel,
    Entry,
    Participant,
    StateCategory,
    Turn,
    WorkItem,
)
from atalaya.core.work.queries import children_of
from atalaya.kernel import clock
from atalaya.kernel.errors import NotAllowed
from atalaya.practices.tickets.actions.opening import open_follow_up
from atalaya.practices.tickets.actions.resolving import may_reopen_itself, reopen_ticket
from atalaya.practices.tickets.actions.working import in_state, locked_ticket
from atalaya.practices.tickets.errors import TicketIsClosed, TicketIsMerged
from atalaya.practices.tickets.events import MessageReceived, TicketAnswered
from atalaya.practices.tickets.models import Ticket
from atalaya.practices.tickets.preferences import TicketPreferences


@action("tickets.answer")
def answer_ticket(
    ticket: Ticket,
    *,
    by: Actor,
    text: str,
    files: Iterable[File] = (),
    channel: Channel = Channel.CONSOLE,
    to_children: bool = False,
) -> Entry:
    """Answer the requester in public; the first answer of an agent stops the response clock.

    1. A closed or merged ticket takes no answer.
    2. A new ticket is open from now on, and whoever answers an unassigned one takes it.
    3. With ``to_children`` every open child gets the same answer.

    Raises NotAllowed, TicketIsClosed, TicketIsMerged, NothingSaid, TooLong.
    """
    ticket = locked_ticket(ticket)
    item = ticket.item
    by.must("tickets.answer", on=item)
    refuse_closed(item)
    files = list(files)
    entry = work.add_entry(
        item,
        by=by,
        kind=Entry.Kind.ANSWER,
        text=text,
        public=True,
        channel=channel,
        files=files,
    )
    note_first_answer(ticket, entry)
    _take_if_free(item, by=by)
    if item.category_of_state == StateCategory.NEW:
        in_state(item, by=by, category=StateCategory.OPEN)
    append(
        TicketAnswered(item.pk, entry.pk, first=item.answered_at == entry.created_at),
        by=by,
        about=item,
    )
    if to_children:
        for child in children_of(item).open().select_related("ticket"):
            answer_ticket(child.ticket, by=by, text=text, files=files, channel=channel)
    return entry


def note_first_answer(ticket: Ticket, entry: Entry) -> None:
    """Remember who answered first."""
    if ticket.first_answer_by_id is None and entry.author_id is not None:
        ticket.first_answer_by_id = entry.author_id
        ticket.save(update_fields=["first_answer_by"])


def _take_if_free(item: WorkItem, *, by: Actor) -> None:
    if item.assignee_id is not None or by.person is None or by.kind != "person":
        return
    if item.team_id is not None and item.team_id not in by.team_ids:
        return
    if by.team_ids and preferences_of(TicketPreferences).assign_on_answer:
        work.set_assignee(item, by=by, person=by.person)


def refuse_closed(item: WorkItem) -> None:
    """Raise TicketIsMerged or TicketIsClosed when a ticket takes no more work."""
    if item.merged_into is not None:
        raise TicketIsMerged(into=item.merged_into.reference)
    if item.is_closed:
        raise TicketIsClosed(number=item.reference)


@action("tickets.note")
def add_note(
    ticket: Ticket, *, by: Actor, text: str, files: Iterable[File] = (), public: bool = False
) -> Entry:
    """Write an internal note; people named in it (``@``) are told and watch from now on.

    Raises NotAllowed, TicketIsMerged, NothingSaid, TooLong.
    """
    ticket = locked_ticket(ticket)
    item = ticket.item
    by.must("tickets.note", on=item)
    if item.merged_into is not None:
        raise TicketIsMerged(into=item.merged_into.reference)
    return work.add_entry(item, by=by, kind=Entry.Kind.NOTE, text=text, public=public, files=files)


@action("tickets.log_call")
def log_call(
    ticket: Ticket,
    *,
    by: Actor,
    text: str,
    minutes: int | None = None,
    public: bool = False,
    outgoing: bool = True,
) -> Entry:
    """Record a phone call. One in which we told the requester something counts as an answer.

    Raises NotAllowed, TicketIsClosed, TicketIsMerged, NothingSaid.
    """
    ticket = locked_ticket(ticket)
    item = ticket.item
    by.must("tickets.note", on=item)
    refuse_closed(item)
    entry = work.add_entry(
        item,
        by=by,
        kind=Entry.Kind.CALL,
        text=text,
        public=public,
        channel=Channel.PHONE,
        minutes=minutes,
    )
    if public and outgoing:
        note_first_answer(ticket, entry)
    if item.category_of_state == StateCategory.NEW:
        in_state(item, by=by, category=StateCategory.OPEN)
    return entry


@action("tickets.receive_message")
def receive_message(
    ticket: Ticket,
    *,
    by: Actor,
    author: Person,
    text: str = "",
    html: str | None = None,
    folded: str = "",
    source_kind: Entry.Source = Entry.Source.MARKDOWN,
    channel: Channel = Channel.PORTAL,
    files: Iterable[File] = (),
    copies: Iterable[Person] = (),
) -> Entry:
    """What the requester's side writes: the ticket wakes up, and reopens or is followed up.

    1. A merged ticket hands the message to the one it was merged into.
    2. A resolved or closed ticket reopens within the window; later, or when it was thrown away,
       the message opens a follow-up, so that nobody's words lie where nobody looks.
    3. Whoever is not known on the ticket (a forwarded mail) takes part from now on.
    4. The next step is the agent's.

    Raises NotAllowed, NothingSaid, TooLong.
    """
    ticket = locked_ticket(ticket)
    item = ticket.item
    while item.merged_into is not None:
        ticket = locked_ticket(Ticket.objects.get(pk=item.merged_into_id))
        item = ticket.item
    if not (by.almighty or item.is_for(by.person)):
        raise NotAllowed(permission="tickets.answer")
    said: dict[str, Any] = {
        "text": text,
        "html": html,
        "folded": folded,
        "source_kind": source_kind,
        "channel": channel,
        "files": list(files),
    }
    if item.binned_as or not (item.is_open or may_reopen_itself(item, now=clock.now())):
        follow_up = open_follow_up(ticket, by=by, reported_by=author, **said)
        found = follow_up.item.entries.order_by("-id").first()
        assert found is not None
        return found
    if not item.is_for(author):
        work.take_part(item, author, by=by, kind=Participant.Kind.COPY)
    for person in copies:
        work.take_part(item, person, by=by, kind=Participant.Kind.COPY)
    entry = work.add_entry(item, by=by, kind=Entry.Kind.MESSAGE, public=True, author=author, **said)
    if not item.is_open:
        reopen_ticket(ticket, by=by)
    elif item.category_of_state == StateCategory.WAITING or item.turn != Turn.AGENT:
        in_state(item, by=by, category=StateCategory.OPEN)
        work.set_turn(item, by=by, turn=Turn.AGENT)
    append(MessageReceived(item.pk, entry.pk), by=by, about=item)
    return entry
