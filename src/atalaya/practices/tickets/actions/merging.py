"""Merging tickets, undoing it, and splitting one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from atalaya.core.journal.actions import action, append
from atalaya.core.people.models import Actor
from atalaya.core.work import actions as work
from atalaya.core.work.models import Channel, Entry, Link, Participant, StateCategory, Turn
from atalaya.kernel import clock
from atalaya.kernel.errors import NotFound
from atalaya.practices.tickets.actions.opening import open_ticket
from atalaya.practices.tickets.actions.resolving import close_ticket, plan_closing
from atalaya.practices.tickets.actions.working import locked_ticket
from atalaya.practices.tickets.errors import CannotMergeTickets, NotMerged, TicketIsMerged
from atalaya.practices.tickets.events import TicketMerged, TicketSplit, TicketUnmerged
from atalaya.practices.tickets.models import Merge, Ticket


@action("tickets.merge")
def merge_ticket(ticket: Ticket, *, into: Ticket, by: Actor) -> Ticket:
    """Merge a ticket into another one; its number leads there from now on.

    1. Entries move and remember where they were written; histories stay with their numbers.
    2. The requester's side and the people beside it come along.
    3. The merged ticket is closed. It can be undone.

    Raises NotAllowed, CannotMergeTickets.
    """
    source, target = _both(ticket, into)
    by.must("tickets.link", on=source.item)
    by.must("tickets.link", on=target.item)
    if source.item.merged_into_id == target.pk:
        return target
    _check(source, target)
    joined = _bring_people(source, target, by=by)
    Merge.objects.create(
        source=source,
        target=target,
        state=source.item.state,
        category_of_state=source.item.category_of_state,
        turn=source.item.turn,
        joined=joined,
        entries=sorted(source.item.entries.values_list("pk", flat=True)),
    )
    source.item.entries.filter(moved_from__isnull=True).update(moved_from=source.item)
    source.item.entries.update(item=target.item)
    close_ticket(source, by=by, reason="merged")
    source.item.refresh_from_db()
    work.touch(source.item, merged_into=target.item)
    work.touch(target.item)
    append(TicketMerged(source.pk, target.pk), by=by, about=source.item)
    append(TicketMerged(source.pk, target.pk), by=by, about=target.item)
    return target


def _both(ticket: Ticket, other: Ticket) -> tuple[Ticket, Ticket]:
    """Both locked, the lower key first, so that two merges cannot wait for each other."""
    first, second = sorted((ticket.pk, other.pk))
    found = {pk: locked_ticket(Ticket(pk=pk)) for pk in dict.fromkeys((first, second))}
    return found[ticket.pk], found[other.pk]


def _check(source: Ticket, target: Ticket) -> None:
    if source.pk == target.pk:
        raise CannotMergeTickets(reason=_("it is the same ticket."))
    if source.item.merged_into_id or target.item.merged_into_id:
        raise CannotMergeTickets(reason=_("one of them is merged already."))
    if source.item.binned_as or target.item.binned_as:
        raise CannotMergeTickets(reason=_("one of them is in the bin."))
    if target.item.is_closed:
        raise CannotMergeTickets(reason=_("the other one is closed."))
    if source.item.is_confidential and not target.item.is_confidential:
        raise CannotMergeTickets(reason=_("what is confidential would become known."))


def _bring_people(source: Ticket, target: Ticket, *, by: Actor) -> list[int]:
    """The people of the source take part in the target; returns those who are new there."""
    here: set[int | None] = set(target.item.participants.values_list("person_id", flat=True))
    here |= {target.item.requester_id, target.item.reported_by_id}
    kinds: dict[int, Participant.Kind] = {}
    for part in source.item.participants.all():
        kinds[part.person_id] = Participant.Kind(part.kind)
    for person in (source.item.requester, source.item.reported_by):
        if person is not None:
            kinds[person.pk] = Participant.Kind.COPY
    people = {part.person_id: part.person for part in source.item.participants.all()}
    people |= {p.pk: p for p in (source.item.requester, source.item.reported_by) if p}
    joined = sorted(pk for pk in kinds if pk not in here)
    for pk in joined:
        work.take_part(target.item, people[pk], by=by, kind=kinds[pk])
    return joined


@action("tickets.unmerge")
def unmerge_ticket(ticket: Ticket, *, by: Actor) -> Ticket:
    """Undo a merge: its entries come back, and it is in the state it had.

    Entries written since stay where they were written. Raises NotAllowed, NotMerged.
    """
    by.must("tickets.link", on=ticket.item)
    merge = Merge.objects.filter(source=ticket, undone_at__isnull=True).first()
    if merge is None:
        raise NotMerged
    source, target = _both(ticket, merge.target)
    by.must("tickets.link", on=source.item)
    by.must("tickets.link", on=target.item)
    # The target may itself have been merged since. What was split off, or went back to a ticket
    # that was merged before, is no longer with any of them and stays where it is.
    back = Entry.objects.filter(pk__in=merge.entries, item__in=_from_here_on(target))
    back.update(item=source.item)
    back.filter(moved_from=source.item).update(moved_from=None)
    for part in target.item.participants.filter(person_id__in=merge.joined):
        work.stop_taking_part(target.item, part.person, by=by)
    work.touch(source.item, merged_into=None)
    work.set_state(
        source.item,
        by=by,
        state=merge.state,
        category=StateCategory(merge.category_of_state),
    )
    work.set_turn(source.item, by=by, turn=Turn(merge.turn))
    if source.item.is_resolved:  # its timer may have passed while it was merged
        plan_closing(source.item)
    work.touch(target.item)
    merge.undone_at = clock.now()
    merge.save(update_fields=["undone_at"])
    append(TicketUnmerged(source.pk, target.pk), by=by, about=source.item)
    append(TicketUnmerged(source.pk, target.pk), by=by, about=target.item)
    return source


def _from_here_on(target: Ticket) -> list[int]:
    """The ticket and those it was merged into, one after the other."""
    found = [target.pk]
    step = target.item.merged_into
    while step is not None and step.pk not in found:
        found.append(step.pk)
        step = step.merged_into
    return found


@action("tickets.split")
def split_ticket(ticket: Ticket, entry: Entry, *, by: Actor, subject: str) -> Ticket:
    """Make a ticket of its own from an entry of a ticket, linked back to it.

    The requester is whoever wrote the entry, if he is on the requester's side.
    Raises NotAllowed, NotFound, SubjectMissing, TicketIsMerged.
    """
    ticket = locked_ticket(ticket)
    item = ticket.item
    by.must("tickets.link", on=item)
    if item.merged_into is not None:
        raise TicketIsMerged(into=item.merged_into.reference)
    found = item.entries.select_related("author").filter(pk=entry.pk).first()
    if found is None:  # it never was here, or was split off meanwhile
        raise NotFound
    entry = found
    requester = item.requester
    if entry.kind == Entry.Kind.MESSAGE and entry.author is not None:
        requester = entry.author
    new = open_ticket(
        Ticket.Kind(item.kind),
        by=by,
        subject=subject,
        requester=requester,
        channel=Channel(entry.channel),
        category=item.category,
        service=item.service,
        team=item.team if item.team is not None and item.team.is_active else None,
        language=item.language,
    )
    if item.is_confidential:
        work.set_fields(new.item, by=by, is_confidential=True)
    Entry.objects.filter(pk=entry.pk).update(item=new.item, moved_from=item)
    work.touch(new.item, preview=entry.text[:200] if entry.is_public else "")
    work.touch(item)
    work.link_items(new.item, item, by=by, kind=Link.Kind.RELATES_TO)
    append(TicketSplit(item.pk, new.pk), by=by, about=item)
    return new
