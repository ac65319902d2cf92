"""Business time holds its laws in real time zones, over the changes of the clock."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atalaya.core.calendars import arithmetic
from atalaya.core.calendars.arithmetic import (
    AtClosing,
    DayMeans,
    after,
    after_days,
    between,
    due,
    is_open,
    merged,
    next_opening,
)
from atalaya.core.calendars.hours import Hours, Intervals, NeverOpens, joined

ZONES = [
    "UTC",
    "Europe/Madrid",
    "Europe/London",
    "America/New_York",
    "America/Santiago",  # the clock changes at midnight
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # by half an hour
    "Pacific/Apia",  # left out 2011-12-30
    "Africa/Casablanca",
]
SECOND = dt.timedelta(seconds=1)
OFFICE: Intervals = ((9 * 3600, 17 * 3600),)
NIGHT: Intervals = ((0, 6 * 3600), (22 * 3600, 24 * 3600))
MADRID = Hours(ZoneInfo("Europe/Madrid"), (OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, (), ()))

minutes = st.integers(0, 96).map(lambda quarter: quarter * 900)
plans = st.lists(st.tuples(minutes, minutes), max_size=3).map(lambda pairs: joined(tuple(pairs)))


@st.composite
def some_hours(draw: st.DrawFn) -> Hours:
    week = draw(st.tuples(*[plans] * 7).filter(any))
    special = draw(
        st.dictionaries(st.dates(dt.date(2010, 1, 1), dt.date(2012, 12, 31)), plans, max_size=5)
    )
    return Hours(ZoneInfo(draw(st.sampled_from(ZONES))), week, lambda _year: special)


near_changes = st.sampled_from(
    [
        dt.datetime(2011, 3, 27, tzinfo=dt.UTC),
        dt.datetime(2011, 10, 30, tzinfo=dt.UTC),
        dt.datetime(2011, 4, 3, tzinfo=dt.UTC),
        dt.datetime(2011, 10, 16, tzinfo=dt.UTC),
        dt.datetime(2011, 5, 8, tzinfo=dt.UTC),
        dt.datetime(2011, 8, 21, tzinfo=dt.UTC),
        dt.datetime(2011, 12, 30, tzinfo=dt.UTC),
        dt.datetime(2011, 12, 31, 23, tzinfo=dt.UTC),
    ]
)
moments = st.builds(
    lambda start, shift: start + dt.timedelta(microseconds=shift),
    near_changes,
    st.integers(-3 * 86400, 3 * 86400).map(lambda second: second * 1_000_000)
    | st.integers(-(10**12), 10**12),
)
amounts = st.integers(0, 14 * 86400 * 1_000_000).map(lambda count: dt.timedelta(microseconds=count))
pauses = st.lists(st.tuples(moments, moments), max_size=4)


def wall_says_open(hours: Hours, moment: dt.datetime) -> bool:
    local = moment.astimezone(hours.zone)
    second = local.hour * 3600 + local.minute * 60 + local.second + local.microsecond / 1e6
    return any(opens <= second < closes for opens, closes in hours.on(local.date()))


@given(some_hours(), moments)
def test_open_is_what_the_clock_on_the_wall_says(hours: Hours, moment: dt.datetime) -> None:
    assert is_open(hours, moment) is wall_says_open(hours, moment)


@settings(max_examples=60)
@given(some_hours(), near_changes, st.integers(-96, 96), st.integers(0, 400))
def test_between_is_the_sum_of_its_quarters(
    hours: Hours, near: dt.datetime, shift: int, quarters: int
) -> None:
    quarter = dt.timedelta(minutes=15)
    start = near + shift * quarter
    ticks = [start + quarter * n for n in range(quarters)]
    expected = sum((quarter for tick in ticks if wall_says_open(hours, tick)), dt.timedelta())
    assert between(hours, start, start + quarters * quarter) == expected


@given(some_hours(), moments, amounts)
def test_after_and_between_are_inverse(
    hours: Hours, start: dt.datetime, amount: dt.timedelta
) -> None:
    end = after(hours, start, amount)
    assert end >= start
    assert between(hours, start, end) == amount
    assert between(hours, end, start) == dt.timedelta()


@given(some_hours(), moments, amounts.filter(bool))
def test_after_is_the_first_such_instant(
    hours: Hours, start: dt.datetime, amount: dt.timedelta
) -> None:
    end = after(hours, start, amount)
    assert between(hours, start, end - dt.timedelta(microseconds=1)) < amount


@given(some_hours(), moments, amounts.filter(bool))
def test_counting_back_is_the_last_such_instant(
    hours: Hours, end: dt.datetime, amount: dt.timedelta
) -> None:
    start = after(hours, end, -amount)
    assert start <= end
    assert between(hours, start, end) == amount
    assert between(hours, start + dt.timedelta(microseconds=1), end) < amount


@given(some_hours(), st.lists(moments, min_size=3, max_size=3), pauses)
def test_cutting_an_interval_adds_up(
    hours: Hours, cuts: list[dt.datetime], pauses: list[tuple[dt.datetime, dt.datetime]]
) -> None:
    a, b, c = sorted(cuts)
    whole = between(hours, a, c, pauses=pauses)
    assert whole == between(hours, a, b, pauses=pauses) + between(hours, b, c, pauses=pauses)


@given(some_hours(), moments, moments, pauses)
def test_never_more_working_than_elapsed(
    hours: Hours, a: dt.datetime, b: dt.datetime, pauses: list[tuple[dt.datetime, dt.datetime]]
) -> None:
    a, b = min(a, b), max(a, b)
    paused = between(hours, a, b, pauses=pauses)
    assert dt.timedelta() <= paused <= between(hours, a, b) <= b - a


@given(some_hours(), moments, amounts, pauses)
def test_with_pauses_the_amount_passes_outside_them(
    hours: Hours,
    start: dt.datetime,
    amount: dt.timedelta,
    pauses: list[tuple[dt.datetime, dt.datetime]],
) -> None:
    end = after(hours, start, amount, pauses=pauses)
    assert between(hours, start, end, pauses=pauses) == amount
    assert end >= after(hours, start, amount)


@given(some_hours(), moments, amounts)
def test_due_at_closing_moves_to_an_open_instant(
    hours: Hours, start: dt.datetime, amount: dt.timedelta
) -> None:
    moved = after(hours, start, amount, at_closing=AtClosing.MOVES)
    assert is_open(hours, moved)
    assert between(hours, start, moved) == amount
    assert moved == next_opening(hours, after(hours, start, amount))


@given(some_hours(), moments, st.integers(1, 12))
def test_working_days_keep_the_time_of_day_within_the_hours(
    hours: Hours, start: dt.datetime, days: int
) -> None:
    end = after_days(hours, start, days)
    assert end > start
    day = start.astimezone(hours.zone).date()
    passed = 0
    while passed < days:
        day += dt.timedelta(days=1)
        passed += hours.is_working_day(day)
    assert end.astimezone(hours.zone).date() >= day - dt.timedelta(days=1)


@given(some_hours(), moments, moments, st.sampled_from(ZONES))
def test_the_zone_in_which_an_instant_is_given_does_not_matter(
    hours: Hours, a: dt.datetime, b: dt.datetime, zone: str
) -> None:
    there = ZoneInfo(zone)
    assert between(hours, a.astimezone(there), b.astimezone(there)) == between(hours, a, b)
    assert merged([(a.astimezone(there), b.astimezone(there))]) == merged([(a, b)])


def madrid(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Madrid"))


def test_the_hour_that_spring_skips_is_not_worked() -> None:
    night = Hours(ZoneInfo("Europe/Madrid"), (NIGHT,) * 7)
    assert (
        between(night, madrid("2026-03-28 22:00"), madrid("2026-03-29 06:00")) == 7 * 3600 * SECOND
    )
    assert (
        between(night, madrid("2026-10-24 22:00"), madrid("2026-10-25 06:00")) == 9 * 3600 * SECOND
    )


def test_due_exactly_at_closing_stays_or_moves_as_is_chosen() -> None:
    start = madrid("2026-03-27 15:00")
    assert after(MADRID, start, 7200) == madrid("2026-03-27 17:00")
    assert after(MADRID, start, 7200, at_closing=AtClosing.MOVES) == madrid("2026-03-30 09:00")


def test_a_day_is_a_working_day_or_24_hours_of_open_time() -> None:
    start = madrid("2026-03-26 11:00")  # a Thursday
    assert due(MADRID, start, days=2, day_means=DayMeans.WORKING_DAY) == madrid("2026-03-30 11:00")
    assert due(MADRID, start, days=1, day_means=DayMeans.DAY_OF_HOURS) == madrid("2026-03-31 11:00")


def test_a_time_when_that_day_is_closed_becomes_open_time_of_that_day() -> None:
    assert after_days(MADRID, madrid("2026-03-26 07:00"), 1) == madrid("2026-03-27 09:00")
    assert after_days(MADRID, madrid("2026-03-26 20:00"), 1) == madrid("2026-03-27 17:00")
    assert after_days(MADRID, madrid("2026-03-28 12:00"), 0) == madrid("2026-03-30 12:00")


def test_hours_that_never_open_are_told() -> None:
    never = Hours(ZoneInfo("UTC"), ((), (), (), (), (), (), ()))
    start = madrid("2026-01-01")
    for amount in (1, 0, -1):
        with pytest.raises(NeverOpens):
            after(never, start, amount)
    with pytest.raises(NeverOpens):
        after_days(never, start, 1)
    assert between(never, madrid("2026-01-01"), madrid("2027-01-01")) == dt.timedelta()


def test_a_day_that_the_zone_left_out_is_not_worked() -> None:
    day: Intervals = ((0, 86400),)
    always = Hours(ZoneInfo("Pacific/Apia"), (day, day, day, day, day, day, day))
    start = dt.datetime(2011, 12, 28, tzinfo=dt.UTC)
    assert between(always, start, start + dt.timedelta(days=4)) == dt.timedelta(days=4)
    assert arithmetic.is_open(always, start)
