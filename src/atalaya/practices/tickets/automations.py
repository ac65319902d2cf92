"""What rules, macros and the command palette can do with a ticket.

Each verb calls the action of the same use case, so a rule can do no more than its actor may.
"""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from atalaya.core.people.models import Actor, Person, Team
from atalaya.core.work.models import (
    Category,
    ChecklistTemplate,
    Participant,
    PendingReason,
    WorkItem,
)
from atalaya.kernel import clock
from atalaya.kernel.plugs import verb
from atalaya.practices.tickets import actions
from atalaya.practices.tickets.queries import ticket_of


@verb("tickets.set_priority", _("Set the priority"), settings={"priority": "priority"})
def set_priority(item: WorkItem, *, by: Actor, priority: int) -> None:
    """Set the priority by hand (1–4)."""
    actions.prioritise(ticket_of(item), by=by, priority=priority)


@verb("tickets.set_category", _("Set the category"), settings={"category_id": "category"})
def set_category(item: WorkItem, *, by: Actor, category_id: int) -> None:
    """File the ticket under a category."""
    category = Category.objects.get(pk=category_id)
    actions.edit_ticket(ticket_of(item), by=by, category=category)


@verb("tickets.set_tags", _("Add tags"), settings={"tags": "words"})
def add_tags(item: WorkItem, *, by: Actor, tags: list[str]) -> None:
    """Add tags to those the ticket has."""
    known = list(item.tags.values_list("name", flat=True))
    actions.edit_ticket(ticket_of(item), by=by, tags=[*known, *tags])


@verb("tickets.move", _("Move to a team"), settings={"team_id": "team"})
def move(item: WorkItem, *, by: Actor, team_id: int) -> None:
    """Give the ticket to a team."""
    actions.move_ticket(ticket_of(item), by=by, team=Team.objects.get(pk=team_id))


@verb("tickets.assign", _("Assign to a person"), settings={"person_id": "agent"})
def assign(item: WorkItem, *, by: Actor, person_id: int) -> None:
    """Give the ticket to somebody of its team."""
    actions.assign_ticket(ticket_of(item), by=by, person=Person.objects.get(pk=person_id))


@verb("tickets.answer", _("Answer the requester"), settings={"text": "markdown"})
def answer(item: WorkItem, *, by: Actor, text: str) -> None:
    """Write a public answer."""
    actions.answer_ticket(ticket_of(item), by=by, text=text)


@verb("tickets.note", _("Write an internal note"), settings={"text": "markdown"})
def note(item: WorkItem, *, by: Actor, text: str) -> None:
    """Write a note only the desk reads."""
    actions.add_note(ticket_of(item), by=by, text=text)


@verb("tickets.wait", _("Put to wait"), settings={"reason_id": "pending_reason"})
def wait(item: WorkItem, *, by: Actor, reason_id: int) -> None:
    """Wait for a reason of the list, with its plan of reminders."""
    reason = PendingReason.objects.get(pk=reason_id)
    actions.wait_for(ticket_of(item), by=by, reason=reason)


@verb("tickets.snooze", _("Set aside"), settings={"hours": "number"})
def snooze(item: WorkItem, *, by: Actor, hours: int) -> None:
    """Set the ticket aside for some hours of elapsed time."""
    until = clock.now() + dt.timedelta(hours=hours)
    actions.snooze_ticket(ticket_of(item), by=by, until=until)


@verb("tickets.apply_checklist", _("Add a checklist"), settings={"template_id": "checklist"})
def apply_checklist(item: WorkItem, *, by: Actor, template_id: int) -> None:
    """Put the steps of a template on the ticket."""
    template = ChecklistTemplate.objects.get(pk=template_id)
    actions.apply_checklist(ticket_of(item), template, by=by)


@verb("tickets.watch", _("Have somebody watch"), settings={"person_id": "agent"})
def watch(item: WorkItem, *, by: Actor, person_id: int) -> None:
    """Tell a person of what happens on the ticket from now on."""
    person = Person.objects.get(pk=person_id)
    actions.include(ticket_of(item), person, by=by, kind=Participant.Kind.WATCHER)


@verb("tickets.resolve", _("Resolve"), settings={"text": "markdown"})
def resolve(item: WorkItem, *, by: Actor, text: str = "") -> None:
    """Resolve with an answer."""
    actions.resolve_ticket(ticket_of(item), by=by, answer=text)


@verb("tickets.close", _("Close"))
def close(item: WorkItem, *, by: Actor) -> None:
    """Close for good."""
    actions.close_ticket(ticket_of(item), by=by)


@verb("tickets.spam", _("Move to spam"))
def spam(item: WorkItem, *, by: Actor) -> None:
    """Move the ticket to spam."""
    actions.bin_ticket(ticket_of(item), by=by, spam=True)
