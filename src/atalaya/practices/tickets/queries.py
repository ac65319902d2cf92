"""Reading tickets."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from atalaya.core.journal.models import Timer, about_of
from atalaya.core.people.models import Actor, Person
from atalaya.core.preferences.queries import preferences_of
from atalaya.core.work.models import (
    Category,
    CustomField,
    Entry,
    Participant,
    StateCategory,
    WorkItem,
    WorkItemQuerySet,
)
from atalaya.core.work.queries import item_numbered
from atalaya.engines.search.queries import search
from atalaya.kernel.errors import NotFound
from atalaya.practices.tickets.events import ClosingDue, NoAnswerDue
from atalaya.practices.tickets.models import State, Ticket
from atalaya.practices.tickets.preferences import TicketPreferences


def ticket_numbered(number: int | str, *, viewer: Actor) -> Ticket:
    """The ticket people call by ``number``, if ``viewer`` may see it. Raises NotFound."""
    item = item_numbered(number, viewer=viewer)
    return ticket_of(item)


def ticket_of(item: WorkItem) -> Ticket:
    """The ticket of a work item, without another query for the item. Raises NotFound."""
    ticket = Ticket.objects.filter(pk=item.pk).select_related("resolved_by").first()
    if ticket is None:
        raise NotFound
    ticket.item = item
    return ticket


def active_states() -> list[State]:
    """States in use, in their order."""
    return list(State.objects.filter(is_active=True))


def state_words() -> dict[str, str]:
    """Key → name of every state, in the active language."""
    return {state.key: str(state) for state in State.objects.all()}


def open_tickets_of(person: Person, *, viewer: Actor) -> QuerySet[WorkItem]:
    """Open tickets of a requester that ``viewer`` may see, newest first."""
    return (
        WorkItem.objects.visible_to(viewer)
        .open()
        .filter(requester=person, kind__in=Ticket.Kind.values)
        .select_related("team", "assignee")
        .order_by("-id")
    )


def plain_state(item: WorkItem) -> str:
    """A code for the requester's view: received, in_work, your_turn, waiting, solved, closed."""
    category = item.category_of_state
    if category == StateCategory.NEW:
        return "received"
    if category == StateCategory.RESOLVED:
        return "solved"
    if category == StateCategory.CLOSED:
        return "closed"
    if item.turn == "requester":
        return "your_turn"
    if category == StateCategory.WAITING:
        return "waiting"
    return "in_work"


@dataclass(frozen=True)
class Asked:
    """A ticket in a list of its requester: ``plain`` is the code of ``plain_state``."""

    item: WorkItem
    plain: str

    @classmethod
    def of(cls, item: WorkItem) -> Asked:
        """A ticket as its requester's list shows it."""
        return cls(item, plain_state(item))


def asked_by(person: Person, *, viewer: Actor) -> WorkItemQuerySet:
    """Tickets on whose asking side ``person`` is: he requested or reported them, or is in copy."""
    copied = Participant.objects.filter(person=person, kind=Participant.Kind.COPY).values("item")
    side = Q(requester=person) | Q(reported_by=person) | Q(pk__in=copied)
    tickets = WorkItem.objects.visible_to(viewer).kept()
    return tickets.filter(side, kind__in=Ticket.Kind.values)


def search_asked_by(person: Person, words: str, *, viewer: Actor, most: int = 30) -> list[WorkItem]:
    """Tickets ``person`` asked for whose subject or public text fits ``words``, the best first.

    An agent searches here as a requester: without his role, so that no note is found.
    """
    asker = Actor(kind=viewer.kind, id=viewer.id, person=viewer.person, item_ids=viewer.item_ids)
    results = search(asker, words, only={"ticket"}, size=most)
    order = [hit.pk for group in results.groups for hit in group.hits]
    found = asked_by(person, viewer=asker).in_bulk(order)
    return [found[pk] for pk in order if pk in found]


def found_by_number(words: str, *, viewer: Actor) -> WorkItem | None:
    """The ticket that somebody named by its number (``INC-12``, ``#12``, ``12``), if he sees it."""
    try:
        return item_numbered(words, viewer=viewer)
    except NotFound:
        return None


def said_to_requester(item: WorkItem, *, viewer: Actor) -> QuerySet[Entry]:
    """What the requester reads of a ticket, oldest first, whoever looks."""
    entries = Entry.objects.visible_to(viewer).public().filter(item=item)
    return entries.select_related("author").order_by("created_at", "id")


def only_asks(item: WorkItem, *, viewer: Actor) -> bool:
    """Whether a viewer sees a ticket only because he asks or is in copy.

    Steps, tags, history and who else takes part are between agents: an agent who is a requester
    of another team reads his ticket as every requester does.
    """
    if viewer.may("work.see", on=item) or item.assignee_id == viewer.person_id:
        return False
    beside = item.participants.exclude(kind=Participant.Kind.COPY)
    return not beside.filter(person=viewer.person).exists()


def people_in_copy(item: WorkItem) -> list[Person]:
    """Who else reads what the requester reads."""
    copied = item.participants.filter(kind=Participant.Kind.COPY).select_related("person")
    return [part.person for part in copied.order_by("person__name", "pk")]


def reopens_until(item: WorkItem) -> dt.datetime | None:
    """Until when an answer of the requester's side reopens it; None while it is open."""
    done = item.resolved_at or item.closed_at
    if done is None:
        return None
    return done + dt.timedelta(days=preferences_of(TicketPreferences).reopen_days)


@dataclass(frozen=True)
class Outlook:
    """What is going to happen to a ticket by itself, and when. Only what is really set."""

    closes_at: dt.datetime | None = None
    reopens_until: dt.datetime | None = None
    wakes_at: dt.datetime | None = None
    promised_at: dt.datetime | None = None


def outlook_of(item: WorkItem) -> Outlook:
    """Read from the timers that stand, so that what is said to people is what will happen."""
    promise = item.promises.filter(kept_at__isnull=True).order_by("due_at").first()
    return Outlook(
        closes_at=_closes_at(item),
        reopens_until=reopens_until(item),
        wakes_at=item.wakes_at if item.is_open else None,
        promised_at=promise.due_at if promise is not None and item.is_open else None,
    )


def _closes_at(item: WorkItem) -> dt.datetime | None:
    """When the timer fires that closes it, if that timer still counts."""
    name, field, since = NoAnswerDue.name, "since", item.waiting_since
    if item.is_resolved:
        name, field, since = ClosingDue.name, "resolved_at", item.resolved_at
    if since is None or item.is_closed or item.binned_as:
        return None
    kind, pk = about_of(item)
    timers = Timer.objects.filter(about_kind=kind, about_id=pk, name=name)
    timer = timers.filter(**{f"facts__{field}": since.isoformat()}).order_by("due_at").first()
    return timer.due_at if timer is not None else None


def categories_for(kind: str) -> list[Category]:
    """The top of the category tree, for people who choose without knowing our words."""
    top = Category.objects.filter(parent__isnull=True, is_active=True)
    return [row for row in top if not row.kinds or kind in row.kinds]


def fields_for(
    kind: str, category: Category | None = None, *, in_portal: bool = False
) -> list[CustomField]:
    """Custom fields that apply to a kind of ticket filed under a category (or one above it)."""
    above: set[int] = set()
    step = category
    while step is not None and step.pk not in above:
        above.add(step.pk)
        step = step.parent
    fields = CustomField.objects.filter(is_active=True).prefetch_related("categories")
    if in_portal:
        fields = fields.filter(in_portal=True)
    return [
        field
        for field in fields
        if (not field.item_kinds or kind in field.item_kinds)
        and (not (own := {row.pk for row in field.categories.all()}) or own & above)
    ]


def all_states() -> list[State]:
    """Every state, in use or not, in their order."""
    return list(State.objects.all())
