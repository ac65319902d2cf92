"""The page of what runs in the background: what gave up is seen and tried again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import connection
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from atalaya.core.journal.actions import append, retry_reaction
from atalaya.core.journal.events import ReactionFailed
from atalaya.core.journal.models import Entry, Pending
from atalaya.core.people.models import SYSTEM, Person
from atalaya.kernel import clock

if TYPE_CHECKING:
    from atalaya.core.people.models import Actor

Visit = Callable[..., Client]


def failed_job() -> int:
    job_id: int = app.configure_task("jobs.recover_stalled").defer(timestamp=1)
    with connection.cursor() as cursor:
        for status in ("doing", "failed"):
            cursor.execute(
                "update procrastinate_jobs set status = %s::procrastinate_job_status where id = %s",
                [status, job_id],
            )
    return job_id


def parked_reaction() -> Pending:
    told = append(ReactionFailed(1, "made.up", "Error"), by=SYSTEM)
    return Pending.objects.create(
        entry=told, reaction="made.up", attempts=8, error="Boom()", parked_at=clock.now()
    )


def test_a_job_that_gave_up_is_shown_and_tried_again(visiting: Visit, max_: Person) -> None:
    browser, job_id = visiting(max_), failed_job()
    page = browser.get("/console/settings/jobs/")
    assert b"jobs.recover_stalled" in page.content
    assert browser.post(f"/console/settings/jobs/{job_id}/retry/").status_code == 303
    assert ProcrastinateJob.objects.get(pk=job_id).status == "todo"
    told = Entry.objects.get(name="journal.job_retried")
    assert (told.facts["job_id"], told.actor_id) == (job_id, max_.pk)
    assert browser.post(f"/console/settings/jobs/{job_id}/retry/").status_code == 404


def test_a_parked_reaction_is_shown_and_let_go(visiting: Visit, max_: Person) -> None:
    browser, row = visiting(max_), parked_reaction()
    assert b"Boom()" in browser.get("/console/settings/jobs/").content
    browser.post(f"/console/settings/jobs/reactions/{row.pk}/retry/")
    row.refresh_from_db()
    assert (row.parked_at, row.attempts) == (None, 0)


def test_everything_is_tried_again_at_once(visiting: Visit, max_: Person) -> None:
    browser, job_id, row = visiting(max_), failed_job(), parked_reaction()
    assert browser.post("/console/settings/jobs/retry-all/").status_code == 303
    row.refresh_from_db()
    assert row.parked_at is None
    assert ProcrastinateJob.objects.get(pk=job_id).status == "todo"


def test_only_who_may_tries_again(
    visiting: Visit, omar: Person, acting: Callable[[Person], Actor]
) -> None:
    browser, row = visiting(omar), parked_reaction()
    assert browser.get("/console/settings/jobs/").status_code == 403
    assert browser.post(f"/console/settings/jobs/reactions/{row.pk}/retry/").status_code == 403
    assert not acting(omar).may("journal.jobs")
    retry_reaction(row.pk, by=SYSTEM)
