"""The one door to the current time. Instants are aware and in UTC."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

_frozen: dt.datetime | None = None
_here: ContextVar[dt.datetime | None] = ContextVar("here", default=None)


def now() -> dt.datetime:
    """The current instant, aware, in UTC."""
    here = _here.get()
    if here is not None:
        return here
    return _frozen if _frozen is not None else dt.datetime.now(dt.UTC)


def today(zone: dt.tzinfo) -> dt.date:
    """The date on the wall in ``zone``."""
    return now().astimezone(zone).date()


@contextmanager
def at(moment: dt.datetime | str, zone: str = "UTC") -> Iterator[dt.datetime]:
    """Hold the clock of the whole process at ``moment`` (tests); a string is local in ``zone``."""
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


@contextmanager
def told_at(moment: dt.datetime) -> Iterator[dt.datetime]:
    """Live at ``moment`` in this thread or task only: for history that is brought in.

    A worker may do so while its other jobs go on in the present.
    """
    token = _here.set(moment.astimezone(dt.UTC))
    try:
        yield moment
    finally:
        _here.reset(token)
