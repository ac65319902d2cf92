"""Named stretches of the calendar, cut in a time zone: today, last week, this month.

A week starts on Monday. An end is the first instant, or the first date, that no longer belongs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

Days = tuple[dt.date, dt.date]


def _week(day: dt.date, shift: int) -> Days:
    monday = day - dt.timedelta(days=day.weekday()) + dt.timedelta(weeks=shift)
    return monday, monday + dt.timedelta(weeks=1)


def _months(day: dt.date, *, size: int, shift: int) -> Days:
    first = (day.year * 12 + day.month - 1) // size * size + shift * size
    return _first_of(first), _first_of(first + size)


def _first_of(month: int) -> dt.date:
    return dt.date(month // 12, month % 12 + 1, 1)


def _day(day: dt.date, shift: int) -> Days:
    return day + dt.timedelta(days=shift), day + dt.timedelta(days=shift + 1)


PERIODS: dict[str, Callable[[dt.date], Days]] = {
    "today": lambda day: _day(day, 0),
    "yesterday": lambda day: _day(day, -1),
    "tomorrow": lambda day: _day(day, 1),
    "this_week": lambda day: _week(day, 0),
    "last_week": lambda day: _week(day, -1),
    "next_week": lambda day: _week(day, 1),
    "this_month": lambda day: _months(day, size=1, shift=0),
    "last_month": lambda day: _months(day, size=1, shift=-1),
    "next_month": lambda day: _months(day, size=1, shift=1),
    "this_quarter": lambda day: _months(day, size=3, shift=0),
    "last_quarter": lambda day: _months(day, size=3, shift=-1),
    "this_year": lambda day: _months(day, size=12, shift=0),
    "last_year": lambda day: _months(day, size=12, shift=-1),
}


def days_of(period: str, today: dt.date) -> Days:
    """First day of the period and first day after it.

    >>> days_of("last_quarter", dt.date(2026, 2, 14))
    (datetime.date(2025, 10, 1), datetime.date(2026, 1, 1))
    """
    return PERIODS[period](today)


def start_of(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """The instant a day starts in a zone, in UTC; where midnight is skipped, the first one."""
    return dt.datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(dt.UTC)
