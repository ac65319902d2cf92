"""What a metric is. A practice declares its own in ``metrics.py``; the engine knows none.

A metric says in SQL which events it counts: rows of (item, instant, since). Everything else – who
may see them, filters, groups, periods, statistics – is the engine's, once for all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from atalaya.kernel.errors import Words
from atalaya.kernel.plugs import Slot


class Measure(StrEnum):
    """What is made of the rows of a metric."""

    COUNT = "count"
    RATIO = "ratio"
    DURATION = "duration"


class Direction(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Timing(StrEnum):
    """The two clocks of a duration; the reader always sees which one is shown."""

    ELAPSED = "elapsed"
    BUSINESS = "business"  # open time of the owning team's calendar, without pauses


@dataclass(frozen=True)
class Span:
    """A stretch of time in UTC: ``start`` belongs to it, ``end`` does not."""

    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True)
class Sql:
    """A query for columns ``item_id``, ``at`` and ``since`` (NULL where nothing is timed)."""

    text: str
    params: tuple[Any, ...] = ()


Events = Callable[[Span], Sql]


@dataclass(frozen=True)
class Metric:
    """One measure with its one definition.

    ``events`` are what is counted in a span; with ``at_end`` they are the state at the end of it.
    ``out_of`` are the events of a ratio's denominator. Durations run from ``since`` to ``at``;
    ``stops_with`` names the clock whose pauses are taken out of business time. ``once`` counts only
    the last event of an item in a span.
    """

    key: str
    name: Words
    sentence: Words
    measure: Measure
    direction: Direction
    events: Events
    out_of: Events | None = None
    at_end: bool = False
    stops_with: str = ""
    once: bool = False
    order: int = 0
    page_of: Callable[[Any], str] = str  # the address of an item's page

    @property
    def is_duration(self) -> bool:
        """Whether its values are times."""
        return self.measure is Measure.DURATION


METRICS: Slot[Metric] = Slot("metric", file="metrics")


def metric(declared: Metric, *, module: str) -> Metric:
    """Declare a metric (``module=__name__``)."""
    return METRICS.plug(declared.key, declared, module=module)
