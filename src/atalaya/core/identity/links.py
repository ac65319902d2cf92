"""Signed links for guests: they open one work item for the one person they were mailed to.

Pure: nothing is kept. A link ends by its date, or for all with a new secret key.
"""

from __future__ import annotations

import datetime as dt
import hmac
from dataclasses import dataclass

from atalaya.kernel import ids

SIZE = 20  # bytes of signature


@dataclass(frozen=True)
class GuestLink:
    """What a good link says."""

    item_id: int
    person_id: int
    until: dt.datetime


def guest_token(item_id: int, person_id: int, *, until: dt.datetime, key: str) -> str:
    """The token for a guest's link: lower-case letters, digits and hyphens.

    >>> moment = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
    >>> token = guest_token(7, 3, until=moment, key="k")
    >>> token.split("-")[:3]
    ['7', '3', '1893456000']
    >>> read_guest_token(token, key="k", now=dt.datetime(2029, 1, 1, tzinfo=dt.UTC)).item_id
    7
    """
    end = int(until.timestamp())
    return f"{item_id}-{person_id}-{end}-{_signature(key, item_id, person_id, end)}"


def read_guest_token(token: str, *, key: str, now: dt.datetime) -> GuestLink | None:
    """What a token opens, or None when it is forged, mangled or too old."""
    parts = token.split("-")
    if len(parts) != 4 or len(token) > 120 or not all(_is_number(part) for part in parts[:3]):
        return None
    item_id, person_id, end = (int(part) for part in parts[:3])
    expected = _signature(key, item_id, person_id, end)
    if not hmac.compare_digest(parts[3].encode(), expected.encode()):
        return None
    if end <= now.timestamp():
        return None
    return GuestLink(item_id, person_id, dt.datetime.fromtimestamp(end, dt.UTC))


def _signature(key: str, *parts: int) -> str:
    return ids.signature(key.encode(), "guest", *parts, size=SIZE)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 19
