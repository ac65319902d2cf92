"""Writing to the journal, and reacting to what was written."""

from __future__ import annotations

from atalaya.core.journal.actions.reacting import fire_timers, next_due, run_reactions, timers_held
from atalaya.core.journal.actions.retrying import retry_job, retry_reaction
from atalaya.core.journal.actions.telling import (
    action,
    append,
    append_at,
    because_of,
    called_from,
    first_time,
    locked,
    unheard,
    wake,
)
from atalaya.core.journal.registry import Happened, later, on

__all__ = [
    "Happened",
    "action",
    "append",
    "append_at",
    "because_of",
    "called_from",
    "fire_timers",
    "first_time",
    "later",
    "locked",
    "next_due",
    "on",
    "retry_job",
    "retry_reaction",
    "run_reactions",
    "timers_held",
    "unheard",
    "wake",
]
