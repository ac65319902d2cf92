"""What people are told about tickets by mail, and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from atalaya.core.identity.queries import guest_link_token
from atalaya.core.journal.actions import Happened, later
from atalaya.core.journal.models import Entry as JournalEntry
from atalaya.core.people.models import SYSTEM, Person
from atalaya.core.preferences.queries import desk
from atalaya.core.work.events import AssigneeChanged, Mentioned, PromiseDue
from atalaya.core.work.models import Channel, Entry, Participant, Promise, WorkItem
from atalaya.engines.channels.actions import write_mail
from atalaya.engines.channels.ports import Message, SafeHtml, message
from atalaya.engines.channels.queries import may_be_answered
from atalaya.practices.tickets.events import (
    MessageReceived,
    Reminded,
    TicketAnswered,
    TicketClosed,
    TicketOpened,
    TicketReopened,
    TicketResolved,
)

COMMON = {
    "name": _("name of who gets the mail"),
    "number": _("number of the ticket"),
    "subject": _("subject of the ticket"),
    "link": _("link to the ticket"),
}
SAID = COMMON | {"said": _("what was written"), "author": _("name of who wrote it")}
SUBJECT = "[{number}] {subject}"

RECEIVED = message(
    "tickets.received",
    label=_("To the requester: we have your ticket"),
    subject=SUBJECT,
    body=_(
        "Hello {name},\n\nwe have received your message and registered it as **{number}**: "
        "{subject}.\n\nFollow it here: {link}\n\nTo add something, just answer this mail."
    ),
    placeholders=COMMON,
    module=__name__,
)
ANSWERED = message(
    "tickets.answered",
    label=_("To the requester: an answer"),
    subject="Re: " + SUBJECT,
    body=_("{said}\n\n{author}"),
    placeholders=SAID,
    module=__name__,
    is_automatic=False,
)
RESOLVED = message(
    "tickets.resolved",
    label=_("To the requester: the ticket is resolved"),
    subject="Re: " + SUBJECT,
    body=_(
        "{said}\n\nWe consider **{number}** resolved. If it is not, answer this mail and we go on. "
        "You can also see it here: {link}"
    ),
    placeholders=SAID,
    module=__name__,
    is_automatic=False,
)
REMINDED = message(
    "tickets.reminded",
    label=_("To the requester: we wait for your answer"),
    subject="Re: " + SUBJECT,
    body=_("Hello {name},\n\n{said}\n\nAnswer this mail or write here: {link}"),
    placeholders=SAID,
    module=__name__,
)
CLOSED = message(
    "tickets.closed",
    label=_("To the requester: closed because no answer came"),
    subject="Re: " + SUBJECT,
    body=_(
        "Hello {name},\n\nwe had no answer from you and have closed **{number}**. "
        "If you still need us, answer this mail."
    ),
    placeholders=COMMON,
    module=__name__,
)
ASSIGNED = message(
    "tickets.assigned",
    label=_("To the agent: a ticket is yours"),
    subject=SUBJECT,
    body=_("**{number}** is assigned to you: {subject}\n\n{said}\n\n{link}"),
    placeholders=SAID,
    module=__name__,
)
WROTE = message(
    "tickets.message",
    label=_("To the agent: the requester wrote"),
    subject="Re: " + SUBJECT,
    body=_("{author} wrote on **{number}**:\n\n{said}\n\n{link}"),
    placeholders=SAID,
    module=__name__,
)
REOPENED = message(
    "tickets.reopened",
    label=_("To the agent: a ticket is open again"),
    subject="Re: " + SUBJECT,
    body=_("**{number}** was reopened: {subject}\n\n{link}"),
    placeholders=COMMON,
    module=__name__,
)
MENTIONED = message(
    "tickets.mentioned",
    label=_("To the agent: somebody names you in a note"),
    subject=SUBJECT,
    body=_("{author} names you on **{number}**:\n\n{said}\n\n{link}"),
    placeholders=SAID,
    module=__name__,
)
PROMISE = message(
    "tickets.promise_due",
    label=_("To the agent: a promise is due"),
    subject=SUBJECT,
    body=_("You promised something for {due} on **{number}**: {note}\n\n{link}"),
    placeholders=COMMON | {"due": _("when it is due"), "note": _("what was promised")},
    module=__name__,
)
TOLD_THE_REQUESTER = {Channel.MAIL, Channel.PORTAL, Channel.PHONE, Channel.CONSOLE, Channel.API}


@later(TicketOpened, name="tickets.mail_received")
def tell_received(happened: Sequence[Happened[TicketOpened]]) -> None:
    """Say that the ticket is there, unless it came from a machine."""
    for one in happened:
        item = _item(one.fact.item_id)
        if item is None or one.fact.channel not in TOLD_THE_REQUESTER:
            continue
        if one.fact.entry_id is not None and not may_be_answered(one.fact.entry_id):
            continue
        _tell(RECEIVED, item, [item.requester], once=f"received:{item.pk}")


@later(TicketAnswered, name="tickets.mail_answer")
def tell_answered(happened: Sequence[Happened[TicketAnswered]]) -> None:
    """Bring an answer to the requester's side; that of a solution goes with the solution."""
    for one in happened:
        item, entry = _item(one.fact.item_id), _entry(one.fact.entry_id)
        if item is None or entry is None or _is_solution(item, entry.pk):
            continue
        _tell(ANSWERED, item, _their_side(item), entry=entry, once=f"answer:{entry.pk}")


@later(TicketResolved, name="tickets.mail_resolved")
def tell_resolved(happened: Sequence[Happened[TicketResolved]]) -> None:
    """Bring the solution to the requester's side."""
    for one in happened:
        item = _item(one.fact.item_id)
        entry = _entry(one.fact.entry_id)
        if item is not None:
            once = f"resolved:{item.pk}:{one.entry_id}"
            _tell(RESOLVED, item, _their_side(item), entry=entry, once=once)


@later(Reminded, name="tickets.mail_reminder")
def tell_reminded(happened: Sequence[Happened[Reminded]]) -> None:
    """Remind the requester of what we wait for."""
    for one in happened:
        item = _item(one.fact.item_id)
        if item is None:
            continue
        entry = item.entries.public().filter(kind=Entry.Kind.SYSTEM).order_by("-pk").first()
        once = f"reminder:{item.pk}:{one.entry_id}"
        _tell(REMINDED, item, [item.requester], entry=entry, once=once)


@later(TicketClosed, name="tickets.mail_closed")
def tell_closed(happened: Sequence[Happened[TicketClosed]]) -> None:
    """Say that a ticket was closed for want of an answer; other closings are no news."""
    for one in happened:
        item = _item(one.fact.item_id)
        if item is not None and one.fact.reason == "no_answer":
            _tell(CLOSED, item, [item.requester], once=f"closed:{item.pk}:{one.entry_id}")


@later(AssigneeChanged, name="tickets.mail_assigned")
def tell_assigned(happened: Sequence[Happened[AssigneeChanged]]) -> None:
    """Tell an agent that a ticket is his, unless he took it himself."""
    for one in happened:
        item = _item(one.fact.item_id)
        person_id = one.fact.after_person_id
        itself = one.actor_kind == "person" and one.actor_id == person_id
        if item is None or person_id is None or itself or item.assignee_id != person_id:
            continue
        entry = item.entries.public().order_by("pk").first()
        once = f"assigned:{item.pk}:{one.entry_id}"
        _tell(ASSIGNED, item, _people([person_id]), entry=entry, once=once, for_agents=True)


@later(MessageReceived, name="tickets.mail_message")
def tell_message(happened: Sequence[Happened[MessageReceived]]) -> None:
    """Tell who works on a ticket that the requester's side wrote."""
    for one in happened:
        item, entry = _item(one.fact.item_id), _entry(one.fact.entry_id)
        if item is not None and entry is not None:
            once = f"message:{entry.pk}"
            _tell(WROTE, item, _our_side(item), entry=entry, once=once, for_agents=True)


@later(TicketReopened, name="tickets.mail_reopened")
def tell_reopened(happened: Sequence[Happened[TicketReopened]]) -> None:
    """Tell the agent that his solution did not hold."""
    for one in happened:
        item = _item(one.fact.item_id)
        if item is None or item.assignee_id is None or item.assignee_id == one.actor_id:
            continue
        once = f"reopened:{item.pk}:{one.entry_id}"
        _tell(REOPENED, item, _people([item.assignee_id]), once=once, for_agents=True)


@later(Mentioned, name="tickets.mail_mention")
def tell_mentioned(happened: Sequence[Happened[Mentioned]]) -> None:
    """Tell somebody that a note names him."""
    for one in happened:
        item, entry = _item(one.fact.item_id), _entry(one.fact.entry_id)
        if item is not None and entry is not None:
            people = _people([one.fact.person_id])
            once = f"mention:{entry.pk}"
            _tell(MENTIONED, item, people, entry=entry, once=once, for_agents=True)


@later(PromiseDue, name="tickets.mail_promise")
def tell_promise(happened: Sequence[Happened[PromiseDue]]) -> None:
    """Remind of a promise whose time has come and that is not kept yet."""
    for one in happened:
        promise = Promise.objects.filter(pk=one.fact.promise_id).select_related("made_by").first()
        item = _item(one.fact.item_id)
        if item is None or promise is None or promise.kept_at is not None:
            continue
        with translation.override(promise.made_by.language or desk().language):
            due = date_format(promise.due_at, "SHORT_DATETIME_FORMAT")
        _tell(
            PROMISE,
            item,
            [promise.made_by],
            once=f"promise:{promise.pk}:{one.entry_id}",
            for_agents=True,
            more={"due": due, "note": promise.note or "–"},
        )


def _tell(
    told: Message,
    item: WorkItem,
    people: Iterable[Person],
    *,
    once: str,
    entry: Entry | None = None,
    for_agents: bool = False,
    more: dict[str, str] | None = None,
) -> None:
    author = entry.author if entry is not None else None
    for person in people:
        if author is not None and author.pk == person.pk and told is not ASSIGNED:
            continue
        write_mail(
            told,
            to=person,
            by=SYSTEM,
            item=item,
            entry=entry if told is not ASSIGNED else None,
            once=f"{once}:{person.pk}",
            values={
                "name": person.name,
                "number": item.reference,
                "subject": item.subject,
                "link": _link(item, person, for_agents=for_agents),
                "said": SafeHtml(entry.html if entry is not None else ""),
                "author": author.name if author is not None else desk().name,
                **(more or {}),
            },
        )


def _link(item: WorkItem, person: Person, *, for_agents: bool) -> str:
    if for_agents:
        path = reverse("console:tickets:page", args=[item.number])
    else:
        path = reverse("portal:tickets:guest", args=[guest_link_token(item.pk, person.pk)])
    return f"{settings.PUBLIC_URL}{path}"


def _item(item_id: int) -> WorkItem | None:
    """The ticket's item, as long as people are told about it: not in the bin, not merged away."""
    items = WorkItem.objects.kept().select_related("requester", "team", "assignee", "reported_by")
    return items.filter(pk=item_id, ticket__isnull=False).first()


def _entry(entry_id: int | None) -> Entry | None:
    found = Entry.objects.filter(pk=entry_id, redacted_at__isnull=True) if entry_id else None
    return found.select_related("author").first() if found is not None else None


def _people(ids: Iterable[int]) -> list[Person]:
    return list(Person.objects.present().filter(pk__in=list(ids)))


def _their_side(item: WorkItem) -> list[Person]:
    """Requester, reporter and people in copy."""
    ids = {item.requester_id, item.reported_by_id or item.requester_id}
    copies = item.participants.filter(kind=Participant.Kind.COPY)
    return _people(ids | set(copies.values_list("person_id", flat=True)))


def _our_side(item: WorkItem) -> list[Person]:
    """Assignee, and who watches or helps."""
    beside = item.participants.exclude(kind=Participant.Kind.COPY)
    ids = set(beside.values_list("person_id", flat=True))
    return _people(ids | ({item.assignee_id} if item.assignee_id else set()))


def _is_solution(item: WorkItem, entry_id: int) -> bool:
    told = JournalEntry.objects.filter(name=TicketResolved.name, facts__item_id=item.pk)
    return told.filter(about_id=item.pk, facts__entry_id=entry_id).exists()
