"""Durations on the business clock: open time of the owning team's calendar, without pauses.

An item is paused while it waits for a reason that stops the clock in question, as the facts tell.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from atalaya.core.calendars.models import Calendar
from atalaya.core.calendars.queries import Hours, Pause, between, default_calendar, hours_of
from atalaya.core.journal.models import Entry as Fact
from atalaya.core.people.models import Team
from atalaya.core.work.events import TurnChanged
from atalaya.core.work.models import PendingReason

ITEM = "work.workitem"
AT_ONCE = 5000  # items whose facts are read together


class BusinessClock:
    """Reckons many durations with few questions: calendars once, pauses in batches."""

    def __init__(self, item_ids: Iterable[int], *, stops_with: str) -> None:
        calendars = {calendar.pk: calendar for calendar in Calendar.objects.all()}
        default = hours_of(default_calendar())
        teams = Team.objects.values_list("pk", "calendar_id")
        self._hours: dict[int | None, Hours] = defaultdict(lambda: default)
        for team, calendar in teams:
            if calendar is not None:
                self._hours[team] = hours_of(calendars[calendar])
        self._pauses = pauses_of(set(item_ids), stops_with) if stops_with else {}

    def duration(
        self, item_id: int, team_id: int | None, since: dt.datetime, at: dt.datetime
    ) -> dt.timedelta:
        """Business time of an item between two instants."""
        pauses = [(begin, end or at) for begin, end in self._pauses.get(item_id, ())]
        return between(self._hours[team_id], since, at, pauses=pauses)


OpenPause = tuple[dt.datetime, dt.datetime | None]


def pauses_of(item_ids: set[int], stops_with: str) -> Mapping[int, list[OpenPause]]:
    """When a clock stood still on items; the end is None while it still does."""
    stopping = set(
        PendingReason.objects.filter(pauses__contains=[stops_with]).values_list("pk", flat=True)
    )
    found: dict[int, list[OpenPause]] = defaultdict(list)
    ordered = sorted(item_ids)
    for start in range(0, len(ordered), AT_ONCE):
        batch = ordered[start : start + AT_ONCE]
        facts = Fact.objects.filter(about_kind=ITEM, about_id__in=batch, name=TurnChanged.name)
        for item, at, facts_of in facts.order_by("about_id", "id").values_list(
            "about_id", "at", "facts"
        ):
            _note(found[item or 0], at, stops=facts_of.get("pending_reason_id") in stopping)
    return found


def _note(pauses: list[OpenPause], at: dt.datetime, *, stops: bool) -> None:
    standing = bool(pauses) and pauses[-1][1] is None
    if stops and not standing:
        pauses.append((at, None))
    elif standing and not stops:
        begin, _end = pauses[-1]
        pauses[-1] = (begin, at)


__all__ = ["BusinessClock", "Pause", "pauses_of"]
