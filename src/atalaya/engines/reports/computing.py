"""From a metric and a question to rows, and from rows to figures.

The rows of a metric are read once for a span, with the columns they may be grouped by; every figure
of a page is made of the same rows, so that figures and lists agree.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from atalaya.core.people.models import Actor
from atalaya.engines.reports.asking import DIMENSIONS, NONE, Question
from atalaya.engines.reports.business import BusinessClock
from atalaya.engines.reports.periods import Period
from atalaya.engines.reports.ports import Events, Measure, Metric, Span, Timing
from atalaya.engines.reports.statistics import Value, count_of, ratio_of, spread_of
from atalaya.kernel import clock

COLUMNS = tuple(dimension.column for dimension in DIMENSIONS.values())


@dataclass(frozen=True)
class Row:
    """An event of an item: when, since when, and what the item may be grouped by."""

    item_id: int
    at: dt.datetime
    since: dt.datetime | None
    team_id: int | None
    groups: tuple[str, ...]
    lasted: dt.timedelta | None = None

    def group(self, by: str) -> str:
        """The item's value of a dimension, as it stands in an address."""
        return self.groups[list(DIMENSIONS).index(by)]


def rows_of(
    events: Events, question: Question, viewer: Actor, span: Span, *, grouped: bool = True
) -> list[Row]:
    """The events of a span on the items asked about, oldest first; without groups it is quicker."""
    columns = [f"item.{column}" for column in COLUMNS] if grouped else []
    chosen = ", ".join(["event.item_id", "event.at", "event.since", "item.team_id", *columns])
    found = _asked(events, question, viewer, span, chosen, "ORDER BY event.at, event.item_id")
    return [
        Row(item, at, since, team, tuple(NONE if one is None else str(one) for one in groups))
        for item, at, since, team, *groups in found
    ]


def count_of_rows(events: Events, question: Question, viewer: Actor, span: Span) -> int:
    """How many events there are, counted by the database."""
    found = _asked(events, question, viewer, span, "count(*)", "")
    return int(found[0][0]) if found else 0


def _asked(
    events: Events, question: Question, viewer: Actor, span: Span, columns: str, order: str
) -> list[tuple[Any, ...]]:
    if not viewer.may("reports.see"):
        return []
    found = events(span)
    scope = question.items(viewer).order_by().values("pk")
    try:
        inside, params = scope.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM ({found.text}) AS event "  # noqa: S608 - columns are ours, values are parameters
            f"JOIN work_workitem AS item ON item.id = event.item_id "
            f"WHERE item.id IN ({inside}) {order}",
            [*found.params, *params],
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


@dataclass(frozen=True)
class Sample:
    """The rows of a metric over a span, ready to be cut into figures."""

    metric: Metric
    rows: Sequence[Row]
    out_of: Sequence[Row] = ()

    def value(self, chosen: Callable[[Row], bool] = lambda _row: True) -> Value:
        """The figure of the rows that are chosen."""
        rows = (
            _once(filter(chosen, self.rows))
            if self.metric.once
            else list(filter(chosen, self.rows))
        )
        match self.metric.measure:
            case Measure.COUNT:
                return count_of(len(rows))
            case Measure.RATIO:
                return ratio_of(len(rows), sum(1 for row in self.out_of if chosen(row)))
            case Measure.DURATION:
                return spread_of([row.lasted for row in rows if row.lasted is not None])

    def groups(self, by: str) -> list[str]:
        """The values of a dimension that occur."""
        place = list(DIMENSIONS).index(by)
        return sorted({row.groups[place] for row in (*self.rows, *self.out_of)})

    def grouped(self, by: str) -> dict[str, Value]:
        """The figure of each group."""
        place = list(DIMENSIONS).index(by)
        parts: dict[str, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
        for row in self.rows:
            parts[row.groups[place]][0].append(row)
        for row in self.out_of:
            parts[row.groups[place]][1].append(row)
        return {
            group: Sample(self.metric, rows, out_of).value()
            for group, (rows, out_of) in parts.items()
        }

    def during(self, period: Period) -> Value:
        """The figure of a part of the span."""
        span = period.span
        return self.value(lambda row: span.start <= row.at < span.end)


def sample(
    metric: Metric,
    question: Question,
    viewer: Actor,
    period: Period | None = None,
    *,
    grouped: bool = True,
) -> Sample:
    """Read what a metric counts in the question's period, or in another one."""
    span = _span(metric, period or question.period)
    rows = rows_of(metric.events, question, viewer, span, grouped=grouped)
    if metric.is_duration:
        rows = _timed(metric, question.timing, rows)
    out_of = rows_of(metric.out_of, question, viewer, span) if metric.out_of else []
    return Sample(metric, rows, out_of)


def value_in(metric: Metric, question: Question, viewer: Actor, period: Period) -> Value:
    """One figure, without reading rows where counting them is enough."""
    span = _span(metric, period)
    if metric.is_duration or metric.once:
        return sample(metric, question, viewer, period, grouped=False).value()
    count = count_of_rows(metric.events, question, viewer, span)
    if metric.out_of is None:
        return count_of(count)
    return ratio_of(count, count_of_rows(metric.out_of, question, viewer, span))


def _span(metric: Metric, period: Period) -> Span:
    """The state at the end of a period that is not over is that of now."""
    span = period.span
    return Span(span.start, min(span.end, clock.now())) if metric.at_end else span


def _timed(metric: Metric, timing: Timing, rows: list[Row]) -> list[Row]:
    """The rows with how long they lasted on the clock that is asked for."""
    if timing is Timing.ELAPSED:
        return [_with(row, row.at - row.since) for row in rows if row.since is not None]
    reckon = BusinessClock((row.item_id for row in rows), stops_with=metric.stops_with)
    return [
        _with(row, reckon.duration(row.item_id, row.team_id, row.since, row.at))
        for row in rows
        if row.since is not None
    ]


def _with(row: Row, lasted: dt.timedelta) -> Row:
    lasted = max(lasted, dt.timedelta())
    return Row(row.item_id, row.at, row.since, row.team_id, row.groups, lasted)


def _once(rows: Iterable[Row]) -> list[Row]:
    """The last row of each item."""
    return list({row.item_id: row for row in rows}.values())
