"""Deciding what becomes of a mail: one outcome each, in the same commit as what it caused.

Processing may be started any number of times and by any number of workers: the row is locked, one
copy of a message is processed, and a row with an outcome is left alone.
"""

from __future__ import annotations

import structlog
from django.db import connection
from django.utils import translation

from atalaya.core.files.queries import open_content
from atalaya.core.journal.actions import action, append, locked
from atalaya.core.people.models import SYSTEM, Actor
from atalaya.core.preferences.queries import desk, preferences_of
from atalaya.core.work.models import WorkItem
from atalaya.engines.channels import queries
from atalaya.engines.channels.actions.bouncing import record_bounces
from atalaya.engines.channels.actions.preparing import JOINED, prepare
from atalaya.engines.channels.errors import NothingToRetry
from atalaya.engines.channels.events import MailProcessed, MailTaken
from atalaya.engines.channels.mail import kinds
from atalaya.engines.channels.mail.limits import Limits
from atalaya.engines.channels.mail.reading import Mail, read
from atalaya.engines.channels.models import KnownMessage, RawMessage
from atalaya.engines.channels.ports import INBOUND, Taken
from atalaya.engines.channels.preferences import ChannelPreferences
from atalaya.kernel import clock
from atalaya.kernel.text import one_line

log = structlog.get_logger(__name__)
Outcome = RawMessage.Outcome


@action("channels.process_mail")
def process_mail(raw: RawMessage) -> RawMessage:
    """Decide what becomes of a mail, and do it. A mail that has an outcome is left alone.

    1. A copy of a message that was processed is a duplicate; so is our own mail coming back.
    2. Reports and machines are recorded, and never answered.
    3. What people write goes to the first practice that takes it, as a new item or an entry.

    Raises whatever a practice raises; the caller parks the mail then.
    """
    raw = locked(raw)
    if raw.outcome:
        return raw
    _alone(raw.digest)
    original = queries.processed_copy_of(raw)
    if original is not None:
        raw.copy_of = original
        return _finish(raw, Outcome.DUPLICATE, item=original.item)
    with open_content(raw.file) as file:
        content = file.read()
    mail = read(content, _limits())
    raw.kind = mail.kind
    if queries.is_our_own(mail):
        return _finish(raw, Outcome.AUTO_REPLY, "own_mail")
    if raw.reason == JOINED:  # somebody looked at it and said where it belongs
        with translation.override(desk().language):
            return _hand_over(raw, mail)
    if mail.kind in {kinds.BOUNCE, kinds.COMPLAINT}:
        item = record_bounces(mail, content)
        return _finish(raw, Outcome.BOUNCE, mail.kind, item=item)
    if mail.kind == kinds.AUTO_REPLY:
        found = queries.item_answered(mail, raw)
        return _finish(raw, Outcome.AUTO_REPLY, item=found.item if found else None)
    with translation.override(desk().language):
        return _hand_over(raw, mail)


def _hand_over(raw: RawMessage, mail: Mail) -> RawMessage:
    if raw.reason != JOINED and queries.sends_too_much(raw):
        return _finish(raw, Outcome.PARKED, "too_many")
    prepared = prepare(raw, mail)
    if prepared.outcome:
        return _finish(raw, prepared.outcome, prepared.reason)
    assert prepared.incoming is not None
    raw.is_answerable = prepared.incoming.may_be_answered
    for taker in sorted(INBOUND, key=lambda one: one.order):
        taken = taker.take(prepared.incoming)
        if taken is not None:
            return _keep(raw, mail, taken)
    return _finish(raw, Outcome.PARKED, "nobody_takes_it")


def _keep(raw: RawMessage, mail: Mail, taken: Taken) -> RawMessage:
    raw.entry = taken.entry
    if mail.message_id:
        known = KnownMessage(item=taken.item, message_id=mail.message_id)
        KnownMessage.objects.bulk_create([known], ignore_conflicts=True)
    return _finish(raw, Outcome.TICKET if taken.is_new else Outcome.ENTRY, item=taken.item)


@action("channels.park")
def park(raw: RawMessage, *, reason: str, detail: str = "") -> RawMessage:
    """Set a mail aside that could not be processed, with why, so that the others go on."""
    raw = locked(raw)
    if raw.outcome:
        return raw
    return _finish(raw, Outcome.PARKED, reason, detail=detail)


@action("channels.join_mail")
def join_mail(raw: RawMessage, item: WorkItem, *, by: Actor) -> RawMessage:
    """Have a parked or refused mail become a message on ``item``, whatever sort of mail it is.

    Raises NotAllowed, NothingToRetry.
    """
    by.must("channels.handle")
    by.must("work.see", on=item)
    raw = locked(raw)
    if raw.outcome not in {Outcome.PARKED, Outcome.REFUSED}:
        raise NothingToRetry
    raw.outcome, raw.reason, raw.detail, raw.item = "", JOINED, "", item
    raw.save(update_fields=["outcome", "reason", "detail", "item"])
    append(MailTaken(raw.pk), by=by, about=item)
    return raw


@action("channels.retry_mail")
def retry_mail(raw: RawMessage, *, by: Actor, accept: bool = False) -> RawMessage:
    """Process a parked or refused mail again; ``accept`` makes an unknown sender known.

    Raises NotAllowed, NothingToRetry.
    """
    by.must("channels.handle")
    raw = locked(raw)
    if raw.outcome not in {Outcome.PARKED, Outcome.REFUSED}:
        raise NothingToRetry
    raw.outcome = ""
    raw.reason = "accepted" if accept else ""
    raw.detail = ""
    raw.save(update_fields=["outcome", "reason", "detail"])
    append(MailTaken(raw.pk), by=by)
    return raw


def _finish(
    raw: RawMessage,
    outcome: RawMessage.Outcome,
    reason: str = "",
    *,
    item: WorkItem | None = None,
    detail: str = "",
) -> RawMessage:
    raw.outcome, raw.reason, raw.item = outcome, reason, item
    raw.detail = one_line(detail, 500)
    raw.attempts += 1
    raw.processed_at = clock.now()
    fields = [
        "outcome",
        "reason",
        "item",
        "entry",
        "copy_of",
        "kind",
        "detail",
        "attempts",
        "is_answerable",
    ]
    raw.save(update_fields=[*fields, "processed_at"])
    append(
        MailProcessed(raw.pk, str(outcome), reason, item.pk if item else None),
        by=SYSTEM,
        about=item,
    )
    return raw


def _alone(digest: str) -> None:
    """Copies of one message are looked at one after the other, whoever looks."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [int(digest[:15], 16)])


def _limits() -> Limits:
    chosen = preferences_of(ChannelPreferences)
    return Limits(parts=chosen.parts_limit, recipients=chosen.recipients_limit)
