"""Keeping mail as it came, before anybody is told that it was taken."""

from __future__ import annotations

from collections.abc import Iterable

from atalaya.core.files.actions import store_file
from atalaya.core.journal.actions import action, append
from atalaya.core.people.models import SYSTEM
from atalaya.core.preferences.queries import preferences_of
from atalaya.engines.channels.errors import MailTooLarge
from atalaya.engines.channels.events import MailTaken
from atalaya.engines.channels.mail import headers, structure, threading
from atalaya.engines.channels.mail.limits import DEFAULT_LIMITS
from atalaya.engines.channels.models import Mailbox, RawMessage
from atalaya.engines.channels.preferences import ChannelPreferences
from atalaya.kernel import clock
from atalaya.kernel.text import one_line

MEGABYTE = 1024 * 1024


@action("channels.take_mail")
def take_mail(
    content: bytes,
    *,
    source: Mailbox.Source,
    mailbox: Mailbox | None = None,
    envelope_from: str = "",
    envelope_to: Iterable[str] = (),
    uid: int | None = None,
    uid_validity: int | None = None,
) -> RawMessage:
    """Keep a mail byte for byte. When this returns and its transaction commits, it is ours.

    A mail fetched from the same place in a mailbox again is the one that is there already.
    Raises MailTooLarge, DiskIsFull.
    """
    limit = preferences_of(ChannelPreferences).largest_megabytes
    if len(content) > limit * MEGABYTE:
        raise MailTooLarge(limit=limit)
    if mailbox is not None and uid is not None:
        there = RawMessage.objects.filter(mailbox=mailbox, uid_validity=uid_validity, uid=uid)
        known = there.first()
        if known is not None:
            return known
    fields = dict(reversed(structure.read_fields(content[: 512 * 1024], DEFAULT_LIMITS)[0]))
    sender = headers.addresses([fields.get("from", b"")], limit=1)
    raw = RawMessage.objects.create(
        file=store_file(content, name="message.eml", by=SYSTEM, largest_megabytes=limit),
        digest=threading.content_digest(content),
        message_id=next(iter(headers.ids(fields.get("message-id", b""))), ""),
        source=source,
        mailbox=mailbox,
        uid=uid,
        uid_validity=uid_validity,
        envelope_from=one_line(envelope_from, 320),
        envelope_to=[one_line(address, 320) for address in envelope_to],
        sender=sender[0].address if sender else one_line(envelope_from, 320),
        subject=headers.line_of(fields.get("subject", b""), 255),
        received_at=clock.now(),
    )
    append(MailTaken(raw.pk), by=SYSTEM)
    return raw


@action("channels.note_fetch")
def note_fetch(mailbox: Mailbox, *, uid_validity: int, last_uid: int, found: bool) -> None:
    """Remember how far a mailbox was read, and that its server answers."""
    now = clock.now()
    fields: dict[str, object] = {
        "uid_validity": uid_validity,
        "last_uid": last_uid,
        "fetched_at": now,
        "error": "",
        "failing_since": None,
    }
    if found:
        fields["mail_at"] = now
    Mailbox.objects.filter(pk=mailbox.pk).update(**fields)


@action("channels.note_fetch_failed")
def note_fetch_failed(mailbox: Mailbox, *, why: str) -> None:
    """Show on the mailbox why its mail cannot be fetched."""
    rows = Mailbox.objects.filter(pk=mailbox.pk)
    rows.update(error=one_line(why, 500))
    rows.filter(failing_since__isnull=True).update(failing_since=clock.now())
