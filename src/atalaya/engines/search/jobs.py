"""Nightly care of the words that are known."""

from __future__ import annotations

from atalaya.core.jobs.actions import periodic
from atalaya.engines.search.actions import count_words


@periodic("search.count_words", cron="23 3 * * 0", queue="bulk")
def count_by_night() -> None:
    """Count once a week how often words are used, so that the likelier correction comes first."""
    count_words("work_workitem", "subject")
