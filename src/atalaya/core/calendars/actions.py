"""Adding and changing calendars."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from atalaya.core.calendars import planning
from atalaya.core.calendars.arithmetic import AtClosing, DayMeans
from atalaya.core.calendars.errors import CalendarIsWrong, DefaultIsNeeded
from atalaya.core.calendars.events import CalendarChanged
from atalaya.core.calendars.models import Calendar
from atalaya.core.journal.actions import action, append, locked
from atalaya.kernel import clock
from atalaya.kernel.actors import Actor

_CHECKS: dict[str, Callable[[Any], Any]] = {
    "names": lambda names: planning.checked_names(names, "names"),
    "zone": planning.checked_zone,
    "week": planning.checked_week,
    "own_days": planning.checked_own_days,
    "day_means": DayMeans,
    "at_closing": AtClosing,
    "country": str,
    "region": str,
    "is_active": bool,
}


@action("calendars.save")
def save_calendar(calendar: Calendar | None = None, *, by: Actor, **fields: Any) -> Calendar:
    """Add a calendar or change one; what is the same already is left alone.

    A change counts up ``version``. Raises NotAllowed, CalendarIsWrong, DefaultIsNeeded.
    """
    row = locked(calendar) if calendar is not None else Calendar()
    by.must("calendars.edit")
    values = _checked(row, fields)
    if row.is_default and not values.get("is_active", True):
        raise DefaultIsNeeded
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if calendar is not None and not changed:
        return row
    for name in changed:
        setattr(row, name, values[name])
    row.updated_at = clock.now()
    if calendar is None:
        row.save(force_insert=True)
    else:
        row.version += 1
        row.save(update_fields=[*changed, "version", "updated_at"])
    append(CalendarChanged(row.pk, row.version, tuple(changed)), by=by, about=row)
    return row


@action("calendars.make_default")
def make_default(calendar: Calendar, *, by: Actor) -> Calendar:
    """Have this calendar hold wherever none is named. Raises NotAllowed, DefaultIsNeeded."""
    rows = Calendar.objects.select_for_update(no_key=True).order_by("pk")
    held = list(rows.filter(is_default=True) | rows.filter(pk=calendar.pk))
    by.must("calendars.edit")
    chosen = next(row for row in held if row.pk == calendar.pk)
    if chosen.is_default:
        return chosen
    if not chosen.is_active:
        raise DefaultIsNeeded
    for row in sorted(held, key=lambda row: row.pk == chosen.pk):  # the old one lets go first
        row.is_default = row.pk == chosen.pk
        row.version += 1
        row.updated_at = clock.now()
        row.save(update_fields=["is_default", "version", "updated_at"])
        append(CalendarChanged(row.pk, row.version, ("is_default",)), by=by, about=row)
    return chosen


def _checked(row: Calendar, fields: dict[str, Any]) -> dict[str, Any]:
    wrong = set(fields) - set(_CHECKS)
    if wrong:
        raise TypeError(f"no such fields: {sorted(wrong)}")
    values: dict[str, Any] = {}
    for name, value in fields.items():
        try:
            values[name] = _CHECKS[name](value)
        except ValueError:
            reason = _("“%(value)s” is not one of the choices.") % {"value": value}
            raise CalendarIsWrong(at=name, reason=reason) from None
    if not values.get("names", row.names):
        raise CalendarIsWrong(at="names", reason=_("A name is needed."))
    if not values.get("week", row.week):
        raise CalendarIsWrong(at="week", reason=_("Open on at least one day of the week."))
    planning.checked_region(values.get("country", row.country), values.get("region", row.region))
    return values
