"""Figures in words: counts, shares with both their parts, times; and the bars of a course."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from atalaya.engines.reports.charts import Chart, Datum, chart_of, round_top
from atalaya.engines.reports.queries import (
    Direction,
    Figure,
    Measure,
    Period,
    Report,
    Step,
    Value,
)
from atalaya.ui import formats


@dataclass(frozen=True)
class Shown:
    """A figure as it is read: the main words, and what stands beside them."""

    main: str
    beside: str = ""


@dataclass(frozen=True)
class Trend:
    """How a figure compares with the period before: ``tone`` is green, red or nothing."""

    words: str
    tone: str = ""
    icon: str = ""


def shown(value: Value) -> Shown:
    """A figure in words. Where there is no data it says so."""
    if value.number is None:
        return Shown(_("no data"))
    if value.measure is Measure.RATIO:
        parts = {"part": formats.number(value.count), "whole": formats.number(value.out_of)}
        return Shown(in_words(value), _("%(part)s of %(whole)s") % parts)
    if value.measure is Measure.DURATION:
        facts = {
            "mean": formats.duration(value.mean),
            "p90": formats.duration(value.p90),
        }
        words = _("median · mean %(mean)s · 90 %% within %(p90)s") % facts
        count = ngettext("%(num)s ticket", "%(num)s tickets", value.count)
        return Shown(in_words(value), f"{words} · {count % {'num': formats.number(value.count)}}")
    return Shown(in_words(value))


def in_words(value: Value) -> str:
    """Only the number, with its unit."""
    if value.number is None:
        return _("no data")
    if value.measure is Measure.RATIO:
        return _("%(share)s %%") % {"share": formats.number(float(value.number) * 100, 1)}
    if value.measure is Measure.DURATION:
        return formats.duration(value.median)
    return formats.number(value.count)


def trend(figure: Figure) -> Trend:
    """The change since the period before, and whether it is for the better."""
    now, before = figure.value.number, figure.before.number
    if now is None or before is None:
        return Trend(_("nothing to compare with"))
    words = _("%(before)s in the period before") % {"before": in_words(figure.before)}
    if now == before or figure.metric.direction is Direction.NEITHER:
        return Trend(words, icon=_arrow(now > before, now < before))
    better = (now > before) is (figure.metric.direction is Direction.HIGHER)
    return Trend(words, "green" if better else "red", _arrow(now > before, now < before))


def _arrow(up: bool, down: bool) -> str:  # noqa: FBT001 - two halves of one comparison
    return "arrow-up" if up else "arrow-down" if down else "equal"


def chart_for(report: Report) -> Chart:
    """The course of a report as bars."""
    data = [
        Datum(label_of(point.period, report.step), in_words(point.value), _height(point.value))
        for point in report.points
    ]
    highest = max((datum.height for datum in data if datum.height is not None), default=0.0)
    measure = report.figure.metric.measure
    units = {Measure.COUNT: [1.0], Measure.RATIO: [0.1], Measure.DURATION: [60.0, 3600.0, 86400.0]}
    top = round_top(highest, units[measure])
    return chart_of(data, top, _axis(measure, top), _axis(measure, top / 2))


def _height(value: Value) -> float | None:
    return None if value.number is None else float(value.number)


def _axis(measure: Measure, height: float) -> str:
    if measure is Measure.RATIO:
        return _("%(share)s %%") % {"share": formats.number(height * 100, 0)}
    if measure is Measure.DURATION:
        return formats.duration(dt.timedelta(seconds=height))
    return formats.number(height, 0)


def label_of(period: Period, step: Step) -> str:
    """A step of a period in a few letters."""
    if step is Step.MONTH:
        return date_format(period.first, "M Y")
    return date_format(period.first, "j M")
