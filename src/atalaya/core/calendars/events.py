"""What happens to calendars."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from atalaya.core.journal.events import Fact


@dataclass(frozen=True)
class CalendarChanged(Fact, name="calendars.changed"):
    """A calendar was added or changed; ``version`` counts its changes from 1."""

    sentence = _("changed the calendar (version %(version)s)")

    calendar_id: int
    version: int
    fields: tuple[str, ...] = ()
