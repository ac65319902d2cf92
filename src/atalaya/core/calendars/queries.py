"""Calendars as others use them: which one holds, its hours, and reckoning with them."""

from __future__ import annotations

import datetime as dt
import json
from functools import lru_cache

from atalaya.core.calendars.arithmetic import (
    AtClosing,
    DayMeans,
    Pause,
    after,
    after_days,
    between,
    due,
    is_open,
    next_opening,
)
from atalaya.core.calendars.hours import Hours, NeverOpens
from atalaya.core.calendars.models import Calendar
from atalaya.core.calendars.planning import hours_from, public_holidays
from atalaya.kernel.errors import NotFound
from atalaya.kernel.languages import say

__all__ = [
    "AtClosing",
    "DayMeans",
    "Hours",
    "NeverOpens",
    "Pause",
    "after",
    "after_days",
    "between",
    "days_that_differ",
    "default_calendar",
    "due",
    "hours_of",
    "is_open",
    "next_opening",
]


def default_calendar() -> Calendar:
    """The calendar that holds where none is named; there is always one."""
    return Calendar.objects.get(is_default=True)


def calendars_in_use() -> list[Calendar]:
    """Calendars that may be chosen, the default one first."""
    return list(Calendar.objects.filter(is_active=True).order_by("-is_default", "pk"))


def every_calendar() -> list[Calendar]:
    """All of them for the settings: the default first, those switched off last."""
    return list(Calendar.objects.order_by("-is_default", "-is_active", "pk"))


def calendar_with(pk: int) -> Calendar:
    """The calendar with this id. Raises NotFound."""
    found = Calendar.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def hours_of(calendar: Calendar) -> Hours:
    """The opening hours of a calendar, ready to reckon with; the same plan is reckoned once."""
    plan = json.dumps([calendar.week, calendar.own_days], sort_keys=True)
    return _hours(calendar.zone, calendar.country, calendar.region, plan)


@lru_cache(maxsize=128)
def _hours(zone: str, country: str, region: str, plan: str) -> Hours:
    week, own_days = json.loads(plan)
    return hours_from(zone, week, country, region, own_days)


def days_that_differ(calendar: Calendar, year: int, language: str = "en") -> dict[dt.date, str]:
    """Public holidays and own days of a year with their names, in order."""
    found = dict(public_holidays(calendar.country, calendar.region, year, language))
    special = hours_of(calendar).special_days(year)
    for day in calendar.own_days:
        date = dt.date.fromisoformat(day["date"])
        for candidate in special:
            same_day = (candidate.month, candidate.day) == (date.month, date.day)
            if candidate == date or (day["every_year"] and same_day):
                found[candidate] = say(day["names"], language)
    return dict(sorted(found.items()))
