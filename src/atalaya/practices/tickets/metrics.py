"""The measures of a help desk: speed and amount.

Counts of resolving and closing are made from the facts, so a ticket that was reopened and resolved
again counts each time, and a period that is over keeps its figures. Binned and merged tickets do
not count. Groups are those a ticket belongs to now.
"""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from atalaya.core.work.models import WorkItem
from atalaya.engines.reports.ports import Direction, Measure, Metric, Span, Sql, metric

_KINDS = "('incident', 'request')"
_OPEN = "('new', 'open', 'waiting')"
_DONE = "('resolved', 'closed')"

_STATE_FACTS = """
SELECT fact.about_id AS item_id, fact.at, item.created_at AS since
FROM journal_entry AS fact
JOIN work_workitem AS item ON item.id = fact.about_id
WHERE fact.name = 'work.state_changed' AND fact.about_kind = 'work.workitem'
  AND fact.at >= %s AND fact.at < %s
"""


def created(span: Span) -> Sql:
    """Tickets opened in the span."""
    return Sql(
        f"SELECT id AS item_id, created_at AS at, NULL::timestamptz AS since FROM work_workitem "  # noqa: S608 - constants
        f"WHERE kind IN {_KINDS} AND created_at >= %s AND created_at < %s",
        (span.start, span.end),
    )


def resolved(span: Span) -> Sql:
    """Each time a ticket left work: it was resolved, or closed outright."""
    return Sql(
        f"{_STATE_FACTS} AND item.kind IN {_KINDS} "
        f"AND fact.facts->>'category_after' IN {_DONE} "
        f"AND fact.facts->>'category_before' IN {_OPEN}",
        (span.start, span.end),
    )


def closed(span: Span) -> Sql:
    """Each time a ticket was closed."""
    return Sql(
        f"{_STATE_FACTS} AND item.kind IN {_KINDS} "
        "AND fact.facts->>'category_after' = 'closed' "
        "AND fact.facts->>'category_before' <> 'closed'",
        (span.start, span.end),
    )


def still_open(span: Span) -> Sql:
    """Tickets open at the end of the span.

    One that is resolved since before then is not. Of the others the last change of state before
    then tells; one that never changed was new.
    """
    return Sql(
        f"""
        SELECT item.id AS item_id, %s::timestamptz AS at, item.created_at AS since
        FROM work_workitem AS item
        LEFT JOIN LATERAL (
          SELECT fact.facts->>'category_after' AS category FROM journal_entry AS fact
          WHERE fact.about_kind = 'work.workitem' AND fact.about_id = item.id
            AND fact.name = 'work.state_changed' AND fact.at < %s
          ORDER BY fact.id DESC LIMIT 1
        ) AS last ON true
        WHERE item.kind IN {_KINDS} AND item.created_at < %s
          AND (item.resolved_at IS NULL OR item.resolved_at >= %s)
          AND coalesce(last.category, 'new') IN {_OPEN}
        """,  # noqa: S608 - constants
        (span.end, span.end, span.end, span.end),
    )


def first_answered(span: Span) -> Sql:
    """Tickets whose first public answer by an agent fell into the span."""
    return Sql(
        f"SELECT id AS item_id, answered_at AS at, created_at AS since FROM work_workitem "  # noqa: S608 - constants
        f"WHERE kind IN {_KINDS} AND answered_at >= %s AND answered_at < %s",
        (span.start, span.end),
    )


def page_of(item: WorkItem) -> str:
    """Where a ticket behind a figure is opened."""
    return reverse("console:tickets:page", kwargs={"number": item.reference})


metric(
    Metric(
        key="created",
        name=pgettext_lazy("measure", "Created"),
        sentence=_("Tickets that were opened in the period."),
        measure=Measure.COUNT,
        direction=Direction.NEITHER,
        events=created,
        page_of=page_of,
        order=10,
    ),
    module=__name__,
)
metric(
    Metric(
        key="resolved",
        name=pgettext_lazy("measure", "Resolved"),
        sentence=_("Tickets that were resolved in the period; one resolved again counts again."),
        measure=Measure.COUNT,
        direction=Direction.HIGHER,
        events=resolved,
        page_of=page_of,
        order=20,
    ),
    module=__name__,
)
metric(
    Metric(
        key="closed",
        name=pgettext_lazy("measure", "Closed"),
        sentence=_("Tickets that were closed in the period; one closed again counts again."),
        measure=Measure.COUNT,
        direction=Direction.NEITHER,
        events=closed,
        page_of=page_of,
        order=30,
    ),
    module=__name__,
)
metric(
    Metric(
        key="closure_rate",
        name=_("Closure rate"),
        sentence=_("Tickets resolved in the period ÷ tickets created in the period."),
        measure=Measure.RATIO,
        direction=Direction.HIGHER,
        events=resolved,
        out_of=created,
        page_of=page_of,
        order=40,
    ),
    module=__name__,
)
metric(
    Metric(
        key="backlog",
        name=_("Backlog"),
        sentence=_("Tickets that were open at the end of the period."),
        measure=Measure.COUNT,
        direction=Direction.LOWER,
        events=still_open,
        at_end=True,
        page_of=page_of,
        order=50,
    ),
    module=__name__,
)
metric(
    Metric(
        key="backlog_age",
        name=_("Age of the backlog"),
        sentence=_("How long the tickets open at the end of the period had been open by then."),
        measure=Measure.DURATION,
        direction=Direction.LOWER,
        events=still_open,
        at_end=True,
        page_of=page_of,
        order=60,
    ),
    module=__name__,
)
metric(
    Metric(
        key="first_response_time",
        name=_("First response time"),
        sentence=_(
            "From creation to the first public answer by an agent, for tickets first answered in "
            "the period; an automatic acknowledgement is no answer."
        ),
        measure=Measure.DURATION,
        direction=Direction.LOWER,
        events=first_answered,
        stops_with="first_response",
        page_of=page_of,
        order=70,
    ),
    module=__name__,
)
metric(
    Metric(
        key="resolution_time",
        name=_("Resolution time"),
        sentence=_(
            "From creation to the last resolution in the period, for tickets resolved in the "
            "period."
        ),
        measure=Measure.DURATION,
        direction=Direction.LOWER,
        events=resolved,
        stops_with="resolution",
        once=True,
        page_of=page_of,
        order=80,
    ),
    module=__name__,
)
