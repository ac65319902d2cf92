"""Declaring and deferring background jobs.

A job deferred inside a transaction is a row on Django's own connection: it exists if and only if
the change that wanted it was committed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Generic, ParamSpec, cast

from django.db import connection
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

P = ParamSpec("P")

QUEUES = ("urgent", "default", "mail", "index", "bulk", "timers")
RETRY = RetryStrategy(max_attempts=8, wait=5, exponential_wait=3)


class Job(Generic[P]):
    """A function that runs later, in a worker. Called directly, it runs at once."""

    def __init__(self, task: Any, function: Callable[P, Any]) -> None:
        self._task, self._function = task, function
        self.name: str = task.name
        self.__doc__ = function.__doc__

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Any:
        return self._function(*args, **kwargs)

    def defer(
        self,
        *,
        lock: str | None = None,
        once: str | None = None,
        at: dt.datetime | None = None,
        **kwargs: Any,
    ) -> int | None:
        """Queue a run with ``kwargs`` (JSON values). Returns its id.

        ``lock``: runs sharing it go one after the other. ``once``: while a run with this key waits,
        another is not added (returns None). ``at``: not before that instant.
        """
        configured = self._task.configure(lock=lock, queueing_lock=once, schedule_at=at)
        try:
            return cast(int, configured.defer(**kwargs))
        except AlreadyEnqueued:
            return None


def job(
    name: str, *, queue: str = "default", retry: RetryStrategy | bool | None = RETRY
) -> Callable[[Callable[P, Any]], Job[P]]:
    """Declare a job. ``name`` sits in queued rows: it never changes."""
    if queue not in QUEUES:
        raise ValueError(f"no queue is called {queue!r}")

    def register(function: Callable[P, Any]) -> Job[P]:
        task = app.task(name=name, queue=queue, retry=retry or False)(function)
        return Job(task, function)

    return register


def defer_named(name: str, **kwargs: Any) -> int:
    """Queue a run of a job of a package above, known by its name only. Returns the run's id."""
    return app.tasks[name].defer(**kwargs)


def periodic(
    name: str, *, cron: str, queue: str = "default"
) -> Callable[[Callable[[], Any]], Job[[int]]]:
    """Declare a job that runs by the clock (``cron`` in UTC), one run at a time in all workers."""

    def register(function: Callable[[], Any]) -> Job[[int]]:
        def run(timestamp: int) -> None:
            function()

        run.__doc__ = function.__doc__
        task = app.task(name=name, queue=queue, queueing_lock=name, lock=name)(run)
        app.periodic(cron=cron, periodic_id=name)(task)
        _periodic[name] = cron
        return Job(task, run)

    return register


_periodic: dict[str, str] = {}


def periodic_jobs() -> dict[str, str]:
    """Name → cron expression (UTC) of every periodic job."""
    return dict(_periodic)


def retry_failed(job_id: int) -> bool:
    """Queue a job that gave up again, in this transaction. Whether it was one that had."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from procrastinate_jobs where id = %s and status = 'failed' for update",
            [job_id],
        )
        if cursor.fetchone() is None:
            return False
        cursor.execute("select procrastinate_retry_job_v2(%s, null, null, null, null)", [job_id])
    return True
