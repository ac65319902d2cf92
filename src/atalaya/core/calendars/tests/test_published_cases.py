"""Business-time cases collected from the public test suites of other products."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from atalaya.core.calendars.arithmetic import Pause, after, after_days, between, is_open
from atalaya.core.calendars.hours import Hours, Intervals, Week

CASES = Path(__file__).parents[5].parent / "shared/data/sla/cases.json"
DROPS_SECONDS = "zammad-holiday-resp3"  # that product's convention, as the collection's notes say
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

pytestmark = pytest.mark.skipif(not CASES.exists(), reason=f"the shared cases are absent: {CASES}")


def cases() -> list[Any]:
    found = json.loads(CASES.read_text()) if CASES.exists() else []
    return [pytest.param(case, id=case["id"]) for case in found]


def instant(text: str, zone: str) -> dt.datetime:
    if text.endswith(" UTC"):
        return dt.datetime.fromisoformat(text.removesuffix(" UTC")).replace(tzinfo=dt.UTC)
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def hours_of(case: dict[str, Any]) -> Hours:
    def seconds(text: str) -> int:
        hour, minute = text.split(":")[:2]
        return int(hour) * 3600 + int(minute) * 60

    def day(name: str) -> Intervals:
        return tuple((seconds(a), seconds(b)) for a, b in case["calendar"].get(name, []))

    mon, tue, wed, thu, fri, sat, sun = map(day, WEEKDAYS)
    week: Week = (mon, tue, wed, thu, fri, sat, sun)
    closed: dict[dt.date, Intervals] = {
        dt.date.fromisoformat(text): () for text in case.get("holidays", [])
    }
    return Hours(ZoneInfo(case["tz"]), week, lambda _year: closed)


@pytest.mark.parametrize("case", cases())
def test_a_published_case_is_met(case: dict[str, Any]) -> None:
    hours, start = hours_of(case), instant(case["start"], case["tz"])
    given = case.get("pauses", []) if case.get("pauses_apply", True) else []
    pauses: list[Pause] = [(instant(a, case["tz"]), instant(b, case["tz"])) for a, b in given]
    if case["kind"] == "is_open":
        assert is_open(hours, start) is case["expected"]
    elif case["kind"] == "delta":
        worked = between(hours, start, instant(case["end"], case["tz"]), pauses=pauses)
        assert worked == dt.timedelta(seconds=case["expected_seconds"])
    else:
        expected = instant(case["expected_due"], case["tz"])
        last = bool(case.get("end_of_working_day"))
        if case["unit"] == "day":
            found = after_days(hours, start, case["amount"], pauses=pauses, at_end_of_day=last)
        else:
            found = after(hours, start, case["amount"], pauses=pauses)
        if case["id"] == DROPS_SECONDS:
            assert found.replace(second=0) == expected != found
        else:
            assert found == expected
