"""How values lie in JSON: what custom fields write, and what both compilers read.

JSON has no instants and dates, so they are texts of one fixed form, which sort as time does and
can be indexed as they are. Whatever has another form or type counts as empty.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from atalaya.core.conditions.ports import FieldKind

INSTANT_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$"
DATE_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
IDENTIFIERS = (FieldKind.PERSON, FieldKind.TEAM, FieldKind.REFERENCE)
NUMERIC = (FieldKind.NUMBER, *IDENTIFIERS)


def as_stored(value: Any) -> Any:
    """An instant or a date as its JSON text; anything else unchanged.

    >>> as_stored(dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC))
    '2026-03-29T01:30:00.000000Z'
    """
    if isinstance(value, dt.datetime):
        naive = value.astimezone(dt.UTC).replace(tzinfo=None)
        return naive.isoformat(timespec="microseconds") + "Z"
    return value.isoformat() if isinstance(value, dt.date) else value


def from_json(kind: FieldKind, value: Any) -> Any:
    """The value of a JSON entry as it is compared: None, or an empty set, where it does not fit."""
    if kind.is_many:
        return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []
    if kind in NUMERIC:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return Decimal(str(value)) if is_number else None
    if kind is FieldKind.BOOLEAN:
        return value if isinstance(value, bool) else None
    if not isinstance(value, str):
        return None
    if kind in (FieldKind.INSTANT, FieldKind.DATE):
        pattern = INSTANT_PATTERN if kind is FieldKind.INSTANT else DATE_PATTERN
        return value if re.fullmatch(pattern[1:-1], value) else None
    return value
