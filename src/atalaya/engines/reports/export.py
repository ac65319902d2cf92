"""Figures and rows as CSV that a spreadsheet opens as text, never as a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from atalaya.core.work.models import WorkItem
from atalaya.engines.reports.computing import Row
from atalaya.engines.reports.ports import Measure
from atalaya.engines.reports.queries import Report
from atalaya.engines.reports.statistics import Value

MOST_ROWS = 100_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers.

    >>> safe("=1+1"), safe(-3), safe("INC-1")
    ("'=1+1", -3, 'INC-1')
    """
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA):
        return f"'{cell}"
    return cell


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table as CSV, with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([safe(cell) for cell in header])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def values_csv(report: Report) -> str:
    """The table of a report: a row for each group, then for each step, then the whole."""
    measure = report.figure.metric.measure
    header = [_("Sort"), str(report.question.dimension.name), *_columns(measure)]
    rows: list[list[Any]] = [[_("Group"), line.label, *_cells(line.value)] for line in report.lines]
    rows += [
        [_("Period"), point.period.first.isoformat(), *_cells(point.value)]
        for point in report.points
    ]
    rows.append([_("Total"), "", *_cells(report.figure.value)])
    return as_csv(header, rows)


def _columns(measure: Measure) -> list[str]:
    if measure is Measure.RATIO:
        return [_("Share"), _("Numerator"), _("Denominator")]
    if measure is Measure.DURATION:
        return [_("Median (s)"), _("Mean (s)"), _("90th percentile (s)"), _("Count")]
    return [_("Count")]


def _cells(value: Value) -> list[Any]:
    """Empty where there is no data."""
    if value.measure is Measure.RATIO:
        share = "" if value.number is None else float(value.number)
        return [share, value.count, value.out_of]
    if value.measure is Measure.DURATION:
        times = (value.median, value.mean, value.p90)
        return [*("" if t is None else round(t.total_seconds(), 3) for t in times), value.count]
    return [value.count]


def rows_csv(rows: Sequence[Row], zone: dt.tzinfo) -> str:
    """The rows behind a figure, at most ``MOST_ROWS``, times in the organisation's zone."""
    rows = rows[:MOST_ROWS]
    header = [
        _("Ticket"), _("Subject"), _("State"), _("Priority"), _("Team"), _("Agent"),
        _("Created"), _("When"), _("Duration (s)"),
    ]  # fmt: skip
    return as_csv(header, _row_cells(rows, zone))


def _row_cells(rows: Sequence[Row], zone: dt.tzinfo) -> Iterable[list[Any]]:
    for start in range(0, len(rows), 1000):
        part = rows[start : start + 1000]
        items = WorkItem.objects.filter(pk__in=[row.item_id for row in part])
        known = items.select_related("team", "assignee").in_bulk()
        for row in part:
            item = known[row.item_id]
            yield [
                item.reference,
                item.subject,
                item.get_category_of_state_display(),
                f"P{item.priority}",
                str(item.team or ""),
                str(item.assignee or ""),
                item.created_at.astimezone(zone).isoformat(timespec="seconds"),
                row.at.astimezone(zone).isoformat(timespec="seconds"),
                "" if row.lasted is None else round(row.lasted.total_seconds(), 3),
            ]
