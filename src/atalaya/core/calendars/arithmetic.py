"""Business time: how much of it lies between two instants, and where an amount of it ends.

Everything is reckoned in UTC, exact to the microsecond; nothing here reads a database or the clock.
Amounts and results are ``timedelta``; a plain integer is taken as seconds.

    >>> from zoneinfo import ZoneInfo
    >>> from atalaya.core.calendars.hours import Hours
    >>> office = ((9 * 3600, 17 * 3600),)
    >>> hours = Hours(ZoneInfo("Europe/Madrid"), (office,) * 5 + ((), ()))
    >>> friday = dt.datetime(2026, 3, 27, 15, 0, tzinfo=dt.UTC)  # 16:00 in Madrid
    >>> monday = after(hours, friday, 2 * 3600)                  # over the change to summer time
    >>> monday.isoformat()
    '2026-03-30T08:00:00+00:00'
    >>> between(hours, friday, monday)
    datetime.timedelta(seconds=7200)
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from enum import StrEnum

from atalaya.core.calendars.hours import Hours, NeverOpens, instant, micros, stretch_at

Pause = tuple[dt.datetime, dt.datetime]
Amount = dt.timedelta | int
_ZERO = dt.timedelta()
_YEARS_AHEAD = 30  # hours without open time in so many years never open


class AtClosing(StrEnum):
    """Where an amount ends that is used up exactly at closing time."""

    STAYS = "stays"  # due at closing time
    MOVES = "moves"  # due at the next opening


class DayMeans(StrEnum):
    """What one day of a target is."""

    WORKING_DAY = "working_day"  # the same time of day, one working day later
    DAY_OF_HOURS = "day_of_hours"  # 24 hours of open time


def is_open(hours: Hours, moment: dt.datetime) -> bool:
    """Whether it is open at that instant; at closing time it no longer is."""
    count = micros(moment)
    year = hours.year(moment.astimezone(dt.UTC).year)
    at = stretch_at(year, count)
    return at >= 0 and count < year.ends[at]


def between(
    hours: Hours, start: dt.datetime, end: dt.datetime, *, pauses: Iterable[Pause] = ()
) -> dt.timedelta:
    """Open time from ``start`` to ``end`` without the pauses; none when ``end`` comes first."""
    start, end = start.astimezone(dt.UTC), end.astimezone(dt.UTC)
    if end <= start:
        return _ZERO
    worked = _worked(hours, start, end)
    for begin, finish in merged(pauses):
        low, high = max(begin, start), min(finish, end)
        if low < high:
            worked -= _worked(hours, low, high)
    return dt.timedelta(microseconds=worked)


def after(
    hours: Hours,
    start: dt.datetime,
    amount: Amount,
    *,
    pauses: Iterable[Pause] = (),
    at_closing: AtClosing = AtClosing.STAYS,
) -> dt.datetime:
    """The first instant by which ``amount`` of open time outside the pauses has passed.

    A negative amount counts backwards (without pauses), to the last such instant. An amount of
    nothing moves a closed instant to the next opening. Raises NeverOpens.
    """
    left = amount if isinstance(amount, dt.timedelta) else dt.timedelta(seconds=amount)
    start = start.astimezone(dt.UTC)
    if left < _ZERO:
        if tuple(pauses):
            raise ValueError("pauses are only known forwards")
        return instant(_backward(hours, micros(start), -left // _MICROSECOND))
    for begin, finish in merged(pauses):
        if finish <= start:
            continue
        if begin >= _ends(hours, start, left, AtClosing.STAYS):
            break
        left -= between(hours, start, begin)
        start = finish
    return _ends(hours, start, left, at_closing)


def after_days(
    hours: Hours,
    start: dt.datetime,
    days: int,
    *,
    pauses: Iterable[Pause] = (),
    at_end_of_day: bool = False,
    at_closing: AtClosing = AtClosing.STAYS,
) -> dt.datetime:
    """The same time of day on the so-many-th working day that follows; negative counts back.

    A time at which that day is not open becomes the next opening of the same day, else its last
    closing; ``at_end_of_day`` asks for that closing outright. Open time lost to pauses before the
    due instant is added behind it. Raises NeverOpens.
    """
    start = start.astimezone(dt.UTC)
    due = _same_time(hours, _shifted(hours, start, days), start, last=at_end_of_day)
    for begin, finish in merged(pauses):
        lost = between(hours, max(begin, start), finish)
        if begin < due and lost > _ZERO:
            due = after(hours, due, lost)
    return after(hours, due, 0, at_closing=at_closing) if days >= 0 else due


def due(
    hours: Hours,
    start: dt.datetime,
    *,
    days: int,
    day_means: DayMeans,
    pauses: Iterable[Pause] = (),
    at_closing: AtClosing = AtClosing.STAYS,
) -> dt.datetime:
    """Where ``days`` end under either meaning of a day. Raises NeverOpens."""
    if day_means is DayMeans.WORKING_DAY:
        return after_days(hours, start, days, pauses=pauses, at_closing=at_closing)
    return after(hours, start, dt.timedelta(days=days), pauses=pauses, at_closing=at_closing)


def next_opening(hours: Hours, moment: dt.datetime) -> dt.datetime:
    """The instant itself when it is open, else the next one that is. Raises NeverOpens."""
    return instant(_forward(hours, micros(moment), 0, AtClosing.MOVES))


def merged(pauses: Iterable[Pause]) -> Sequence[Pause]:
    """The pauses in order, those that touch or overlap made one, empty ones left out."""
    found: list[Pause] = []
    in_utc = ((begin.astimezone(dt.UTC), finish.astimezone(dt.UTC)) for begin, finish in pauses)
    for begin, finish in sorted(pause for pause in in_utc if pause[0] < pause[1]):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(finish, found[-1][1]))
        else:
            found.append((begin, finish))
    return found


_MICROSECOND = dt.timedelta(microseconds=1)


def _ends(hours: Hours, start: dt.datetime, amount: dt.timedelta, at: AtClosing) -> dt.datetime:
    return instant(_forward(hours, micros(start), amount // _MICROSECOND, at))


def _worked(hours: Hours, start: dt.datetime, end: dt.datetime) -> int:
    """Open microseconds from ``start`` to a later ``end``."""
    first, last = start.astimezone(dt.UTC).year, end.astimezone(dt.UTC).year
    years = sum(hours.year(year).total for year in range(first, last))
    return years + _so_far(hours, last, micros(end)) - _so_far(hours, first, micros(start))


def _so_far(hours: Hours, year: int, count: int) -> int:
    """Open microseconds from the start of the year to an instant in it."""
    stretch = hours.year(year)
    at = stretch_at(stretch, count)
    if at < 0:
        return 0
    return stretch.before[at] + min(count, stretch.ends[at]) - stretch.starts[at]


def _forward(hours: Hours, start: int, amount: int, at_closing: AtClosing) -> int:
    """The first instant, not before ``start``, by which ``amount`` has passed.

    Where that is a closing time, the loop goes on to the next stretch if it lies before ``start``
    (nothing was asked of a closed instant) or is not wanted.
    """
    year = instant(start).year
    wanted = _so_far(hours, year, start) + amount
    for _step in range(_YEARS_AHEAD):
        stretch = hours.year(year)
        for at in range(max(0, bisect_left(stretch.before, wanted) - 1), len(stretch.starts)):
            here = stretch.starts[at] + wanted - stretch.before[at]
            fits = here < stretch.ends[at] or (
                here == stretch.ends[at] and at_closing is AtClosing.STAYS
            )
            if fits and here >= start:
                return here
        wanted -= stretch.total
        year += 1
    raise NeverOpens("no open time ahead")


def _backward(hours: Hours, start: int, amount: int) -> int:
    """The last instant from which ``amount`` (more than nothing) passes until ``start``."""
    year = instant(start).year
    left = _so_far(hours, year, start)
    for _step in range(_YEARS_AHEAD):
        if amount <= left:
            stretch, wanted = hours.year(year), left - amount
            at = bisect_right(stretch.before, wanted) - 1
            return stretch.starts[at] + wanted - stretch.before[at]
        amount -= left
        year -= 1
        left = hours.year(year).total
    raise NeverOpens("no open time behind")


def _shifted(hours: Hours, start: dt.datetime, days: int) -> dt.date:
    """The local day so many working days away; none from a closed day is the next working one."""
    day, step = start.astimezone(hours.zone).date(), 1 if days >= 0 else -1
    left = abs(days) if days or hours.is_working_day(day) else 1
    closed = 0
    while left:
        day += dt.timedelta(days=step)
        if hours.is_working_day(day):
            left, closed = left - 1, 0
        else:
            closed += 1
        if closed > _YEARS_AHEAD * 366:
            raise NeverOpens("no working day")
    return day


def _same_time(hours: Hours, day: dt.date, start: dt.datetime, *, last: bool) -> dt.datetime:
    """The time of day of ``start`` on ``day``, kept within its open intervals."""
    local = start.astimezone(hours.zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    time = local.replace(tzinfo=None) - midnight
    intervals = [tuple(dt.timedelta(seconds=s) for s in pair) for pair in hours.on(day)]
    fitting = [max(time, opens) for opens, closes in intervals if time <= closes]
    chosen = intervals[-1][1] if last or not fitting else fitting[0]
    wall = dt.datetime.combine(day, dt.time()) + chosen
    return wall.replace(tzinfo=hours.zone).astimezone(dt.UTC)
