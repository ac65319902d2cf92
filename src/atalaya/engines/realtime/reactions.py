"""Every fact about something that pages follow is told to them when it commits."""

from __future__ import annotations

from typing import Any

from atalaya.core.journal.actions import Happened, on, wake
from atalaya.engines.realtime import topics


# Without a savepoint (`must`): pg_notify is one statement that cannot fail by what the fact holds.
@on("*", must=True)
def tell_open_pages(happened: Happened[Any]) -> None:
    """Notify at commit; PostgreSQL folds equal notices of one transaction into one."""
    topic = topics.of(happened)
    if topic is not None:
        wake(topics.CHANNEL, topic)
