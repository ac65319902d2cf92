"""Asking metrics: figures with their groups and their course, and the rows behind a figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from atalaya.core.people.models import Actor
from atalaya.engines.reports.asking import DIMENSIONS, Dimension, Question, chosen_in, timing_words
from atalaya.engines.reports.computing import Row, Sample, sample, value_in
from atalaya.engines.reports.periods import Period, Step, between, named
from atalaya.engines.reports.ports import METRICS, Direction, Measure, Metric, Timing
from atalaya.engines.reports.statistics import Value

__all__ = [
    "DIMENSIONS",
    "Dimension",
    "Direction",
    "Figure",
    "Line",
    "Measure",
    "Metric",
    "Period",
    "Point",
    "Question",
    "Report",
    "Step",
    "Timing",
    "Value",
    "between",
    "chosen_in",
    "figure",
    "figures",
    "metrics",
    "named",
    "report",
    "rows_behind",
    "timing_words",
    "value_of",
]


@dataclass(frozen=True)
class Figure:
    """A metric's value in a period and in the one before."""

    metric: Metric
    value: Value
    before: Value


@dataclass(frozen=True)
class Line:
    """The value of one group."""

    key: str
    label: str
    value: Value


@dataclass(frozen=True)
class Point:
    """The value of one step of a period."""

    period: Period
    value: Value


@dataclass(frozen=True)
class Report:
    """All that one page shows of a metric."""

    figure: Figure
    question: Question
    lines: tuple[Line, ...]
    step: Step
    points: tuple[Point, ...]


def metrics() -> list[Metric]:
    """Every metric of the practices that are on, in order."""
    return sorted(METRICS, key=lambda metric: (metric.order, metric.key))


def value_of(metric: Metric, question: Question, viewer: Actor) -> Value:
    """One figure. Who may not see measures gets none: the figure of no rows."""
    return value_in(metric, question, viewer, question.period)


def figure(metric: Metric, question: Question, viewer: Actor) -> Figure:
    """One figure with that of the period before."""
    return _figure(metric, question, viewer, value_of(metric, question, viewer))


def figures(question: Question, viewer: Actor) -> list[Figure]:
    """Every metric's figure, for an overview."""
    return [figure(metric, question, viewer) for metric in metrics()]


def report(metric: Metric, question: Question, viewer: Actor) -> Report:
    """A metric in a period: its figure, by group, and step by step."""
    whole = sample(metric, question, viewer)
    values = whole.grouped(question.by)
    labels = question.dimension.labels(values)
    lines = [Line(key, labels[key], value) for key, value in values.items()]
    lines.sort(key=lambda line: (-line.value.count, line.label))
    step, parts = question.period.steps()
    points = [
        Point(part, value)
        for part, value in zip(parts, _course(whole, question, viewer, parts), strict=True)
    ]
    return Report(
        _figure(metric, question, viewer, whole.value()),
        question,
        tuple(lines),
        step,
        tuple(points),
    )


def rows_behind(metric: Metric, question: Question, viewer: Actor) -> list[Row]:
    """The events a figure is made of, newest first; an item's last where only that counts."""
    whole = sample(metric, question, viewer)
    rows = {row.item_id: row for row in whole.rows}.values() if metric.once else whole.rows
    return sorted(rows, key=lambda row: (row.at, row.item_id), reverse=True)


def _figure(metric: Metric, question: Question, viewer: Actor, value: Value) -> Figure:
    return Figure(metric, value, value_in(metric, question, viewer, question.period.before))


def _course(
    whole: Sample, question: Question, viewer: Actor, parts: Iterable[Period]
) -> list[Value]:
    """Step by step. A state at the end is asked anew for each step; events are cut."""
    if whole.metric.at_end:
        return [value_in(whole.metric, question, viewer, part) for part in parts]
    return [whole.during(part) for part in parts]
