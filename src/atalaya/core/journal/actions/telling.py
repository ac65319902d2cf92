"""Writing to the journal, and the shape every write of the product has.

``@action`` marks a use case; ``locked`` re-reads a row for change; ``append`` tells the fact.
"""

from __future__ import annotations

import datetime as dt
import functools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, Protocol, TypeVar

import structlog
from django.db import connection, models, transaction

from atalaya.core.journal.errors import OutsideTransaction
from atalaya.core.journal.events import Fact, ReactionFailed
from atalaya.core.journal.models import Entry, Pending, ReactionRun, Timer, about_of
from atalaya.core.journal.registry import Happened, reactions_later, reactions_now
from atalaya.kernel import clock

log = structlog.get_logger(__name__)
P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=models.Model)

SLOW = 1.0  # seconds after which an action is worth a line in the log
_action: ContextVar[str] = ContextVar("action", default="")
_cause: ContextVar[tuple[int, int] | None] = ContextVar("cause", default=None)
_source: ContextVar[str] = ContextVar("source", default="")
_unheard: ContextVar[tuple[str, ...]] = ContextVar("unheard", default=())


@contextmanager
def unheard(*names: str) -> Iterator[None]:
    """Inside, reactions of later whose names begin so do not hear of facts.

    For history that is brought in from elsewhere: nobody is to get mail about last year.
    """
    token = _unheard.set(names)
    try:
        yield
    finally:
        _unheard.reset(token)


class Doer(Protocol):
    """What the journal needs to know of an actor."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> int | None: ...
    @property
    def acting_for_id(self) -> int | None: ...


def action(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function a use case: one transaction, a name for the log and the journal.

    Actions may call actions; those join the same transaction. A caller that wants to survive a
    failure wraps the call in its own ``transaction.atomic()``.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            outer = _action.get()
            token = _action.set(outer or name)
            start = time.perf_counter()
            try:
                # An action inside another joins it; the first one inside a transaction of
                # somebody else's (a bulk run, a test) can fail without breaking that.
                with transaction.atomic(savepoint=not outer):
                    return function(*args, **kwargs)
            finally:
                _action.reset(token)
                took = time.perf_counter() - start
                if took > SLOW and not outer:
                    log.warning("slow_action", action=name, seconds=round(took, 2))

        run.action_name = name  # type: ignore[attr-defined]  # read by tools that list actions
        return run

    return decorate


def locked(row: M) -> M:
    """``row`` as it is now, locked until the transaction ends (rows may still be linked to it)."""
    manager = type(row)._default_manager  # noqa: SLF001 - Django's documented model API
    return manager.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)


@contextmanager
def called_from(source: str) -> Iterator[None]:
    """Note where a request came from (an address) in every fact told inside."""
    token = _source.set(source[:64])
    try:
        yield
    finally:
        _source.reset(token)


@contextmanager
def because_of(entry_id: int, depth: int) -> Iterator[None]:
    """Facts told inside are caused by ``entry_id``."""
    token = _cause.set((entry_id, depth + 1))
    try:
        yield
    finally:
        _cause.reset(token)


def append(fact: Fact, *, by: Doer, about: models.Model | None = None) -> Entry:
    """Tell a fact: one journal entry, its reactions of now, and a note for those of later.

    Raises OutsideTransaction when there is no transaction to share.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction
    kind, pk = about_of(about)
    cause_id, depth = _cause.get() or (None, 0)
    entry = Entry.objects.create(
        name=fact.name,
        facts=fact.facts(),
        actor_kind=by.kind,
        actor_id=by.id,
        acting_for_id=by.acting_for_id,
        about_kind=kind,
        about_id=pk,
        cause_id=cause_id,
        depth=depth,
        action=_action.get(),
        source=_source.get(),
        at=clock.now(),
    )
    spread(entry, fact)
    return entry


def spread(entry: Entry, fact: Fact) -> None:
    """Note the reactions of later first, then run those of now."""
    waiting = [
        Pending(entry=entry, reaction=reaction.name, due_at=entry.at)
        for reaction in reactions_later(entry.name)
        if not reaction.name.startswith(_unheard.get())
    ]
    if waiting:
        Pending.objects.bulk_create(waiting)
        wake("atalaya_journal")
    happened = Happened.of(entry, fact)
    for reaction in reactions_now(entry.name):
        with because_of(entry.pk, entry.depth):
            if reaction.must:
                reaction.run(happened)
                continue
            try:
                with transaction.atomic():
                    reaction.run(happened)
            except Exception as problem:
                log.exception("reaction_failed", reaction=reaction.name, entry=entry.pk)
                _note_failure(entry, reaction.name, problem)


def _note_failure(entry: Entry, reaction: str, problem: Exception) -> None:
    Pending.objects.create(entry=entry, reaction=reaction, error=repr(problem)[:500])
    if entry.name != ReactionFailed.name:
        failed = ReactionFailed(entry.pk, reaction, type(problem).__name__)
        Entry.objects.create(
            name=failed.name,
            facts=failed.facts(),
            actor_kind="system",
            about_kind=entry.about_kind,
            about_id=entry.about_id,
            cause_id=entry.pk,
            depth=entry.depth + 1,
            at=clock.now(),
        )


def append_at(due: dt.datetime, fact: Fact, *, about: models.Model | None = None) -> Timer:
    """Have ``fact`` told at ``due``. Its reaction checks then whether it is still true."""
    if not connection.in_atomic_block:
        raise OutsideTransaction
    kind, pk = about_of(about)
    cause_id, depth = _cause.get() or (None, 0)
    timer = Timer.objects.create(
        due_at=due,
        name=fact.name,
        facts=fact.facts(),
        about_kind=kind,
        about_id=pk,
        cause_id=cause_id,
        depth=depth,
    )
    wake("atalaya_timers")
    return timer


def first_time(entry_id: int, reaction: str) -> bool:
    """Whether ``reaction`` sees the entry for the first time; marks it as seen.

    For reactions of later that cannot be idempotent; call it inside their transaction.
    """
    _row, made = ReactionRun.objects.get_or_create(entry_id=entry_id, reaction=reaction)
    return made


def wake(channel: str, payload: str = "") -> None:
    """Notify listeners of ``channel`` when this transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, %s)", [channel, payload])
