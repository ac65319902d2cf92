"""Mail in the background: what was taken is processed, what was written is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import structlog
from django.db import OperationalError

from atalaya.core.jobs.actions import job, periodic
from atalaya.core.journal.actions import Happened, later
from atalaya.core.preferences.queries import preferences_of
from atalaya.engines.channels import actions, delivering, queries
from atalaya.engines.channels.errors import ServerAway, ServerRefused
from atalaya.engines.channels.events import MailQueued, MailTaken
from atalaya.engines.channels.models import OutgoingMail, RawMessage
from atalaya.engines.channels.preferences import ChannelPreferences
from atalaya.kernel import clock
from atalaya.kernel.errors import AtalayaError

log = structlog.get_logger(__name__)
LATE = dt.timedelta(minutes=5)  # after which nobody is working on it any more


@later(MailTaken, name="channels.process")
def have_it_processed(happened: Sequence[Happened[MailTaken]]) -> None:
    """Each taken mail gets a job of its own, so that one that hurts holds up no other."""
    for one in happened:
        process.defer(raw_id=one.fact.raw_id)


@later(MailQueued, name="channels.send")
def have_it_sent(happened: Sequence[Happened[MailQueued]]) -> None:
    """Each written mail gets a job of its own."""
    for one in happened:
        send.defer(mail_id=one.fact.mail_id)


@job("channels.process", queue="mail")
def process(raw_id: int) -> None:
    """Decide what becomes of one mail; what cannot be processed is parked with the reason."""
    raw = RawMessage.objects.filter(pk=raw_id).first()
    if raw is None or raw.outcome:
        return
    try:
        actions.process_mail(raw)
    except OperationalError:
        raise  # the database is away: tried again
    except AtalayaError as problem:
        if problem.retryable:
            raise
        actions.park(raw, reason=problem.code, detail=str(problem))
    except Exception as problem:
        # Poison must not stop the mailbox: it is set aside, with what it did, and can be retried.
        log.exception("mail_parked", raw=raw_id)
        actions.park(raw, reason="failed", detail=repr(problem))


@job("channels.send", queue="mail")
def send(mail_id: int) -> None:
    """Send one mail, or note why not and when to try again."""
    mail = OutgoingMail.objects.queued().filter(pk=mail_id).first()
    if mail is None:
        return
    server = queries.smtp_server()
    if server is None or queries.cannot_exist(mail.address):
        actions.note_sent(mail, kept=True)
        return
    try:
        delivering.deliver(mail, server)
    except ServerAway as problem:
        again = actions.note_sending_failed(mail, why=str(problem))
        if again is not None:
            send.defer(mail_id=mail_id, at=again)
    except ServerRefused as problem:
        actions.note_not_sent(mail, why=str(problem))
    else:
        actions.note_sent(mail)


@periodic("channels.look_after_mail", cron="*/5 * * * *", queue="mail")
def look_after_mail() -> None:
    """Start again what a crash between two steps left lying."""
    before = clock.now() - LATE
    for pk in (
        RawMessage.objects.waiting().filter(received_at__lt=before).values_list("pk", flat=True)
    ):
        process.defer(raw_id=pk, once=f"channels.process:{pk}")
    forgotten = OutgoingMail.objects.queued().filter(queued_at__lt=before, tried_at__isnull=True)
    for pk in forgotten.values_list("pk", flat=True):
        send.defer(mail_id=pk, once=f"channels.send:{pk}")


@periodic("channels.forget_texts", cron="41 3 * * *", queue="bulk")
def forget_texts() -> None:
    """Empty the text of old mail in the send log."""
    days = preferences_of(ChannelPreferences).keep_sent_days
    actions.forget_texts(clock.now() - dt.timedelta(days=days))
