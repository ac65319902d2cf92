"""Opening hours as a value: a weekly plan in a time zone, with days that differ.

An instant is open when the wall clock of the zone then reads a time inside one of the intervals of
that day. That one sentence decides daylight saving too: an hour the clock skips is not open, an
hour it repeats is open twice.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from zoneinfo import ZoneInfo

DAY = 24 * 3600
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICRO = 1_000_000
_REACH = 18 * 3600  # no zone is further than this from UTC

Interval = tuple[int, int]
"""Seconds after local midnight: opening, and the closing that no longer belongs (≤ 86 400)."""

Intervals = tuple[Interval, ...]
Week = tuple[Intervals, Intervals, Intervals, Intervals, Intervals, Intervals, Intervals]


class NeverOpens(ValueError):
    """These hours have no open time to count on (within the years that can be reckoned)."""


def no_special_days(_year: int) -> Mapping[dt.date, Intervals]:
    """For hours without holidays."""
    return {}


def joined(intervals: Intervals) -> Intervals:
    """The intervals in order, those that touch or overlap made one.

    >>> joined(((7200, 10800), (0, 3600), (3600, 5400)))
    ((0, 5400), (7200, 10800))
    """
    found: list[Interval] = []
    for start, end in sorted(pair for pair in intervals if pair[0] < pair[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


@dataclass(frozen=True)
class Stretch:
    """The open time of a year (UTC) in microseconds: parallel lists, and what came before each."""

    starts: list[int]
    ends: list[int]
    before: list[int]
    total: int


@dataclass(frozen=True)
class Hours:
    """A weekly plan (Monday first) in a zone; ``special_days`` gives a year's days that differ.

    A special day without intervals is closed. A year of the plan is reckoned once and kept, so that
    asking is a binary search however far apart two instants are.
    """

    zone: ZoneInfo
    week: Week
    special_days: Callable[[int], Mapping[dt.date, Intervals]] = no_special_days
    _stretches: dict[int, Stretch] = field(default_factory=dict, compare=False, repr=False)
    _special: dict[int, Mapping[dt.date, Intervals]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def on(self, day: dt.date) -> Intervals:
        """The open intervals of a day on the wall clock."""
        special = self._special.get(day.year)
        if special is None:
            special = self._special[day.year] = self.special_days(day.year)
        found = special.get(day)
        return joined(self.week[day.weekday()] if found is None else found)

    def is_working_day(self, day: dt.date) -> bool:
        """Whether there is any open time on that day of the plan."""
        return bool(self.on(day))

    def year(self, year: int) -> Stretch:
        """The open time of a year as stretches of microseconds since 1970."""
        found = self._stretches.get(year)
        if found is None:
            if not 2 <= year <= 9998:
                raise NeverOpens("beyond the years that can be reckoned")
            found = self._stretches[year] = self._reckon(year)
        return found

    def _reckon(self, year: int) -> Stretch:
        first, end = _seconds(dt.datetime(year, 1, 1)), _seconds(dt.datetime(year + 1, 1, 1))  # noqa: DTZ001 - read as UTC
        day, pieces = dt.date(year, 1, 1) - dt.timedelta(days=1), []
        for _step in range(368):
            pieces += self._pieces(day)
            day += dt.timedelta(days=1)
        kept = joined(tuple((max(start, first), min(stop, end)) for start, stop in pieces))
        starts = [start * _MICRO for start, _stop in kept]
        ends = [stop * _MICRO for _start, stop in kept]
        sums = list(accumulate((b - a for a, b in zip(starts, ends, strict=True)), initial=0))
        return Stretch(starts, ends, sums[:-1], sums[-1])

    def _pieces(self, day: dt.date) -> list[Interval]:
        """The open time of a local day in UTC seconds; several pieces where the clock changes."""
        intervals = self.on(day)
        if not intervals:
            return []
        midnight = (day - dt.date(1970, 1, 1)).days * DAY
        pieces = []
        for start, end, offset in self._offsets(midnight - _REACH, midnight + DAY + _REACH):
            for opens, closes in intervals:
                piece = (
                    max(midnight + opens - offset, start),
                    min(midnight + closes - offset, end),
                )
                if piece[0] < piece[1]:
                    pieces.append(piece)
        return pieces

    def _offsets(self, start: int, end: int) -> list[tuple[int, int, int]]:
        """Stretches of UTC seconds in which the zone's offset is constant, with that offset."""
        found, here, offset = [], start, self._offset(start)
        if offset == self._offset(end):
            return [(start, end, offset)]
        for probe in [*range(start + 3600, end, 3600), end]:
            if self._offset(probe) != offset:
                change = self._change_between(max(here, probe - 3600), probe, offset)
                found.append((here, change, offset))
                here, offset = change, self._offset(change)
        return [*found, (here, end, offset)]

    def _change_between(self, low: int, high: int, offset: int) -> int:
        """The first second after ``low`` at which the offset is no longer ``offset``."""
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._offset(middle) == offset else (low, middle)
        return high

    def _offset(self, second: int) -> int:
        moment = (_EPOCH + dt.timedelta(seconds=second)).astimezone(self.zone)
        offset = moment.utcoffset()
        assert offset is not None
        return int(offset.total_seconds())


def micros(moment: dt.datetime) -> int:
    """An aware instant as microseconds since 1970."""
    return (moment.astimezone(dt.UTC) - _EPOCH) // dt.timedelta(microseconds=1)


def instant(count: int) -> dt.datetime:
    """Microseconds since 1970 as an aware instant in UTC."""
    return _EPOCH + dt.timedelta(microseconds=count)


def stretch_at(stretch: Stretch, count: int) -> int:
    """Index of the last stretch starting at or before ``count``; -1 if there is none."""
    return bisect_right(stretch.starts, count) - 1


def _seconds(naive: dt.datetime) -> int:
    return int((naive.replace(tzinfo=dt.UTC) - _EPOCH).total_seconds())
