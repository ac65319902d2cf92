"""Reading the choices that other systems keep."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from atalaya.core.jobs.actions import periodic
from atalaya.core.people.models import SYSTEM
from atalaya.core.work.actions import keep_choices
from atalaya.core.work.models import CustomField
from atalaya.core.work.queries import fields_to_read
from atalaya.core.work.sources import NotAList, choices_in
from atalaya.kernel import clock
from atalaya.kernel.errors import AtalayaError
from atalaya.platform.outgoing import Outgoing

FRESH_FOR = dt.timedelta(hours=1)


@periodic("work.read_choices", cron="* * * * *", queue="index")
def read_choices() -> None:
    """Read external fields that somebody wants read, and each of them once an hour."""
    for row in fields_to_read(before=clock.now() - FRESH_FOR):
        read_one(row)


def read_one(row: CustomField) -> None:
    """Ask the source of one field; what goes wrong is kept where an administrator sees it."""
    source = row.source
    client = Outgoing(allowed=tuple(settings.OUTGOING_NETWORKS), seconds=15, attempts=2)
    try:
        answer = client.get(source["url"], headers={"accept": "application/json"})
        if not answer.ok:
            keep_choices(row, by=SYSTEM, problem=f"HTTP {answer.status}")
            return
        found = choices_in(
            answer.json(), path=source["path"], key=source["key"], label=source["label"]
        )
    except (AtalayaError, NotAList, ValueError, RecursionError) as problem:
        keep_choices(row, by=SYSTEM, problem=str(problem) or type(problem).__name__)
    else:
        keep_choices(row, by=SYSTEM, choices=found)
