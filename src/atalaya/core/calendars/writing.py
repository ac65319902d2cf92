"""Hours and own days as lines of text that people write and read. Pure.

A day of the week is ``09:00-14:00, 16:00-19:00``; an own day is a line such as ``2026-12-24
09:00-13:00 yearly Christmas Eve``: a date, its hours if it is open at all, “yearly” (or “anual”) if
it comes back, its name.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from atalaya.core.calendars.errors import CalendarIsWrong

YEARLY = {"en": "yearly", "es": "anual"}
_SPAN = re.compile(r"(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})")
_LINE = re.compile(
    r"(?P<date>\S+)(?P<hours>(?:[\s,]+\d{1,2}:\d{2}\s*[-–]\s*\d{1,2}:\d{2})*)"
    r"(?P<yearly>\s+(?:yearly|anual)(?!\S))?(?P<name>.*)"
)


def hours_read(text: str, *, at: str) -> list[list[str]]:
    """The intervals in a line; an empty one is a closed day. Raises CalendarIsWrong.

    >>> hours_read("9:00-14:00, 16:00 – 19:00", at="week.mon")
    [['09:00', '14:00'], ['16:00', '19:00']]
    """
    spans = _SPAN.findall(text)
    if _SPAN.sub("", text).strip(" ,;"):
        raise CalendarIsWrong(at=at, reason=_("Write hours as 09:00-14:00, 16:00-19:00."))
    return [[opens.zfill(5), closes.zfill(5)] for opens, closes in spans]


def hours_written(hours: list[list[str]]) -> str:
    """The same as a line.

    >>> hours_written([["09:00", "14:00"], ["16:00", "19:00"]])
    '09:00-14:00, 16:00-19:00'
    """
    return ", ".join("-".join(pair) for pair in hours)


def own_days_read(text: str, language: str) -> list[dict[str, Any]]:
    """Own days, one a line; names are in ``language``. Raises CalendarIsWrong."""
    found = []
    for number, line in enumerate(filter(None, map(str.strip, text.splitlines()))):
        match = _LINE.fullmatch(line)
        assert match is not None  # every line without a break has a first word
        name = match["name"].strip()
        found.append(
            {
                "date": match["date"],
                "hours": hours_read(match["hours"], at=f"own_days.{number}"),
                "every_year": bool(match["yearly"]),
                "names": {language: name} if name else {},
            }
        )
    return found


def own_days_written(days: list[dict[str, Any]], language: str) -> str:
    """The same as lines."""
    lines = []
    for day in days:
        names = day["names"]
        parts = [
            day["date"],
            hours_written(day["hours"]),
            YEARLY.get(language, "yearly") if day["every_year"] else "",
            names.get(language) or next(iter(names.values()), ""),
        ]
        lines.append(" ".join(part for part in parts if part))
    return "\n".join(lines)


def with_names_kept(
    days: list[dict[str, Any]], before: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Days with the names they had in other languages, as long as the date stays."""
    known = {day["date"]: day["names"] for day in before}
    return [{**day, "names": known.get(day["date"], {}) | day["names"]} for day in days]
