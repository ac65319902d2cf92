"""Measures in the console: all at a glance, one in depth, and the tickets behind a figure."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from atalaya.core.identity.ports import Request
from atalaya.core.work.models import WorkItem
from atalaya.engines.reports.console.forms import QuestionForm, question_in
from atalaya.engines.reports.console.showing import chart_for, in_words, shown, trend
from atalaya.engines.reports.export import rows_csv, values_csv
from atalaya.engines.reports.ports import METRICS, Metric
from atalaya.engines.reports.queries import figures, report, rows_behind
from atalaya.ui import htmx

PAGE = 50


@require_safe
def overview(request: Request) -> HttpResponse:
    """Every measure of a period, each leading to its own page."""
    request.actor.must("reports.see")
    question, name = question_in(request.GET)
    found = figures(question, request.actor)
    context = {
        "form": QuestionForm(question, request.actor, name),
        "question": question,
        "figures": [(one, shown(one.value), trend(one)) for one in found],
    }
    return htmx.render(request, "reports/console/overview.html", context)


@require_safe
def page(request: Request, key: str) -> HttpResponse:
    """One measure: its figure, its course, its groups."""
    metric = _metric(request, key)
    question, name = question_in(request.GET)
    made = report(metric, question, request.actor)
    context = {
        "metric": metric,
        "question": question,
        "form": QuestionForm(question, request.actor, name),
        "report": made,
        "main": shown(made.figure.value),
        "trend": trend(made.figure),
        "chart": chart_for(made),
        "in_words": in_words,
    }
    return htmx.render(request, "reports/console/page.html", context)


@require_safe
def values(request: Request, key: str) -> HttpResponse:
    """The table of a measure as CSV."""
    metric = _metric(request, key)
    question, _name = question_in(request.GET)
    return _file(values_csv(report(metric, question, request.actor)), f"{key}-values.csv")


@require_safe
def rows(request: Request, key: str) -> HttpResponse:
    """The tickets a figure is made of, newest first, page by page."""
    metric = _metric(request, key)
    question, _name = question_in(request.GET)
    behind = rows_behind(metric, question, request.actor)
    start = _start(request.GET.get("after", ""))
    part = behind[start : start + PAGE]
    items = WorkItem.objects.visible_to(request.actor).filter(pk__in=[row.item_id for row in part])
    known = items.select_related("team", "assignee", "requester").in_bulk()
    context = {
        "metric": metric,
        "question": question,
        "count": len(behind),
        "rows": [
            (row, known[row.item_id], metric.page_of(known[row.item_id]))
            for row in part
            if row.item_id in known
        ],
        "next": start + PAGE if start + PAGE < len(behind) else None,
    }
    return htmx.render(request, "reports/console/rows.html", context)


@require_safe
def rows_file(request: Request, key: str) -> HttpResponse:
    """The tickets a figure is made of as CSV."""
    metric = _metric(request, key)
    question, _name = question_in(request.GET)
    behind = rows_behind(metric, question, request.actor)
    return _file(rows_csv(behind, question.period.zone), f"{key}-tickets.csv")


def _metric(request: Request, key: str) -> Metric:
    request.actor.must("reports.see")
    metric = METRICS.get(key)
    if metric is None:
        raise Http404(_("There is no such measure."))
    return metric


def _start(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _file(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/csv; charset=utf-8", status=HTTPStatus.OK)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
