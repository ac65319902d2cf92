"""Home by role: what needs me now, what is next, how the team stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from atalaya.core.people.models import Actor, Person
from atalaya.core.work.models import Promise, Task, Turn, WorkItem
from atalaya.kernel import clock
from atalaya.pages.filters import Filters
from atalaya.pages.queue import VIEWS, Row, rows_in

SHORT = 8


@dataclass(frozen=True)
class Numbers:
    """Counts of open work; each has a list of the queue behind it."""

    mine: int
    mine_my_turn: int
    free: int
    waiting: int
    urgent: int
    fresh: int


@dataclass(frozen=True)
class Load:
    """How much a colleague has in hand."""

    person_id: int
    name: str
    total: int
    urgent: int


def numbers_for(viewer: Actor) -> Numbers:
    """All counts in one reading of the viewer's open work."""
    me, teams = viewer.person_id, list(viewer.team_ids)
    mine = Q(assignee_id=me)
    ours = Q(team_id__in=teams) if teams else Q()
    free = Q(assignee__isnull=True) & (
        Q(team_id__in=teams) | Q(team__isnull=True) if teams else Q()
    )
    found = (
        WorkItem.objects.visible_to(viewer)
        .open()
        .filter(merged_into__isnull=True)
        .aggregate(
            mine=Count("id", filter=mine, distinct=True),
            mine_my_turn=Count("id", filter=mine & Q(turn=Turn.AGENT), distinct=True),
            free=Count("id", filter=free, distinct=True),
            waiting=Count("id", filter=mine & Q(turn=Turn.REQUESTER), distinct=True),
            urgent=Count("id", filter=ours & Q(priority__lte=2), distinct=True),
            fresh=Count("id", filter=ours & Q(category_of_state="new"), distinct=True),
        )
    )
    return Numbers(**found)


def next_of_mine(viewer: Actor) -> Sequence[Row]:
    """My open work that waits for me, the most important first."""
    filters = Filters(chosen={"turn": (Turn.AGENT.value,)})
    return rows_in(
        VIEWS["mine"], filters, viewer=viewer, order="priority", after=None, size=SHORT
    ).rows


def free_for_me(viewer: Actor) -> Sequence[Row]:
    """What nobody of my teams has taken yet."""
    return rows_in(
        VIEWS["free"], Filters(), viewer=viewer, order="priority", after=None, size=SHORT
    ).rows


def end_of_today() -> dt.datetime:
    """The coming midnight on the viewer's wall."""
    local = timezone.localtime(clock.now())
    return (local + dt.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def promises_of(viewer: Actor) -> QuerySet[Promise]:
    """What I promised and have not kept, the most urgent first."""
    return (
        Promise.objects.filter(
            made_by=viewer.person,
            kept_at__isnull=True,
            item__in=WorkItem.objects.visible_to(viewer),
        )
        .select_related("item__requester")
        .order_by("due_at")
    )


def tasks_of(viewer: Actor) -> QuerySet[Task]:
    """Open steps that are mine."""
    return (
        Task.objects.filter(
            assignee=viewer.person,
            done_at__isnull=True,
            item__in=WorkItem.objects.visible_to(viewer),
        )
        .select_related("item")
        .order_by("due_at", "id")
    )


def load_of_teams(viewer: Actor) -> list[Load]:
    """Open work of each colleague in my teams, the busiest first."""
    people = (
        Person.objects.visible_to(viewer).present().filter(memberships__team__in=viewer.team_ids)
    )
    ids = list(people.values_list("pk", flat=True).distinct())
    counts = {
        row["assignee_id"]: (row["total"], row["urgent"])
        for row in WorkItem.objects.visible_to(viewer)
        .open()
        .filter(assignee_id__in=ids)
        .order_by()
        .values("assignee_id")
        .annotate(
            total=Count("id", distinct=True),
            urgent=Count("id", filter=Q(priority__lte=2), distinct=True),
        )
    }
    names = dict(Person.objects.visible_to(viewer).filter(pk__in=ids).values_list("pk", "name"))
    loads = [Load(pk, name, *counts.get(pk, (0, 0))) for pk, name in names.items()]
    return sorted(loads, key=lambda one: (-one.total, one.name))
