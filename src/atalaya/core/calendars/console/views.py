"""Calendars in the settings."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from atalaya.core.calendars.actions import make_default, save_calendar
from atalaya.core.calendars.console.forms import CalendarForm
from atalaya.core.calendars.models import Calendar
from atalaya.core.calendars.queries import (
    calendar_with,
    days_that_differ,
    every_calendar,
    hours_of,
    is_open,
)
from atalaya.kernel import clock
from atalaya.ui import htmx

FORM = "calendars/console/calendar.html"


@require_safe
def index(request: Any) -> HttpResponse:
    """Every calendar, and whether it is open now."""
    request.actor.must("calendars.edit")
    now = clock.now()
    context = {"calendars": [(row, is_open(hours_of(row), now)) for row in every_calendar()]}
    return htmx.render(request, "calendars/console/index.html", context)


def new(request: Any) -> HttpResponse:
    """Add a calendar."""
    return _form(request, None)


def edit(request: Any, pk: int) -> HttpResponse:
    """Change a calendar, with the days of this year that differ beside it."""
    request.actor.must("calendars.edit")
    return _form(request, calendar_with(pk))


@require_POST
def default(request: Any, pk: int) -> HttpResponse:
    """Have a calendar hold wherever none is named."""
    request.actor.must("calendars.edit")
    make_default(calendar_with(pk), by=request.actor)
    address = reverse("console:calendars:index")
    return htmx.done(request, goto=address, toast=_("This calendar holds from now on."))


def _form(request: Any, calendar: Calendar | None) -> HttpResponse:
    request.actor.must("calendars.edit")
    form = CalendarForm(request.POST or None, calendar=calendar)
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form), transaction.atomic():
            save_calendar(calendar, by=request.actor, **form.plan())
            return htmx.done(request, goto=reverse("console:calendars:index"), toast=_("Saved."))
    differ = {}
    if calendar is not None:
        year = clock.now().year
        differ = days_that_differ(calendar, year, (get_language() or "en").split("-")[0])
    context = {"form": form, "calendar": calendar, "differ": differ}
    return htmx.render(request, FORM, context, status=422 if form.errors else 200)
