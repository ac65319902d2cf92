"""The one door to the current time. Instants are aware and in UTC."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

_frozen: dt.datetime | None = None


def now() -> dt.datetime:
    """The current instant, aware, in UTC."""
    return _frozen if _frozen is not None else dt.datetime.now(dt.UTC)


def today(zone: dt.tzinfo) -> dt.date:
    """The date on the wall in ``zone``."""
    return now().astimezone(zone).date()


@contextmanager
def at(moment: dt.datetime | str, zone: str = "UTC") -> Iterator[dt.datetime]:
    """Hold the clock still at ``moment`` (tests, demo data); a string is local in ``zone``."""
    global _frozen  # noqa: PLW0603 - there is one time for the whole process
    if isinstance(moment, str):
        moment = dt.datetime.fromisoformat(moment)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    before, _frozen = _frozen, moment.astimezone(dt.UTC)
    try:
        yield _frozen
    finally:
        _frozen = before
