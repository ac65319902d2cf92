"""Where calendars appear in the settings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.plugs import menu

menu(
    "calendars.index",
    place="settings",
    label=_("Calendars"),
    url="console:calendars:index",
    icon="calendar",
    order=30,
    group="desk",
    permission="calendars.edit",
    sentence=_("Opening hours, holidays, and what a day means."),
    module=__name__,
)
