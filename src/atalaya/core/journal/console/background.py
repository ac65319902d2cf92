"""What runs in the background: queues, jobs that gave up, reactions that were parked."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from atalaya.core.jobs.actions import QUEUES, periodic_jobs
from atalaya.core.jobs.queries import failed_jobs, last_worker_sign, queue_states
from atalaya.core.journal.actions import retry_job, retry_reaction
from atalaya.core.journal.queries import parked_count, parked_reactions, waiting_counts
from atalaya.kernel import clock
from atalaya.ui import htmx

SHOWN = 100
LOST = 60  # seconds without a sign after which a worker is missed


@require_GET
def index(request: Any) -> HttpResponse:
    """Queues, what failed, what is parked, and what runs by the clock."""
    request.actor.must("journal.jobs")
    sign = last_worker_sign()
    waiting = waiting_counts()
    context = {
        "queues": queue_states(QUEUES),
        "failed": list(failed_jobs()[:SHOWN]),
        "parked": list(parked_reactions()[:SHOWN]),
        "parked_count": parked_count(),
        "waiting": sum(waiting.values()),
        "periodic": sorted(periodic_jobs().items()),
        "sign": sign,
        "alive": sign is not None and (clock.now() - sign).total_seconds() < LOST,
    }
    return htmx.render(request, "journal/console/jobs.html", context)


@require_POST
def retry(request: Any, pk: int) -> HttpResponse:
    """Try a job again."""
    retry_job(pk, by=request.actor)
    return htmx.done(request, goto=_address(), toast=_("Queued again."))


@require_POST
def react(request: Any, pk: int) -> HttpResponse:
    """Try a parked reaction again."""
    retry_reaction(pk, by=request.actor)
    return htmx.done(request, goto=_address(), toast=_("Queued again."))


@require_POST
def retry_all(request: Any) -> HttpResponse:
    """Try everything on the page again, as far as it still is there."""
    request.actor.must("journal.jobs")
    jobs = list(failed_jobs().values_list("pk", flat=True)[:SHOWN])
    rows = list(parked_reactions().values_list("pk", flat=True)[:SHOWN])
    for pk in jobs:
        retry_job(pk, by=request.actor)
    for pk in rows:
        retry_reaction(pk, by=request.actor)
    count = len(jobs) + len(rows)
    said = ngettext("%(count)d queued again.", "%(count)d queued again.", count)
    return htmx.done(request, goto=_address(), toast=said % {"count": count})


def _address() -> str:
    return reverse("console:journal:jobs")
