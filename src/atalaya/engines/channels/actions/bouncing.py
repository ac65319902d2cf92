"""Delivery reports: the mail they are about, the address they condemn, the ticket they concern."""

from __future__ import annotations

import re

from atalaya.core.journal.actions import append, locked
from atalaya.core.people.actions import mark_bounced
from atalaya.core.people.models import SYSTEM, Address
from atalaya.core.work.models import WorkItem
from atalaya.engines.channels.events import MailBounced
from atalaya.engines.channels.mail.bounces import Bounce
from atalaya.engines.channels.mail.reading import Mail
from atalaya.engines.channels.models import OutgoingMail
from atalaya.kernel import clock
from atalaya.kernel.text import one_line

_OUR_ID = re.compile(rb"<?(atalaya\.[0-9a-f]{32}@[A-Za-z0-9.-]{1,200})>?")
LOOKED_AT = 2_000_000  # bytes of a report in which our mail is looked for


def record_bounces(mail: Mail, content: bytes) -> WorkItem | None:
    """Note on our mails what a report says of them. Returns the item they are about.

    Only a report that names a mail of ours condemns an address: its id cannot be guessed, so a
    forged report reaches nobody.
    """
    ours = _our_mails(content)
    for bounce in mail.bounces:
        for sent in ours:
            if bounce.reason != "delivered" and _is_for(sent, bounce, only=len(ours) == 1):
                _note(sent, bounce)
    return next((sent.item for sent in ours if sent.item is not None), None)


def _our_mails(content: bytes) -> list[OutgoingMail]:
    named = {found.decode("ascii") for found in _OUR_ID.findall(content[:LOOKED_AT])}
    return list(OutgoingMail.objects.filter(message_id__in=list(named)[:50]).order_by("pk"))


def _is_for(sent: OutgoingMail, bounce: Bounce, *, only: bool) -> bool:
    return sent.address.lower() == bounce.recipient.lower() or (only and not bounce.recipient)


def _note(sent: OutgoingMail, bounce: Bounce) -> None:
    sent = locked(sent)
    if sent.state == OutgoingMail.State.BOUNCED:
        return
    if not bounce.status.startswith("4"):
        sent.state = OutgoingMail.State.BOUNCED
        sent.bounced_at = clock.now()
    sent.error = one_line(bounce.diagnostic or bounce.reason, 500)
    sent.save(update_fields=["state", "bounced_at", "error"])
    if sent.state == OutgoingMail.State.BOUNCED:
        append(
            MailBounced(sent.pk, bounce.status, bounce.reason, bounce.hard),
            by=SYSTEM,
            about=sent.item,
        )
    if bounce.hard:
        address = Address.objects.filter(value__iexact=sent.address).first()
        if address is not None:
            mark_bounced(address, by=SYSTEM)
