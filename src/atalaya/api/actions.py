"""Keeping pace and keeping answers: the only rows the door itself writes."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.utils import OperationalError
from django.http import HttpResponse

from atalaya.api.errors import KeyReused, StillRunning, TooOften
from atalaya.api.models import Answer, Pace
from atalaya.api.preferences import ApiPreferences
from atalaya.core.preferences.queries import preferences_of
from atalaya.kernel import clock

KEPT_HEADERS = ("Location", "ETag")
REPLAYED = "Idempotency-Replayed"

# The generic cell rate algorithm in one statement: every request moves the instant at which its
# sender has caught up; one that would move it too far ahead moves nothing and is refused.
PACE = """
insert into api_pace (who, until) values (%(who)s, %(now)s + %(step)s)
on conflict (who) do update set until = greatest(api_pace.until, %(now)s) + %(step)s
where greatest(api_pace.until, %(now)s) + %(step)s <= %(now)s + %(ahead)s
returning until
"""


def keep_pace(who: str, *, per_minute: int, burst: int) -> None:
    """Count a request of ``who``. Every process shares the count. Raises TooOften."""
    step = dt.timedelta(minutes=1) / per_minute
    now = clock.now()
    values: dict[str, Any] = {"who": who, "now": now, "step": step, "ahead": step * burst}
    with connection.cursor() as cursor:
        cursor.execute(PACE, values)
        if cursor.fetchone() is not None:
            return
    until = Pace.objects.filter(pk=who).values_list("until", flat=True).first() or now
    wait = (until + step - now - step * burst) / dt.timedelta(seconds=1)
    raise TooOften(seconds=max(1, math.ceil(wait)))


def once(who: str, label: str, fingerprint: str, run: Callable[[], HttpResponse]) -> HttpResponse:
    """Do what a POST asks at most once, and answer it the same way each time.

    The answer is kept in the transaction of what was done: after a crash either both are there or
    neither, and the next try does it. While somebody holds the row, it is still running. An answer
    of 500 and above is not kept. Raises KeyReused, StillRunning.
    """
    expires = clock.now() + dt.timedelta(hours=preferences_of(ApiPreferences).remember_hours)
    Answer.objects.filter(who=who, label=label, expires_at__lte=clock.now()).delete()
    Answer.objects.bulk_create(
        [Answer(who=who, label=label, fingerprint=fingerprint, expires_at=expires)],
        ignore_conflicts=True,
    )
    with transaction.atomic():
        kept = _held(who, label)
        if kept.fingerprint != fingerprint:
            raise KeyReused
        if kept.status is not None:
            return _again(kept)
        with transaction.atomic():
            response = run()
            if response.status_code >= 400:
                transaction.set_rollback(True)
        if response.status_code < 500:
            kept.status = response.status_code
            kept.content = response.content
            kept.content_type = response.headers.get("Content-Type", "")[:120]
            kept.headers = {
                name: response.headers[name] for name in KEPT_HEADERS if name in response.headers
            }
            kept.save(update_fields=["status", "content", "content_type", "headers"])
        return response


def _held(who: str, label: str) -> Answer:
    rows = Answer.objects.select_for_update(nowait=True)
    try:
        with transaction.atomic():
            row = rows.filter(who=who, label=label).first()
    except OperationalError:
        raise StillRunning from None
    if row is None:  # it expired and was swept between two statements
        raise StillRunning
    return row


def _again(kept: Answer) -> HttpResponse:
    response = HttpResponse(
        bytes(kept.content), status=kept.status, content_type=kept.content_type or None
    )
    for name, value in kept.headers.items():
        response[name] = value
    response[REPLAYED] = "true"
    return response


def forget_expired(*, batch: int = 5000) -> int:
    """Delete answers whose time is over and paces long caught up; returns how many answers."""
    now = clock.now()
    old = Answer.objects.filter(expires_at__lte=now).values("pk")[:batch]
    count, _rows = Answer.objects.filter(pk__in=old).delete()
    Pace.objects.filter(until__lt=now - dt.timedelta(hours=1)).delete()
    return count
