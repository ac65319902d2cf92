"""What the jobs screen and the health findings read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from django.db import connection
from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob


@dataclass(frozen=True)
class QueueCount:
    """How many jobs of a queue are in a status."""

    queue: str
    status: str
    count: int


def queue_counts() -> list[QueueCount]:
    """Jobs by queue and status, successes left out."""
    rows = (
        ProcrastinateJob.objects.exclude(status="succeeded")
        .order_by()
        .values("queue_name", "status")
        .annotate(count=Count("id"))
    )
    return [QueueCount(row["queue_name"], row["status"], row["count"]) for row in rows]


def failed_jobs() -> QuerySet[ProcrastinateJob]:
    """Jobs that gave up, newest first."""
    events = ProcrastinateEvent.objects.filter(job=OuterRef("pk"), type="failed").order_by()
    last = events.values("job").annotate(last=Max("at")).values("last")
    rows = ProcrastinateJob.objects.filter(status="failed").annotate(failed_at=Subquery(last))
    return cast(QuerySet[ProcrastinateJob], rows.order_by("-id"))


def is_declared(name: str) -> bool:
    """Whether some installed package has a job of this name."""
    return name in app.tasks


@dataclass(frozen=True)
class QueueState:
    """A queue: how many of its jobs wait, run and gave up."""

    queue: str
    waiting: int = 0
    running: int = 0
    failed: int = 0


def queue_states(queues: Iterable[str]) -> list[QueueState]:
    """Every queue in the order given, empty ones too."""
    counts = {(row.queue, row.status): row.count for row in queue_counts()}
    return [
        QueueState(
            queue,
            counts.get((queue, "todo"), 0),
            counts.get((queue, "doing"), 0),
            counts.get((queue, "failed"), 0),
        )
        for queue in queues
    ]


def last_worker_sign() -> dt.datetime | None:
    """When a worker last gave a sign of life, None when there is no worker."""
    with connection.cursor() as cursor:
        cursor.execute("select max(last_heartbeat) from procrastinate_workers")
        row = cursor.fetchone()
    return row[0] if row else None
