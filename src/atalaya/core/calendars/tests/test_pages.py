"""An administrator keeps the calendars on a page, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from atalaya.core.calendars.errors import CalendarIsWrong
from atalaya.core.calendars.models import Calendar
from atalaya.core.calendars.writing import hours_read, own_days_read, own_days_written

pytestmark = pytest.mark.django_db
FIELDS = {
    "name_en": "Office", "name_es": "Oficina", "zone": "Europe/Madrid", "country": "ES",
    "region": "md", "week.mon": "9:00-14:00, 16:00-19:00", "week.tue": "00:00-24:00",
    "own_days": "2026-12-24 09:00-13:00 yearly Nochebuena\n2026-08-14 Cierre",
    "day_means": "working_day", "at_closing": "stays", "is_active": "on",
}  # fmt: skip


def test_a_calendar_is_added_changed_and_made_the_default(
    max_: Any, visiting: Callable[..., Client]
) -> None:
    client = visiting(max_)
    assert client.post("/console/settings/calendars/new/", FIELDS).status_code == 303
    made = Calendar.objects.get(zone="Europe/Madrid")
    assert made.week == {
        "mon": [["09:00", "14:00"], ["16:00", "19:00"]],
        "tue": [["00:00", "24:00"]],
    }
    assert made.own_days[1]["every_year"]
    page = client.get(f"/console/settings/calendars/{made.pk}/").content.decode()
    assert "Nochebuena" in page
    assert "09:00-14:00, 16:00-19:00" in page
    changed = {**FIELDS, "week.tue": "", "own_days": ""}
    assert client.post(f"/console/settings/calendars/{made.pk}/", changed).status_code == 303
    made.refresh_from_db()
    assert (list(made.week), made.own_days, made.version) == (["mon"], [], 2)
    assert client.post(f"/console/settings/calendars/{made.pk}/default/").status_code == 303
    assert Calendar.objects.get(is_default=True) == made


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("week.mon", "nine to five"),
        ("week.mon", "09:00-12:00, 11:00-13:00"),
        ("week.mon", "19:00-09:00"),
        ("own_days", "tomorrow closed"),
        ("own_days", "2026-12-24 13:00-09:00"),
        ("region", "atlantis"),
        ("zone", "Europe/Nowhere"),
    ],
)
def test_what_makes_no_sense_is_said_on_its_field(
    max_: Any, visiting: Callable[..., Client], field: str, value: str
) -> None:
    answer = visiting(max_).post("/console/settings/calendars/new/", {**FIELDS, field: value})
    assert answer.status_code == 422
    assert "field-errors" in answer.content.decode()
    assert not Calendar.objects.filter(zone="Europe/Madrid").exists()


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        days = own_days_read(text, "en")
    except CalendarIsWrong:
        return
    assert own_days_read(own_days_written(days, "en"), "en") == days


def test_a_closed_day_is_an_empty_line() -> None:
    assert hours_read("  ", at="week.mon") == []
