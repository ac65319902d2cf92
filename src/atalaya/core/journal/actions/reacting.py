"""What the worker does with the journal: run reactions of later in batches, fire timers.

Both take rows with SKIP LOCKED, so any number of workers may do it at once, and both work on
rows, not on a cursor over ids, so a fact whose transaction commits late is never skipped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog
from django.db import connection, transaction

from atalaya.core.journal.actions.telling import because_of, spread
from atalaya.core.journal.events import fact_named
from atalaya.core.journal.models import Entry, Pending, Timer
from atalaya.core.journal.registry import Happened, Later, Now, reaction_named
from atalaya.kernel import clock

log = structlog.get_logger(__name__)
BATCH = 200
HELD = 0x54494D45  # the advisory lock of who lives through past time
POSTPONED = dt.timedelta(minutes=10)  # how long a timer rests whose fact could not be told
ATTEMPTS = 8  # after which a reaction is parked for an administrator to see


def run_reactions(*, batch: int = BATCH) -> int:
    """Run every reaction that is due, a batch a transaction. Returns how many rows were handled."""
    names = list(
        Pending.objects.filter(parked_at__isnull=True, due_at__lte=clock.now())
        .order_by()
        .values_list("reaction", flat=True)
        .distinct()
    )
    return sum(_drain(name, batch) for name in names)


def _drain(name: str, batch: int) -> int:
    done = 0
    while handled := _run_batch(name, batch):
        done += handled
        if handled < batch:
            break
    return done


def _take(name: str, batch: int) -> list[Pending]:
    return list(
        Pending.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(reaction=name, parked_at__isnull=True, due_at__lte=clock.now())
        .select_related("entry")
        .order_by("id")[:batch]
    )


def _run_batch(name: str, batch: int) -> int:
    with transaction.atomic():
        rows = _take(name, batch)
        if not rows:
            return 0
        try:
            with transaction.atomic():
                _call(name, rows)
        except Exception:
            if len(rows) > 1:
                log.warning("reaction_batch_failed", reaction=name, rows=len(rows))
            for row in rows:
                _run_alone(name, row)
        else:
            Pending.objects.filter(pk__in=[row.pk for row in rows]).delete()
        return len(rows)


def _run_alone(name: str, row: Pending) -> None:
    """One row that failed in company gets its own try, so that it does not hold up the others."""
    try:
        with transaction.atomic():
            _call(name, [row])
    except Exception as problem:
        log.exception("reaction_failed", reaction=name, entry=row.entry_id)
        row.attempts += 1
        row.error = repr(problem)[:500]
        row.due_at = clock.now() + dt.timedelta(seconds=min(5 * 3**row.attempts, 3600))
        if row.attempts >= ATTEMPTS:
            row.parked_at = clock.now()
        row.save(update_fields=["attempts", "error", "due_at", "parked_at"])
    else:
        row.delete()


def _call(name: str, rows: Sequence[Pending]) -> None:
    reaction = reaction_named(name)
    if reaction is None:
        raise LookupError(f"no reaction is called {name}")
    happened = []
    for row in rows:
        kind = fact_named(row.entry.name)
        if kind is not None:
            happened.append(Happened.of(row.entry, kind.read(row.entry.facts)))
    last = rows[-1].entry
    with because_of(last.pk, last.depth):
        if isinstance(reaction, Later):
            reaction.run(happened)
        elif isinstance(reaction, Now):
            for one in happened:
                reaction.run(one)


@contextmanager
def timers_held() -> Iterator[None]:
    """Nobody else fires timers meanwhile: for who lives through past time (demo, import)."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [HELD])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [HELD])


def _are_held() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select from pg_locks where locktype = 'advisory' and classid = 0"
            " and objid = %s and granted and pid <> pg_backend_pid()"
            " and database = (select oid from pg_database where datname = current_database()))",
            [HELD],
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def fire_timers(*, batch: int = BATCH) -> int:
    """Append the facts whose time has come, each in its own transaction. Returns how many.

    Does nothing while somebody else holds them (``timers_held``).

    One transaction each, because what reacts to them locks items: a worker that held the locks of
    a whole batch would sooner or later wait for somebody who waits for it.
    """
    if _are_held():
        return 0
    due = Timer.objects.filter(due_at__lte=clock.now()).order_by("due_at", "id")
    return sum(_tell(pk) for pk in due.values_list("pk", flat=True)[:batch])


def _tell(pk: int) -> bool:
    """Whether the timer was still there; one whose fact could not be told is tried again later."""
    try:
        with transaction.atomic():
            timer = Timer.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
            if timer is None:
                return False
            _fire(timer)
            timer.delete()
    except Exception:
        log.exception("timer_failed", timer=pk)
        Timer.objects.filter(pk=pk).update(due_at=clock.now() + POSTPONED)
    return True


def _fire(timer: Timer) -> None:
    kind = fact_named(timer.name)
    if kind is None:
        log.error("timer_of_unknown_fact", name=timer.name)
        return
    entry = Entry.objects.create(
        name=timer.name,
        facts=timer.facts,
        actor_kind="timer",
        about_kind=timer.about_kind,
        about_id=timer.about_id,
        cause_id=timer.cause_id,
        depth=timer.depth,
        at=clock.now(),
    )
    spread(entry, kind.read(timer.facts))


def next_due() -> dt.datetime | None:
    """When the next timer is due, or None when there is none."""
    return Timer.objects.order_by("due_at").values_list("due_at", flat=True).first()
