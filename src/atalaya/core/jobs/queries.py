"""What the jobs screen and the health findings read."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob


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
    return ProcrastinateJob.objects.filter(status="failed").order_by("-id")
