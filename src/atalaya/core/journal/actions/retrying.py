"""Trying again, by hand, what gave up."""

from __future__ import annotations

from procrastinate.contrib.django.models import ProcrastinateJob

from atalaya.core.jobs.actions import retry_failed
from atalaya.core.journal.actions.telling import action, append, wake
from atalaya.core.journal.events import JobRetried, ReactionRetried
from atalaya.core.journal.models import Pending
from atalaya.kernel import clock
from atalaya.kernel.actors import Actor
from atalaya.kernel.errors import NotFound


@action("journal.retry_job")
def retry_job(job_id: int, *, by: Actor) -> None:
    """Queue a job that gave up again. Raises NotAllowed, NotFound when it has not given up."""
    by.must("journal.jobs")
    task = ProcrastinateJob.objects.filter(pk=job_id).values_list("task_name", flat=True).first()
    if task is None or not retry_failed(job_id):
        raise NotFound
    append(JobRetried(job_id, task), by=by)


@action("journal.retry_reaction")
def retry_reaction(pending_id: int, *, by: Actor) -> None:
    """Let a parked reaction run again, with all its tries. Raises NotAllowed, NotFound."""
    by.must("journal.jobs")
    row = Pending.objects.select_for_update().filter(pk=pending_id).first()
    if row is None or row.parked_at is None:
        raise NotFound
    row.parked_at, row.attempts, row.due_at = None, 0, clock.now()
    row.save(update_fields=["parked_at", "attempts", "due_at"])
    append(ReactionRetried(row.entry_id, row.reaction), by=by)
    wake("atalaya_journal")
