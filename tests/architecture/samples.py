"""What stands in the gaps of addresses: one ticket of Rita at the front desk, and what is in it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from atalaya.core.calendars.queries import default_calendar
from atalaya.core.files.actions import attach, store_file
from atalaya.core.identity.actions.accounts import open_account
from atalaya.core.identity.actions.keys import make_key
from atalaya.core.identity.actions.linking import invite
from atalaya.core.identity.actions.sessions import open_session
from atalaya.core.identity.queries import guest_link_token
from atalaya.core.people.actions import add_person, save_role
from atalaya.core.people.models import SYSTEM, Actor, Person, Team
from atalaya.core.services.actions import save_service
from atalaya.core.work.actions import save_field, save_tag
from atalaya.core.work.models import (
    Category,
    ChecklistTemplate,
    Link,
    Participant,
    PendingReason,
)
from atalaya.engines.channels.actions import (
    note_not_sent,
    park,
    save_filter,
    save_mailbox,
    take_mail,
    write_mail,
)
from atalaya.engines.channels.models import Mailbox
from atalaya.engines.channels.ports import MESSAGES
from atalaya.kernel import clock
from atalaya.practices.tickets.actions.editing import include
from atalaya.practices.tickets.actions.linking import add_task, link_ticket, promise_call
from atalaya.practices.tickets.actions.opening import open_ticket
from atalaya.practices.tickets.actions.replying import add_note, answer_ticket
from atalaya.practices.tickets.models import State, Ticket


def make_samples(
    *, rita: Person, agent: Person, stranger: Person, team: Team, by: Actor, lead: Actor
) -> dict[str, Any]:
    """The samples by the names the table uses."""
    ticket = _ticket("The printer smokes", rita, team)
    other = _ticket("The printer is on fire", rita, team)
    entry = answer_ticket(ticket, by=by, text="On my way.")
    note = add_note(ticket, by=lead, text="A wasp nest?")
    copied = add_person("Cora", by=SYSTEM, addresses=["cora@example.org"])
    include(ticket, copied, by=by, kind=Participant.Kind.COPY)
    file = store_file(b"smoke", name="smoke.txt", by=by)
    attach(file, owner_kind="work.entry", owner_id=entry.pk, by=by)
    own_file = store_file(b"mine", name="mine.txt", by=by)
    account = open_account(rita, by=SYSTEM)
    key, _token = make_key(rita, by=SYSTEM, label="hers", scope=["*"], days=1)
    tomorrow = clock.now() + dt.timedelta(days=1)
    template = ChecklistTemplate.objects.first() or ChecklistTemplate.objects.create(
        names={"en": "Usual"}, steps=[{"en": "Look"}]
    )
    return {
        "ticket": str(ticket.item.number),
        "item": ticket.item.pk,
        "other_ticket": str(other.item.number),
        "metric": "created",
        "calendar": default_calendar().pk,
        "entry": entry.pk,
        "note": note.pk,
        "copied": copied.pk,
        "participant": Participant.objects.get(item=ticket.item, person=copied).pk,
        "file": file.pk,
        "file_name": "smoke.txt",
        "own_file": own_file.pk,
        "link": link_ticket(ticket, other.item, by=by, kind=Link.Kind.RELATES_TO).pk,
        "task": add_task(ticket, by=by, title="Open a window").pk,
        "promise": promise_call(ticket, by=by, due_at=tomorrow, note="call back").pk,
        "checklist": template.pk,
        "rita": rita.pk,
        "agent": agent.pk,
        "stan": stranger.pk,
        "team": team.pk,
        "organisation": rita.organisation_id,
        "service": save_service(by=SYSTEM, names={"en": "Printing"}).pk,
        "category": Category.objects.values_list("pk", flat=True).first(),
        "session": open_session(account, method="password").pk,
        "key": key.pk,
        "guest_token": guest_link_token(ticket.item.pk, rita.pk),
        "link_token": invite(rita, by=SYSTEM, send=False).rstrip("/").rpartition("/")[2],
        "tomorrow": tomorrow.isoformat(),
        **_mail(ticket, rita),
        "reason": PendingReason.objects.values_list("pk", flat=True).first(),
        "custom_field": save_field(by=SYSTEM, key="room", labels={"en": "Room"}).pk,
        "tag": save_tag(by=SYSTEM, name="smoke").pk,
        "state": State.objects.values_list("pk", flat=True).first(),
        "grant": agent.grants.values_list("pk", flat=True).first(),
        "role": save_role(by=SYSTEM, names={"en": "Reader"}).pk,
        "section": "desk",
        "nothing": 999_999,
        "field": "priority",
        "panel": "no-such-panel",
        "made_up": "made-up",
    }


def _mail(ticket: Ticket, rita: Person) -> dict[str, Any]:
    """A mailbox, a filter, a parked mail, and a mail that was not sent."""
    box = Mailbox.objects.first() or save_mailbox(by=SYSTEM, address="help@localhost")
    raw = take_mail(b"From: x@example.net\n\nHelp!", source=Mailbox.Source.LISTENER)
    told = write_mail(MESSAGES["tickets.received"], to=rita, by=SYSTEM, values={}, item=ticket.item)
    assert told is not None
    note_not_sent(told, why="554")
    return {
        "mailbox": box.pk,
        "filter": save_filter(by=SYSTEM, field="subject", pattern="x", sets={"priority": 1}).pk,
        "mail": park(raw, reason="failed").pk,
        "sent": told.pk,
        "message": "tickets.received",
    }


def _ticket(subject: str, rita: Person, team: Team) -> Ticket:
    return open_ticket(
        Ticket.Kind.INCIDENT, by=SYSTEM, subject=subject, requester=rita, text="Help!", team=team
    )
