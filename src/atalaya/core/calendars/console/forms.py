"""The form of a calendar."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

import holidays
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from atalaya.core.calendars.arithmetic import AtClosing, DayMeans
from atalaya.core.calendars.errors import CalendarIsWrong
from atalaya.core.calendars.models import AT_CLOSING, DAY_MEANS, Calendar
from atalaya.core.calendars.planning import checked_own_days
from atalaya.core.calendars.writing import (
    hours_read,
    hours_written,
    own_days_read,
    own_days_written,
    with_names_kept,
)

WEEK = [
    ("mon", _("Monday")),
    ("tue", _("Tuesday")),
    ("wed", _("Wednesday")),
    ("thu", _("Thursday")),
    ("fri", _("Friday")),
    ("sat", _("Saturday")),
    ("sun", _("Sunday")),
]


def _zones() -> list[tuple[str, str]]:
    return [(zone, zone) for zone in sorted(available_timezones())]


def _countries() -> list[tuple[str, str]]:
    return [("", "—"), *((code, code) for code in sorted(holidays.list_supported_countries()))]


class CalendarForm(forms.Form):
    """Names, zone, a line of hours for each day of the week, holidays, and the two choices."""

    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    name_es = forms.CharField(label=_("Name in Spanish"), max_length=120, required=False)
    zone = forms.ChoiceField(label=_("Time zone"), choices=_zones)
    country = forms.ChoiceField(
        label=_("Public holidays of"), choices=_countries, required=False,
        help_text=_("A country by its two letters, such as ES or MX."),
    )  # fmt: skip
    region = forms.CharField(
        label=_("Region"), max_length=40, required=False,
        help_text=_("Its short code, such as MD for Madrid; empty for the whole country."),
    )  # fmt: skip
    own_days = forms.CharField(
        label=_("Own days"), required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line: 2026-12-24 09:00-13:00 yearly Christmas Eve. No hours: closed."),
    )  # fmt: skip
    day_means = forms.ChoiceField(label=_("A day of a target is"), choices=DAY_MEANS)
    at_closing = forms.ChoiceField(label=_("Time used up at closing is"), choices=AT_CLOSING)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, calendar: Calendar | None = None, **kwargs: Any) -> None:
        self.calendar = calendar
        kwargs.setdefault("initial", self.initial_of(calendar) if calendar else {"zone": "UTC"})
        super().__init__(*args, **kwargs)
        for day, label in WEEK:
            self.fields[f"week.{day}"] = forms.CharField(
                label=str(label), max_length=200, required=False
            )
            self.fields[f"week.{day}"].widget.attrs["placeholder"] = "09:00-14:00, 16:00-19:00"

    @staticmethod
    def initial_of(calendar: Calendar) -> dict[str, Any]:
        """What the form shows of a calendar."""
        week = {f"week.{day}": hours_written(calendar.week.get(day, [])) for day, _label in WEEK}
        plain = ("zone", "country", "region", "day_means", "at_closing", "is_active")
        return {
            "name_en": calendar.names.get("en", ""),
            "name_es": calendar.names.get("es", ""),
            "own_days": own_days_written(calendar.own_days, _language()),
            **week,
            **{name: getattr(calendar, name) for name in plain},
        }

    @property
    def days(self) -> list[forms.BoundField]:
        """The lines of the week."""
        return [self[f"week.{day}"] for day, _label in WEEK]

    def plan(self) -> dict[str, Any]:
        """What the form says, as the action takes it. Raises CalendarIsWrong."""
        said = self.cleaned_data
        before = self.calendar.own_days if self.calendar else []
        try:
            own_days = checked_own_days(own_days_read(said["own_days"], _language()))
        except CalendarIsWrong as wrong:
            raise CalendarIsWrong(at="own_days", reason=wrong.sentence) from wrong
        return {
            "names": {"en": said["name_en"], "es": said["name_es"]},
            "week": {d: hours_read(said[f"week.{d}"], at=f"week.{d}") for d, _label in WEEK},
            "own_days": with_names_kept(own_days, before),
            "zone": said["zone"],
            "country": said["country"],
            "region": said["region"].strip().upper(),
            "day_means": DayMeans(said["day_means"]),
            "at_closing": AtClosing(said["at_closing"]),
            "is_active": said["is_active"],
        }


def _language() -> str:
    return (get_language() or "en").split("-")[0]
