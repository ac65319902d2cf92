"""Writing mail, and keeping its fate. The network is elsewhere: a job sends what is queued."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from email.utils import parseaddr
from uuid import uuid4

from django.utils import translation

from atalaya.core.identity.ports import Letter
from atalaya.core.journal.actions import action, append, locked
from atalaya.core.people.models import SYSTEM, Actor, Address, Person
from atalaya.core.preferences.queries import desk, preferences_of
from atalaya.core.work.models import Entry, WorkItem
from atalaya.engines.channels import queries
from atalaya.engines.channels.composing import Composed, compose
from atalaya.engines.channels.errors import NothingToRetry
from atalaya.engines.channels.events import MailNotSent, MailQueued, MailSent
from atalaya.engines.channels.mail import threading
from atalaya.engines.channels.models import (
    KnownMessage,
    Mailbox,
    MessageTemplate,
    OutgoingMail,
    SmtpServer,
)
from atalaya.engines.channels.ports import Message, Value
from atalaya.engines.channels.preferences import ChannelPreferences
from atalaya.kernel import clock
from atalaya.kernel.languages import say
from atalaya.kernel.text import one_line

State = OutgoingMail.State
PAUSES = (10, 30, 60, 300, 900, 1800, 3600)  # seconds before the next try; then an hour each


@action("channels.write_mail")
def write_mail(
    message: Message,
    *,
    to: Person,
    by: Actor,
    values: Mapping[str, Value],
    item: WorkItem | None = None,
    entry: Entry | None = None,
    once: str | None = None,
    reason: str = "",
) -> OutgoingMail | None:
    """Write a message to a person in his language, to be sent soon.

    ``once`` makes a second call with the same words the same mail. Nothing is written to people
    without an address, or where the organisation switched the message off. A mail that may not go
    (the address is dead, or got too many) is kept with the reason.
    """
    own = MessageTemplate.objects.filter(key=message.key).first()
    if not to.address or not to.is_active or (own is not None and not own.is_active):
        return None
    if once is not None:
        written = OutgoingMail.objects.filter(once=once).first()
        if written is not None:
            return written
    mailbox = queries.sending_mailbox(item)
    language = to.language or (item.language if item else "") or desk().language
    with translation.override(language):
        composed = _compose(message, own, values, item, language, reason)
    return _queue(
        composed,
        message=message,
        to=to,
        by=by,
        item=item,
        entry=entry,
        once=once,
        mailbox=mailbox,
        language=language,
    )


def _compose(
    message: Message,
    own: MessageTemplate | None,
    values: Mapping[str, Value],
    item: WorkItem | None,
    language: str,
    reason: str,
) -> Composed:
    subject = (own.subjects.get(language) if own else "") or str(message.subject)
    body = (own.bodies.get(language) if own else "") or str(message.body)
    team = item.team if item else None
    signature = say(team.signature, language) if team else ""
    return compose(
        subject,
        body,
        values,
        language=language,
        signature=signature,
        desk=desk().name,
        reason=reason,
    )


def _queue(
    composed: Composed,
    *,
    message: Message,
    to: Person,
    by: Actor,
    item: WorkItem | None,
    entry: Entry | None,
    once: str | None,
    mailbox: Mailbox | None,
    language: str,
) -> OutgoingMail:
    name, address = _sender(mailbox, item)
    refused = _why_not(to.address, message)
    mail = OutgoingMail.objects.create(
        message_id=f"atalaya.{uuid4().hex}@{address.rpartition('@')[2] or 'localhost'}",
        once=once,
        template=message.key,
        item=item,
        entry=entry,
        person=to,
        mailbox=mailbox,
        language=language,
        address=to.address,
        sender_name=name,
        sender_address=address,
        reply_to=_reply_to(mailbox, item),
        subject=composed.subject,
        text=composed.text,
        html=composed.html,
        references=" ".join(queries.references_of(item)) if item else "",
        is_automatic=message.is_automatic,
        state=State.FAILED if refused else State.QUEUED,
        error=refused,
        queued_at=clock.now(),
    )
    if item is not None:
        KnownMessage.objects.create(item=item, message_id=mail.message_id, is_ours=True)
    if refused:
        append(MailNotSent(mail.pk), by=by, about=item)
    else:
        append(MailQueued(mail.pk, message.key, to.pk), by=by, about=item)
    return mail


def _sender(mailbox: Mailbox | None, item: WorkItem | None) -> tuple[str, str]:
    team = item.team if item else None
    name = (team.sender_name if team else "") or (mailbox.name if mailbox else "") or desk().name
    server = queries.smtp_server()
    given = preferences_of(ChannelPreferences).from_the_desk
    address = (
        (mailbox.address if mailbox and item is not None else "")
        or given
        or (server.sender_address if server else "")
        or (mailbox.address if mailbox else "")
        or "desk@localhost"
    )
    return one_line(name, 200), parseaddr(address)[1] or "desk@localhost"


def _reply_to(mailbox: Mailbox | None, item: WorkItem | None) -> str:
    if mailbox is None or item is None:
        return ""
    return threading.signed_address(mailbox.address, item.number, queries.mail_key())


def _why_not(address: str, message: Message) -> str:
    if Address.objects.filter(value__iexact=address, bounced_at__isnull=False).exists():
        return "address_is_dead"
    if message.is_automatic and queries.answered_enough(address):
        return "too_many"
    return ""


@action("channels.write_letter")
def write_letter(letter: Letter) -> OutgoingMail:
    """Write a mail about signing in. Its body holds a link, so nobody is shown it."""
    body = letter.text if not letter.link else f"{letter.text}\n\n{{link}}"
    composed = compose(
        letter.subject, body, {"link": letter.link}, language=letter.language, desk=desk().name
    )
    mailbox = queries.sending_mailbox(None)
    name, address = _sender(mailbox, None)
    mail = OutgoingMail.objects.create(
        message_id=f"atalaya.{uuid4().hex}@{address.rpartition('@')[2]}",
        template=f"identity.{letter.purpose}",
        person_id=letter.person_id or None,
        mailbox=mailbox,
        language=letter.language,
        address=letter.address,
        sender_name=name,
        sender_address=address,
        subject=composed.subject,
        text=composed.text,
        html=composed.html,
        is_secret=bool(letter.link),
        queued_at=clock.now(),
    )
    append(MailQueued(mail.pk, mail.template, letter.person_id), by=SYSTEM)
    return mail


@action("channels.note_sent")
def note_sent(mail: OutgoingMail, *, kept: bool = False) -> None:
    """A mail server took it; or, with ``kept``, there is none and it stays in the outbox."""
    mail = locked(mail)
    if mail.state != State.QUEUED:
        return
    now = clock.now()
    mail.state = State.KEPT if kept else State.SENT
    mail.tried_at, mail.error = now, ""
    mail.sent_at = None if kept else now
    mail.attempts += 1
    if mail.is_secret and not kept:
        mail.text = mail.html = ""
    fields = ["state", "tried_at", "error", "sent_at", "attempts", "text", "html"]
    mail.save(update_fields=fields)
    if not kept:
        SmtpServer.objects.filter(failing_since__isnull=False).update(failing_since=None, error="")
        append(MailSent(mail.pk), by=SYSTEM, about=mail.item)


@action("channels.note_sending_failed")
def note_sending_failed(mail: OutgoingMail, *, why: str) -> dt.datetime | None:
    """A try failed for now. Returns when to try again; None when it was the last."""
    mail = locked(mail)
    if mail.state != State.QUEUED:
        return None
    now = clock.now()
    mail.attempts += 1
    mail.tried_at, mail.error = now, one_line(why, 500)
    mail.save(update_fields=["attempts", "tried_at", "error"])
    SmtpServer.objects.update(error=mail.error)
    SmtpServer.objects.filter(failing_since__isnull=True).update(failing_since=now)
    if mail.attempts >= preferences_of(ChannelPreferences).send_attempts:
        _give_up(mail)
        return None
    return now + dt.timedelta(seconds=PAUSES[min(mail.attempts, len(PAUSES)) - 1])


@action("channels.note_not_sent")
def note_not_sent(mail: OutgoingMail, *, why: str) -> None:
    """The mail server refused this mail for good."""
    mail = locked(mail)
    if mail.state != State.QUEUED:
        return
    mail.attempts += 1
    mail.tried_at, mail.error = clock.now(), one_line(why, 500)
    mail.save(update_fields=["attempts", "tried_at", "error"])
    _give_up(mail)


def _give_up(mail: OutgoingMail) -> None:
    mail.state = State.FAILED
    mail.save(update_fields=["state"])
    append(MailNotSent(mail.pk), by=SYSTEM, about=mail.item)


@action("channels.retry_sending")
def retry_sending(mail: OutgoingMail, *, by: Actor) -> OutgoingMail:
    """Send again what failed, came back or lies in the outbox, with the same Message-ID.

    Raises NotAllowed, NothingToRetry.
    """
    by.must("channels.handle")
    mail = locked(mail)
    if mail.state not in {State.FAILED, State.BOUNCED, State.KEPT} or not mail.text:
        raise NothingToRetry
    mail.state, mail.attempts, mail.error = State.QUEUED, 0, ""
    mail.save(update_fields=["state", "attempts", "error"])
    append(MailQueued(mail.pk, mail.template, mail.person_id), by=by, about=mail.item)
    return mail


@action("channels.forget_texts")
def forget_texts(before: dt.datetime) -> int:
    """Empty the text of mail sent before an instant; that it was sent stays known."""
    old = (
        OutgoingMail.objects.filter(queued_at__lt=before)
        .exclude(text="")
        .exclude(state=State.QUEUED)
    )
    return old.update(text="", html="")
