"""Periods and their parts, cut in a time zone. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from atalaya.core.conditions.queries import days_of, start_of
from atalaya.engines.reports.ports import Span

LONGEST = 366 * 5  # days
MOST_STEPS = 60


class Step(StrEnum):
    """How a period is divided."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Period:
    """Whole days in a zone; ``end`` is the first day that no longer belongs."""

    first: dt.date
    end: dt.date
    zone: dt.tzinfo

    @property
    def span(self) -> Span:
        """The same as instants."""
        return Span(start_of(self.first, self.zone), start_of(self.end, self.zone))

    @property
    def last(self) -> dt.date:
        """The last day that belongs."""
        return self.end - dt.timedelta(days=1)

    @property
    def before(self) -> Period:
        """The period of as many days just before."""
        return Period(self.first - (self.end - self.first), self.first, self.zone)

    def steps(self) -> tuple[Step, list[Period]]:
        """The period in days, weeks from Monday, or months: the finest that stays readable."""
        days = (self.end - self.first).days
        step = Step.DAY if days <= 31 else Step.WEEK if days <= 26 * 7 else Step.MONTH
        found: list[Period] = []
        start = self.first
        while start < self.end:
            end = min(_next(start, step), self.end)
            found.append(Period(start, end, self.zone))
            start = end
        return step, found


def named(name: str, today: dt.date, zone: dt.tzinfo) -> Period:
    """A period by its name, such as ``this_month`` or ``last_30_days`` (today is the last day)."""
    if name.startswith("last_") and name.endswith("_days"):
        days = int(name.removeprefix("last_").removesuffix("_days"))
        end = today + dt.timedelta(days=1)
        return Period(end - dt.timedelta(days=days), end, zone)
    first, end = days_of(name, today)
    return Period(first, end, zone)


def between(first: dt.date, last: dt.date, zone: dt.tzinfo) -> Period:
    """The days from ``first`` to ``last``, both included, at most ``LONGEST`` of them."""
    first, last = min(first, last), max(first, last)
    first = max(first, last - dt.timedelta(days=LONGEST - 1))
    return Period(first, last + dt.timedelta(days=1), zone)


def _next(day: dt.date, step: Step) -> dt.date:
    if step is Step.DAY:
        return day + dt.timedelta(days=1)
    if step is Step.WEEK:
        return day + dt.timedelta(days=7 - day.weekday())
    return dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)
