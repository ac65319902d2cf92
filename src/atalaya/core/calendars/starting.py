"""The calendar that is there from the start."""

from __future__ import annotations

from atalaya.core.calendars.models import Calendar
from atalaya.kernel.plugs import starter

OFFICE_HOURS = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@starter("calendars.default", order=5)
def office_hours() -> None:
    """Make the default calendar where there is none; its zone and hours are changed in settings."""
    if not Calendar.objects.filter(is_default=True).exists():
        Calendar.objects.create(
            names={"en": "Office hours", "es": "Horario de oficina"},
            week=OFFICE_HOURS,
            is_default=True,
        )
