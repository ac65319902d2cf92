"""Forgetting what the door no longer needs."""

from __future__ import annotations

from atalaya.api.actions import forget_expired
from atalaya.core.jobs.actions import periodic


@periodic("api.forget_expired", cron="23 * * * *", queue="bulk")
def forget() -> None:
    """Delete answers whose Idempotency-Key is no longer remembered."""
    while forget_expired():
        pass
