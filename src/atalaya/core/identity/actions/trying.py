"""Counting tries in the database, so that every process sees the same count."""

from __future__ import annotations

import datetime as dt
import ipaddress

from django.conf import settings
from django.db import connection

from atalaya.core.identity.errors import TooManyTries
from atalaya.core.identity.events import TriesExceeded
from atalaya.core.identity.models import Tries
from atalaya.core.journal.actions import action, append
from atalaya.core.people.models import NOBODY
from atalaya.kernel import clock, ids

COUNT = """
insert into identity_tries (digest, count, until) values (%(digest)s, 1, %(until)s)
on conflict (digest) do update set
    count = case when identity_tries.until <= %(now)s then 1 else identity_tries.count + 1 end,
    until = case when identity_tries.until <= %(now)s then excluded.until
                 else identity_tries.until end
returning count
"""


@action("identity.count_try")
def count_try(
    what: str, *parts: str | int, most: int, minutes: int, person_id: int | None = None
) -> bool:
    """Count one try of ``what`` by or for ``parts``; False from the one after ``most`` on.

    It commits before the thing itself is tried, so that tries at the same moment all count.
    """
    now = clock.now()
    values: dict[str, str | dt.datetime] = {
        "digest": _digest(what, *parts),
        "until": now + dt.timedelta(minutes=minutes),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        (count,) = cursor.fetchone()
    if count == most + 1:
        append(TriesExceeded(person_id, what), by=NOBODY)
    return int(count) <= most


def refuse_after(
    what: str, *parts: str | int, most: int, minutes: int, person_id: int | None = None
) -> None:
    """Count a try, and raise TooManyTries when there were too many."""
    if not count_try(what, *parts, most=most, minutes=minutes, person_id=person_id):
        raise TooManyTries(minutes=minutes)


@action("identity.forget_tries")
def forget_tries(what: str, *parts: str | int) -> None:
    """Begin to count anew after a success."""
    Tries.objects.filter(digest=_digest(what, *parts)).delete()


@action("identity.forget_old_tries")
def forget_old_tries() -> int:
    """Delete counts whose time is over. Returns how many."""
    gone, _rows = Tries.objects.filter(until__lt=clock.now()).delete()
    return gone


def network_of(address: str) -> str:
    """What counts as one place: an IPv4 address, or the /64 that one IPv6 customer has.

    >>> network_of("2001:db8::1:2:3:4")
    '2001:db8::/64'
    >>> network_of("192.0.2.7")
    '192.0.2.7'
    """
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    return str(ipaddress.ip_network((known, 64), strict=False))


def _digest(what: str, *parts: str | int) -> str:
    key = settings.SECRET_KEY.encode()
    return ids.signature(key, "tries", what, *parts, size=32)
