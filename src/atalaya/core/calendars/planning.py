"""What a written plan means: the JSON of a calendar checked, and turned into hours.

A week is ``{"mon": [["09:00", "14:00"], ["16:00", "19:00"]], …}``; a day that is not named is
closed, and a day may close at ``24:00``. An own day is ``{"date": "2026-12-24", "names": {"en":
"Christmas Eve"}, "hours": [["09:00", "13:00"]], "every_year": true}``; without hours it is closed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import holidays
from django.utils.translation import gettext as _

from atalaya.core.calendars.errors import CalendarIsWrong
from atalaya.core.calendars.hours import Hours, Intervals, Week
from atalaya.kernel.languages import LANGUAGES

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_INTERVALS = 12  # a day
MOST_OWN_DAYS = 1000
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_OWN_DAY_KEYS = {"date", "names", "hours", "every_year"}


def checked_week(week: Any) -> dict[str, list[list[str]]]:
    """The week in order, days without hours left out. Raises CalendarIsWrong with the place."""
    if not isinstance(week, Mapping) or not set(week) <= set(WEEKDAYS):
        raise _wrong("week", _("A week has the days %(days)s.") % {"days": ", ".join(WEEKDAYS)})
    found = {day: checked_hours(week.get(day, []), f"week.{day}") for day in WEEKDAYS}
    if not any(found.values()):
        raise _wrong("week", _("Open on at least one day of the week."))
    return {day: hours for day, hours in found.items() if hours}


def checked_hours(hours: Any, at: str) -> list[list[str]]:
    """The intervals of a day in order; they may touch but not overlap. Raises CalendarIsWrong."""
    if not isinstance(hours, list | tuple) or len(hours) > MOST_INTERVALS:
        limit = {"limit": MOST_INTERVALS}
        raise _wrong(at, _("Give a day at most %(limit)d times from … to ….") % limit)
    pairs = sorted([_interval(pair, at) for pair in hours])
    for earlier, later in pairwise(pairs):
        if later[0] < earlier[1]:
            facts = {"one": "–".join(earlier), "other": "–".join(later)}
            raise _wrong(at, _("%(one)s and %(other)s overlap.") % facts)
    return [list(pair) for pair in pairs]


def _interval(pair: Any, at: str) -> tuple[str, str]:
    texts = list(pair) if isinstance(pair, list | tuple) else []
    if len(texts) != 2 or not all(isinstance(t, str) and _TIME.fullmatch(t) for t in texts):
        raise _wrong(at, _("Write times as 09:00; a day may close at 24:00."))
    if texts[0] >= texts[1]:
        facts = {"from": texts[0], "to": texts[1]}
        raise _wrong(at, _("%(from)s is not before %(to)s.") % facts)
    return texts[0], texts[1]


def checked_own_days(days: Any) -> list[dict[str, Any]]:
    """Own days in order of date, each date once. Raises CalendarIsWrong with the place."""
    if not isinstance(days, list) or len(days) > MOST_OWN_DAYS:
        limit = {"limit": MOST_OWN_DAYS}
        raise _wrong("own_days", _("Give at most %(limit)d days of your own.") % limit)
    found: dict[str, dict[str, Any]] = {}
    for number, day in enumerate(days):
        at = f"own_days.{number}"
        if not isinstance(day, Mapping) or not set(day) <= _OWN_DAY_KEYS or "date" not in day:
            raise _wrong(at, _("A day of your own has a date, a name and its hours."))
        date = _date(day["date"], at).isoformat()
        if date in found:
            raise _wrong(at, _("%(date)s is there twice.") % {"date": date})
        found[date] = {
            "date": date,
            "names": checked_names(day.get("names", {}), at),
            "hours": checked_hours(day.get("hours", []), at),
            "every_year": bool(day.get("every_year", False)),
        }
    return [found[date] for date in sorted(found)]


def _date(text: Any, at: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except (TypeError, ValueError):
        raise _wrong(at, _("Write a date as 2026-12-24.")) from None


def checked_names(names: Any, at: str) -> dict[str, str]:
    """A short text per language, empty ones left out. Raises CalendarIsWrong."""
    good = isinstance(names, Mapping) and all(
        code in LANGUAGES and isinstance(text, str) and len(text) <= 120
        for code, text in names.items()
    )
    if not good:
        raise _wrong(at, _("Give a name of at most 120 letters for each language."))
    return {code: text.strip() for code, text in names.items() if text.strip()}


def checked_zone(zone: Any) -> str:
    """The name of a time zone that exists. Raises CalendarIsWrong."""
    if not isinstance(zone, str) or zone not in available_timezones():
        raise _wrong("zone", _("There is no time zone “%(zone)s”.") % {"zone": zone})
    return zone


def checked_region(country: Any, region: Any) -> tuple[str, str]:
    """A country and region whose holidays are known; both may be empty. Raises CalendarIsWrong."""
    known = holidays.list_supported_countries()
    if country and country not in known:
        raise _wrong(
            "country", _("The holidays of “%(place)s” are not known.") % {"place": country}
        )
    if region and (not country or region not in known[country]):
        raise _wrong("region", _("The holidays of “%(place)s” are not known.") % {"place": region})
    return str(country or ""), str(region or "")


def _wrong(at: str, reason: str) -> CalendarIsWrong:
    return CalendarIsWrong(at=at, reason=reason)


@lru_cache(maxsize=256)
def public_holidays(country: str, region: str, year: int, language: str = "") -> dict[dt.date, str]:
    """The public holidays of a year with their names, in ``language`` where the library has it."""
    if not country:
        return {}
    spoken = _languages_of(country).get(language)
    found = holidays.country_holidays(country, subdiv=region or None, years=year, language=spoken)
    return {day: str(name) for day, name in found.items()}


@lru_cache(maxsize=64)
def _languages_of(country: str) -> dict[str, str]:
    """Language codes of a country's holidays by their first part: ``en`` leads to ``en_US``."""
    codes = holidays.list_localized_countries().get(country, [])
    return {code.split("_")[0]: code for code in codes} | {code: code for code in codes}


def hours_from(
    zone: str, week: Mapping[str, Any], country: str, region: str, own_days: list[dict[str, Any]]
) -> Hours:
    """The hours of a checked plan. Own days go before public holidays, which are closed."""
    monday_first = [_seconds(week.get(day, [])) for day in WEEKDAYS]

    def special_days(year: int) -> Mapping[dt.date, Intervals]:
        found: dict[dt.date, Intervals] = dict.fromkeys(public_holidays(country, region, year), ())
        for day in own_days:
            date = _in_year(dt.date.fromisoformat(day["date"]), year, every=day["every_year"])
            if date is not None:
                found[date] = _seconds(day["hours"])
        return found

    mon, tue, wed, thu, fri, sat, sun = monday_first
    plan: Week = (mon, tue, wed, thu, fri, sat, sun)
    return Hours(ZoneInfo(zone), plan, special_days)


def _in_year(date: dt.date, year: int, *, every: bool) -> dt.date | None:
    """When an own day falls in a year; the 29th of February only where there is one."""
    if not every:
        return date if date.year == year else None
    try:
        return date.replace(year=year)
    except ValueError:
        return None


def _seconds(hours: list[list[str]]) -> Intervals:
    return tuple((_second(opens), _second(closes)) for opens, closes in hours)


def _second(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 3600 + int(minute) * 60
