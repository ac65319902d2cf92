"""What an administrator should know of mail."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from atalaya.engines.channels import queries
from atalaya.engines.channels.models import Mailbox, OutgoingMail, RawMessage
from atalaya.kernel import clock
from atalaya.kernel.plugs import Found, finding

NOT_FETCHED = dt.timedelta(minutes=20)
UNPROCESSED = dt.timedelta(minutes=10)
LOOKED_BACK = dt.timedelta(days=1)


@finding("channels.fetching", _("Mail is fetched from every mailbox"))
def mail_is_fetched() -> list[Found]:
    found = []
    for box in Mailbox.objects.fetched():
        since = box.fetched_at or box.created_at
        if clock.now() - since > NOT_FETCHED:
            sentence = _("Mail of %(address)s was not fetched since %(since)s: %(error)s")
            facts = {"address": box.address, "since": since.isoformat(), "error": box.error or "–"}
            found.append(Found("error", sentence, facts))
        elif box.error:
            sentence = _("Fetching mail of %(address)s has trouble: %(error)s")
            found.append(Found("warning", sentence, {"address": box.address, "error": box.error}))
    return found


@finding("channels.silence", _("Mail comes in as often as it usually does"))
def mail_comes_in() -> list[Found]:
    found = []
    for box in Mailbox.objects.active().filter(silence_hours__gt=0):
        last = queries.last_mail_of(box) or box.created_at
        hours = int((clock.now() - last) / dt.timedelta(hours=1))
        if hours >= box.silence_hours:
            sentence = _("No mail came to %(address)s for %(hours)s hours.")
            found.append(Found("warning", sentence, {"address": box.address, "hours": hours}))
    return found


@finding("channels.parked", _("No mail is parked"))
def nothing_is_parked() -> list[Found]:
    count = RawMessage.objects.parked().count()
    if not count:
        return []
    sentence = _("%(count)s mails are parked and wait for somebody to look at them.")
    return [Found("warning", sentence, {"count": count})]


@finding("channels.processing", _("Taken mail is processed"))
def mail_is_processed() -> list[Found]:
    before = clock.now() - UNPROCESSED
    count = RawMessage.objects.waiting().filter(received_at__lt=before).count()
    if not count:
        return []
    sentence = _("%(count)s mails were taken and are still not processed.")
    return [Found("error", sentence, {"count": count})]


@finding("channels.sending", _("Mail is sent"))
def mail_is_sent() -> list[Found]:
    server = queries.smtp_server()
    if server is None:
        sentence = _("No mail server is set: what the desk writes stays in its outbox.")
        return [Found("info", sentence)]
    if server.failing_since is not None:
        sentence = _("Mail is not sent since %(since)s: %(error)s")
        facts = {"since": server.failing_since.isoformat(), "error": server.error}
        return [Found("error", sentence, facts)]
    lost = OutgoingMail.objects.filter(
        state=OutgoingMail.State.FAILED, queued_at__gte=clock.now() - LOOKED_BACK
    ).count()
    if not lost:
        return []
    return [Found("warning", _("%(count)s mails of the last day were not sent."), {"count": lost})]
