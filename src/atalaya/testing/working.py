"""Run what a worker would run, in the test's own process and transaction."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

ROUNDS = 100  # a chain of jobs that is longer than this never ends


class JobsRun:
    """Fires due timers, runs later reactions, then queued jobs, until nothing is left that is due.

    An exception of a job is the test's: nothing is retried behind its back, unless ``giving_up``
    is asked for, which leaves a failed job queued or failed as a worker would.
    """

    def __call__(self, *, giving_up: bool = False) -> list[str]:
        """Run everything that is due now; returns the names of the jobs that ran."""
        from atalaya.core.journal.actions import fire_timers, run_reactions

        names: list[str] = []
        for _round in range(ROUNDS):
            moved = fire_timers() + run_reactions()
            ran = self._run_queued(giving_up=giving_up)
            names += ran
            if not moved and not ran:
                return names
        raise AssertionError(f"jobs keep making jobs: {names[-10:]}")

    def waiting(self) -> list[str]:
        """Names of the jobs that wait, also those whose time has not come."""
        from procrastinate.contrib.django.models import ProcrastinateJob

        rows = ProcrastinateJob.objects.filter(status="todo").order_by("id")
        return list(rows.values_list("task_name", flat=True))

    def _run_queued(self, *, giving_up: bool) -> list[str]:
        from django.db.models import Q
        from procrastinate.contrib.django.models import ProcrastinateJob

        from atalaya.kernel import clock

        due = Q(scheduled_at__isnull=True) | Q(scheduled_at__lte=clock.now())
        rows = ProcrastinateJob.objects.filter(due, status="todo").order_by("-priority", "id")
        return [row.task_name for row in list(rows) if self._run_one(row, giving_up=giving_up)]

    def _run_one(self, row: Any, *, giving_up: bool) -> bool:
        from asgiref.sync import async_to_sync
        from django.db import transaction
        from procrastinate.contrib.django import app

        # A worker commits "doing" before it runs a job; within a test that is one statement.
        if not _execute(
            "update procrastinate_jobs set status = 'doing' where id = %s and status = 'todo'",
            [row.pk],
        ):
            return False
        function: Callable[..., Any] = app.tasks[row.task_name].func
        if inspect.iscoroutinefunction(function):
            function = async_to_sync(function)
        try:
            with transaction.atomic():
                function(**row.args)
        except Exception as problem:
            if not giving_up:
                raise
            self._give_up(row, problem)
        else:
            _execute("select procrastinate_finish_job_v1(%s, 'succeeded', false)", [row.pk])
        return True

    def _give_up(self, row: Any, problem: Exception) -> None:
        """Leave the job as a worker leaves it: queued for later, or failed for good."""
        from procrastinate.contrib.django import app

        task = app.tasks[row.task_name]
        again = task.get_retry_exception(problem, row.procrastinate_job)
        if again is None:
            _execute("select procrastinate_finish_job_v1(%s, 'failed', false)", [row.pk])
            return
        _execute(
            "select procrastinate_retry_job_v2(%s, %s, null, null, null)",
            [row.pk, again.retry_decision.retry_at],
        )


def _execute(statement: str, values: list[Any]) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


@pytest.fixture
def run_jobs(db: None) -> JobsRun:
    """What a worker would do by now: timers, later reactions, queued jobs."""
    return JobsRun()


@pytest.fixture
def journal_of(db: None) -> Callable[[Any], list[str]]:
    """Names of the facts about a row, oldest first: ``["tickets.opened", …]``."""

    def names(row: Any) -> list[str]:
        from atalaya.core.journal.queries import facts_about

        return list(facts_about(getattr(row, "item", row)).values_list("name", flat=True))

    return names
