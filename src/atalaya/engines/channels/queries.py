"""Reading what came in and what was sent, and what a mail is about."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet

from atalaya.core.people.models import Actor, Person
from atalaya.core.people.queries import actor_for
from atalaya.core.preferences.queries import preferences_of
from atalaya.core.work.models import WorkItem
from atalaya.engines.channels.mail import threading
from atalaya.engines.channels.mail.reading import Mail
from atalaya.engines.channels.models import (
    KnownMessage,
    Mailbox,
    MailFilter,
    OutgoingMail,
    RawMessage,
    SmtpServer,
)
from atalaya.engines.channels.preferences import ChannelPreferences
from atalaya.kernel import clock
from atalaya.kernel.ids import signature

OUR_FIELD = "X-Atalaya-Desk"
_HOUR = dt.timedelta(hours=1)
_PROVEN = re.compile(r"(?:^|[;\s])dmarc\s*=\s*pass\b", re.IGNORECASE)


@dataclass(frozen=True)
class Answered:
    """The item a mail is about. ``is_signed``: the address it came to proves it was given it;
    ``is_ours``: it names a mail of ours, which nobody can guess."""

    item: WorkItem
    is_signed: bool = False
    is_ours: bool = False


def mail_key() -> bytes:
    """What signs the reply addresses of this desk."""
    return str(settings.SECRETS.mail_key).encode()


def desk_mark() -> str:
    """What our own mail carries so that we know it when it comes back."""
    return signature(mail_key(), "desk")


def our_addresses() -> dict[str, Mailbox]:
    """Active mailboxes by their address in lower case, the preferred first."""
    return {box.address.lower(): box for box in Mailbox.objects.active()}


def takes_mail_for(address: str) -> bool:
    """Whether mail for this address is ours to take (the address may carry a signature)."""
    return threading.unsigned(address) in our_addresses()


def mailbox_of(mail: Mail, raw: RawMessage) -> Mailbox | None:
    """Whose a mail is: of the mailboxes it names, the first, or the one that stands first.

    What the mail says decides, not by which mailbox it was fetched, so that every copy of it
    gives the same answer.
    """
    ours = our_addresses()
    named = [threading.unsigned(person.address) for person in [*mail.to, *mail.cc]]
    named += [threading.unsigned(address) for address in raw.envelope_to]
    boxes = [ours[address] for address in named if address in ours]
    if preferences_of(ChannelPreferences).whose == "position":
        boxes.sort(key=lambda box: (box.position, box.pk))
    if boxes:
        return boxes[0]
    return raw.mailbox or next(iter(ours.values()), None)


def filters_of(mailbox: Mailbox | None) -> list[MailFilter]:
    """Filters that look at the mail of a mailbox, in their order."""
    rules = MailFilter.objects.filter(is_active=True)
    return list(rules.filter(Q(mailbox__isnull=True) | Q(mailbox=mailbox)))


def processed_copy_of(raw: RawMessage) -> RawMessage | None:
    """The copy of this message that was processed already."""
    done = [
        RawMessage.Outcome.TICKET,
        RawMessage.Outcome.ENTRY,
        RawMessage.Outcome.BOUNCE,
        RawMessage.Outcome.AUTO_REPLY,
        RawMessage.Outcome.IGNORED,
    ]
    same = RawMessage.objects.filter(digest=raw.digest).exclude(pk=raw.pk)
    parked = Q(outcome__in=[RawMessage.Outcome.PARKED, RawMessage.Outcome.REFUSED], pk__lt=raw.pk)
    return same.filter(Q(outcome__in=done) | parked).select_related("item").order_by("pk").first()


def is_our_own(mail: Mail) -> bool:
    """Whether this is a mail the desk sent itself, come back by a forward or a loop."""
    return desk_mark() in mail.every(OUR_FIELD.lower())


def is_proven(mail: Mail) -> bool:
    """Whether the mail server we believe says that the sender is who he says (DMARC)."""
    believed = preferences_of(ChannelPreferences).proven_by.strip().lower()
    results = mail.every("authentication-results")
    if not believed or not results:
        return False
    # Only the topmost was written last, by our own server; others may be anybody's.
    server, _semicolon, found = results[0].partition(";")
    return server.split()[:1] == [believed] and _PROVEN.search(found) is not None


def sends_too_much(raw: RawMessage) -> bool:
    """Whether this sender's mail of the last hour is more than a person writes."""
    if not raw.sender or raw.reason == "accepted":
        return False
    limit = preferences_of(ChannelPreferences).mails_an_hour
    since = raw.received_at - _HOUR
    taken = [RawMessage.Outcome.TICKET, RawMessage.Outcome.ENTRY]
    before = RawMessage.objects.filter(
        sender__iexact=raw.sender, received_at__gte=since, received_at__lte=raw.received_at
    )
    return before.filter(outcome__in=taken).count() >= limit


def item_answered(mail: Mail, raw: RawMessage) -> Answered | None:
    """The item a mail is about: by its address, by the mails it answers, by its subject."""
    addresses = [*raw.envelope_to, *(p.address for p in threading.people(mail.to, mail.cc))]
    addresses += mail.every("delivered-to") + mail.every("x-original-to")
    signed = threading.signed_reference(addresses, mail_key())
    if signed is not None:
        item = WorkItem.objects.filter(number=signed.number).first()
        if item is not None:
            return Answered(item, is_signed=True)
    for message_id in threading.ancestors(mail.in_reply_to, mail.references):
        known = KnownMessage.objects.filter(message_id=message_id).select_related("item")
        found = known.order_by("-is_ours", "-pk").first()
        if found is not None:
            return Answered(found.item, is_ours=found.is_ours)
    named = threading.named_in_subject(mail.subject)
    if named is not None:
        item = WorkItem.objects.filter(number=named.number).first()
        if item is not None and item.reference.startswith(f"{named.prefix}-"):
            return Answered(item)
    return None


def item_open_to(sender: Person, answered: Answered | None) -> WorkItem | None:
    """The item, where this sender may write to it.

    Whoever holds our address or names our mail was given it; of others only people who take part
    and agents who see the item are believed.
    """
    if answered is None:
        return None
    item = answered.item
    if answered.is_signed or answered.is_ours or item.is_for(sender):
        return item
    visible = WorkItem.objects.visible_to(actor_for(sender)).filter(pk=item.pk)
    return item if visible.exists() else None


def smtp_server() -> SmtpServer | None:
    """The server our mail leaves by, or None when it stays in the outbox."""
    return SmtpServer.objects.filter(pk=1, is_active=True).first()


def cannot_exist(address: str) -> bool:
    """Whether an address lies in a domain that is reserved for examples (RFC 2606).

    The people of demo data have such addresses: what is written to them stays in the outbox.
    """
    return address.lower().endswith((".example", ".invalid"))


def sending_mailbox(item: WorkItem | None) -> Mailbox | None:
    """The mailbox mail about an item is sent from: its team's, else the first."""
    boxes = list(Mailbox.objects.active())
    if item is not None and item.team_id is not None:
        for box in boxes:
            if box.team_id == item.team_id:
                return box
    return boxes[0] if boxes else None


def answered_enough(address: str) -> bool:
    """Whether an address got as many automatic mails in the last hour as one may."""
    limit = preferences_of(ChannelPreferences).answers_an_hour
    recent = OutgoingMail.objects.filter(
        address__iexact=address, is_automatic=True, queued_at__gte=clock.now() - _HOUR
    )
    return recent.count() >= limit


def references_of(item: WorkItem) -> list[str]:
    """Message ids of a conversation, oldest first, for the threading fields of what is sent."""
    known = (
        KnownMessage.objects.filter(item=item).order_by("pk").values_list("message_id", flat=True)
    )
    ids = list(known)
    return ids if len(ids) <= 20 else [ids[0], *ids[-19:]]


def parked() -> QuerySet[RawMessage]:
    """Parked mail, newest first."""
    return RawMessage.objects.parked().select_related("mailbox", "file").order_by("-received_at")


def originals_of(entry_ids: Iterable[int]) -> dict[int, int]:
    """Entry → the raw message it was made from, for the link to the original."""
    rows = RawMessage.objects.filter(entry__in=list(entry_ids)).only("entry_id")
    return {row.entry_id: row.pk for row in rows if row.entry_id is not None}


def last_mail_of(mailbox: Mailbox) -> dt.datetime | None:
    """When mail last came for a mailbox, fetched or taken."""
    rows = RawMessage.objects.filter(
        Q(mailbox=mailbox) | Q(envelope_to__contains=[mailbox.address])
    )
    return rows.order_by("-received_at").values_list("received_at", flat=True).first()


def may_be_answered(entry_id: int) -> bool:
    """Whether an automatic answer may follow an entry; the mail it came from may forbid it."""
    raw = RawMessage.objects.filter(entry=entry_id).only("is_answerable").first()
    return raw is None or raw.is_answerable


def mail_of_entry(entry_id: int) -> RawMessage | None:
    """The mail an entry was made from, or None."""
    return RawMessage.objects.filter(entry=entry_id).select_related("file").first()


def smtp_settings(*, viewer: Actor) -> SmtpServer | None:
    """The server for outgoing mail, in use or not, for who may set it."""
    if not viewer.may("channels.configure"):
        return None
    return SmtpServer.objects.filter(pk=1).first()
