"""The housekeeping of jobs themselves."""

from __future__ import annotations

import asyncio
from typing import cast

import structlog
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from atalaya.core.jobs.actions import periodic
from atalaya.kernel import clock

log = structlog.get_logger(__name__)
HEARTBEAT_LOST = 60.0  # seconds after which a worker counts as dead


@periodic("jobs.recover_stalled", cron="* * * * *")
def recover_stalled() -> None:
    """Queue again what a worker was doing when it died."""
    asyncio.run(_recover())


async def _recover() -> None:
    worker_app = app.with_connector(cast(DjangoConnector, app.connector).get_worker_connector())
    async with worker_app.open_async():
        stalled = await worker_app.job_manager.get_stalled_jobs(
            seconds_since_heartbeat=HEARTBEAT_LOST
        )
        for found in stalled:
            log.warning("job_recovered", job=found.id, task=found.task_name)
            await worker_app.job_manager.retry_job(found, retry_at=clock.now())


@periodic("jobs.forget_old", cron="17 3 * * *", queue="bulk")
def forget_old() -> None:
    """Delete jobs that succeeded more than three days ago; failures stay until looked at."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from procrastinate_jobs j where status = 'succeeded' and not exists ("
            " select 1 from procrastinate_events e where e.job_id = j.id"
            " and e.at > now() - interval '3 days')"
        )
