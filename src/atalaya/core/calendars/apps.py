"""Opening hours, holidays and business time."""

from __future__ import annotations

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    """Calendars and their arithmetic."""

    name = "atalaya.core.calendars"
    label = "calendars"
    default_auto_field = "django.db.models.BigAutoField"
