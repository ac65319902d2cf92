"""Calendars an administrator writes: what is accepted, what it means, and which one holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from atalaya.core.calendars.actions import make_default, save_calendar
from atalaya.core.calendars.errors import CalendarIsWrong, DefaultIsNeeded
from atalaya.core.calendars.models import Calendar
from atalaya.core.calendars.queries import (
    between,
    days_that_differ,
    default_calendar,
    hours_of,
    is_open,
)
from atalaya.core.calendars.starting import office_hours
from atalaya.core.journal.models import Entry
from atalaya.kernel.errors import NotAllowed


@dataclass(frozen=True)
class Somebody:
    """An actor who may do the named things; people are not known down here."""

    permissions: tuple[str, ...] = ("calendars.edit",)
    kind: str = "system"
    id: int | None = None
    acting_for_id: int | None = None

    def may(self, permission: str, on: Any = None) -> bool:
        return permission in self.permissions

    def must(self, permission: str, on: Any = None) -> None:
        if not self.may(permission):
            raise NotAllowed(permission=permission)


MAX = Somebody()
WEEK = {"mon": [["16:00", "19:00"], ["09:00", "14:00"]], "tue": [["00:00", "24:00"]]}
pytestmark = pytest.mark.django_db


def given_calendar(**fields: Any) -> Calendar:
    return save_calendar(by=MAX, **{"names": {"en": "Madrid"}, "week": WEEK, **fields})


def test_a_calendar_is_kept_in_order_and_told_to_the_journal() -> None:
    calendar = given_calendar(zone="Europe/Madrid")
    calendar.refresh_from_db()
    assert calendar.week["mon"] == [["09:00", "14:00"], ["16:00", "19:00"]]
    entry = Entry.objects.get(name="calendars.changed", about_id=calendar.pk)
    assert entry.facts["fields"] == ["names", "week", "zone"]


def test_changing_counts_up_the_version_and_saying_the_same_does_not() -> None:
    calendar = given_calendar()
    same = save_calendar(calendar, by=MAX, week=WEEK)
    assert same.version == 1
    changed = save_calendar(calendar, by=MAX, week={"wed": [["08:00", "10:00"]]})
    assert (changed.version, Entry.objects.filter(about_id=calendar.pk).count()) == (2, 2)


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"week": {"mon": [["09:00", "12:00"], ["11:59", "13:00"]]}}, "week.mon"),
        ({"week": {"mon": [["12:00", "09:00"]]}}, "week.mon"),
        ({"week": {"mon": [["9:00", "12:00"]]}}, "week.mon"),
        ({"week": {"mon": [["09:00", "24:30"]]}}, "week.mon"),
        ({"week": {"mon": [["09:00"]]}}, "week.mon"),
        ({"week": {"mon": "09:00-12:00"}}, "week.mon"),
        ({"week": {"someday": []}}, "week"),
        ({"week": {}}, "week"),
        ({"week": []}, "week"),
        ({"zone": "Europe/Nowhere"}, "zone"),
        ({"zone": 7}, "zone"),
        ({"country": "ZZ"}, "country"),
        ({"country": "ES", "region": "ZZ"}, "region"),
        ({"region": "MD"}, "region"),
        ({"names": {}}, "names"),
        ({"names": {"xx": "Oficina"}}, "names"),
        ({"own_days": [{"date": "2026-02-30"}]}, "own_days.0"),
        ({"own_days": [{"date": "2026-02-03"}, {"date": "2026-02-03"}]}, "own_days.1"),
        ({"own_days": [{"day": "2026-02-03"}]}, "own_days.0"),
        ({"own_days": [{"date": "2026-02-03", "hours": [["10:00", "09:00"]]}]}, "own_days.0"),
        ({"day_means": "aeon"}, "day_means"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_with_its_place(
    fields: dict[str, Any], at: str
) -> None:
    with pytest.raises(CalendarIsWrong) as caught:
        given_calendar(**fields)
    assert caught.value.at == at
    assert caught.value.sentence


def test_holidays_of_a_region_are_closed_and_own_days_go_before_them() -> None:
    calendar = given_calendar(
        zone="Europe/Madrid",
        week={day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        country="ES",
        region="MD",
        own_days=[
            {
                "date": "2020-12-24",
                "names": {"es": "Nochebuena"},
                "hours": [["09:00", "13:00"]],
                "every_year": True,
            },
            {"date": "2026-05-01", "hours": [["10:00", "12:00"]]},
        ],
    )
    madrid, hours = ZoneInfo("Europe/Madrid"), hours_of(calendar)
    worked = {
        (month, day): between(hours, start, start + dt.timedelta(days=1)) / dt.timedelta(hours=1)
        for month, day in [(1, 6), (5, 1), (12, 24), (12, 25), (12, 23)]
        for start in [dt.datetime(2026, month, day, tzinfo=madrid)]
    }
    assert worked == {(1, 6): 0, (5, 1): 2, (12, 24): 4, (12, 25): 0, (12, 23): 8}
    differ = days_that_differ(calendar, 2026, "es")
    assert differ[dt.date(2026, 12, 24)] == "Nochebuena"
    assert differ[dt.date(2026, 12, 25)].startswith("Natividad")
    assert days_that_differ(calendar, 2026, "en")[dt.date(2026, 12, 25)] == "Christmas Day"


def test_an_own_day_of_every_29th_of_february_is_there_in_leap_years_only() -> None:
    calendar = given_calendar(
        week={"sun": [["10:00", "11:00"]]},
        own_days=[{"date": "2024-02-29", "hours": [["08:00", "09:00"]], "every_year": True}],
    )
    hours = hours_of(calendar)
    assert is_open(hours, dt.datetime(2028, 2, 29, 8, tzinfo=dt.UTC))
    assert hours.special_days(2027) == {}


def test_the_desk_starts_with_one_default_calendar() -> None:
    office_hours()
    office_hours()
    assert default_calendar().names["es"] == "Horario de oficina"


def test_another_calendar_becomes_the_default_and_the_old_one_lets_go() -> None:
    office_hours()
    old = default_calendar()
    new = make_default(given_calendar(), by=MAX)
    assert default_calendar() == new
    assert make_default(new, by=MAX).version == new.version
    old.refresh_from_db()
    assert not old.is_default


def test_the_default_cannot_be_put_away() -> None:
    office_hours()
    with pytest.raises(DefaultIsNeeded), transaction.atomic():
        save_calendar(default_calendar(), by=MAX, is_active=False)
    resting = given_calendar(is_active=False)
    with pytest.raises(DefaultIsNeeded), transaction.atomic():
        make_default(resting, by=MAX)
    with pytest.raises(IntegrityError), transaction.atomic():
        Calendar.objects.create(names={"en": "Second"}, is_default=True)


def test_only_who_may_edit_calendars_does() -> None:
    office_hours()
    with pytest.raises(NotAllowed), transaction.atomic():
        save_calendar(by=Somebody(permissions=()), names={"en": "x"}, week=WEEK)
    with pytest.raises(NotAllowed), transaction.atomic():
        make_default(default_calendar(), by=Somebody(permissions=()))
