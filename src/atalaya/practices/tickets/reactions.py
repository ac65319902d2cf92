"""What tickets do when time passes and when people are merged."""

from __future__ import annotations

from atalaya.core.journal.actions import Happened, on
from atalaya.core.people.events import PeopleMerged
from atalaya.core.people.models import SYSTEM, TIMER, Person
from atalaya.core.work import actions as work
from atalaya.core.work.events import StateChanged, WakeUp
from atalaya.core.work.models import Participant, StateCategory, Task, WorkItem
from atalaya.core.work.queries import children_of
from atalaya.kernel import clock
from atalaya.practices.tickets import actions
from atalaya.practices.tickets.events import ClosingDue, FollowUpDue, NoAnswerDue
from atalaya.practices.tickets.models import Ticket


def _ticket(item_id: int) -> Ticket | None:
    return Ticket.objects.filter(pk=item_id).select_related("item").first()


@on(WakeUp)
def wake_up(happened: Happened[WakeUp]) -> None:
    """A snoozed ticket whose time has come goes back to the queue."""
    ticket = _ticket(happened.fact.item_id)
    if ticket is None or not ticket.item.is_open:
        return
    due = ticket.item.wakes_at
    if due is not None and due <= clock.now():
        actions.resume_ticket(ticket, by=TIMER)


@on(FollowUpDue)
def remind(happened: Happened[FollowUpDue]) -> None:
    """Remind who is waited for, if it is still the same wait."""
    fact = happened.fact
    ticket = _ticket(fact.item_id)
    if ticket is not None and ticket.item.is_open and ticket.item.waiting_since == fact.since:
        actions.remind(ticket, by=TIMER, step=fact.step)


@on(NoAnswerDue)
def close_unanswered(happened: Happened[NoAnswerDue]) -> None:
    """Close a ticket nobody answered, if it is still the same wait and no child is open."""
    fact = happened.fact
    ticket = _ticket(fact.item_id)
    if ticket is None or not ticket.item.is_open or children_of(ticket.item).open().exists():
        return
    if ticket.item.waiting_since == fact.since:
        actions.close_ticket(ticket, by=TIMER, reason="no_answer")


@on(ClosingDue)
def close_resolved(happened: Happened[ClosingDue]) -> None:
    """Close a resolved ticket nobody objected to, if it is still the same solution."""
    fact = happened.fact
    ticket = _ticket(fact.item_id)
    if ticket is None or not ticket.item.is_resolved:
        return
    if ticket.item.resolved_at == fact.resolved_at:
        actions.close_ticket(ticket, by=TIMER, reason="time")


@on(StateChanged)
def tick_tracked_steps(happened: Happened[StateChanged]) -> None:
    """A step that is another ticket is done when that ticket is resolved."""
    fact = happened.fact
    if fact.category_after in {StateCategory.RESOLVED, StateCategory.CLOSED}:
        for task in Task.objects.filter(tracked_id=fact.item_id, done_at__isnull=True):
            work.tick_task(task, by=SYSTEM)


@on(PeopleMerged)
def move_work(happened: Happened[PeopleMerged]) -> None:
    """Work of a person that was merged into another becomes the other's."""
    fact = happened.fact
    into = Person.objects.get(pk=fact.into_id)
    for name in ("requester", "reported_by", "assignee"):
        for item in WorkItem.objects.filter(**{f"{name}_id": fact.person_id}):
            locked = work.lock_item(item)
            if name == "assignee":
                work.set_assignee(locked, by=SYSTEM, person=into)
            elif name == "requester":
                work.set_fields(locked, by=SYSTEM, requester=into)
            else:
                work.touch(locked, reported_by=into)
    for part in Participant.objects.filter(person_id=fact.person_id).select_related(
        "item", "person"
    ):
        work.take_part(part.item, into, by=SYSTEM, kind=Participant.Kind(part.kind))
        work.stop_taking_part(part.item, part.person, by=SYSTEM)
