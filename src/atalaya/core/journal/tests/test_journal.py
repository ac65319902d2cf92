"""Facts are told with their change, kept for ever, reacted to at once, soon, and on time."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, connections, transaction

from atalaya.core.journal.actions import (
    Happened,
    action,
    append,
    append_at,
    because_of,
    called_from,
    fire_timers,
    first_time,
    later,
    locked,
    on,
    run_reactions,
    timers_held,
)
from atalaya.core.journal.errors import OutsideTransaction
from atalaya.core.journal.events import Fact, ReactionFailed
from atalaya.core.journal.models import Entry, Pending, Timer
from atalaya.core.people.actions import add_person
from atalaya.core.people.models import SYSTEM, Actor, Person
from atalaya.kernel import clock as kernel_clock
from atalaya.testing.clocks import TestClock


@dataclass(frozen=True)
class Probed(Fact, name="testing.probed"):
    """Something was probed."""

    sentence = "probed"

    number: int
    at: dt.datetime | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Guarded(Fact, name="testing.guarded"):
    """Something that must not happen when the guard is up."""

    number: int


heard: list[int] = []
batches: list[list[int]] = []
causes: list[tuple[int | None, int]] = []
failing: set[int] = set()


@on(Probed)
def hear_now(happened: Happened[Probed]) -> None:
    heard.append(happened.fact.number)
    causes.append((happened.cause_id, happened.depth))
    if happened.fact.number in failing:
        Person.objects.create(name="half done")
        raise RuntimeError("not now")


@on(Guarded, must=True)
def guard(happened: Happened[Guarded]) -> None:
    if happened.fact.number in failing:
        raise IntegrityError("never")


@later(Probed, name="testing.hear_later")
def hear_later(happened: Sequence[Happened[Probed]]) -> None:
    numbers = [one.fact.number for one in happened]
    if -1 in numbers and -1 in failing:
        raise RuntimeError("this one does not work")
    batches.append(numbers)


@pytest.fixture(autouse=True)
def _silence() -> Iterator[None]:
    yield
    for kept in (heard, batches, causes, failing):
        kept.clear()


@action("testing.probe")
def probe(number: int, *, by: Actor = SYSTEM, about: Person | None = None) -> Entry:
    """Tell that something was probed."""
    return append(Probed(number), by=by, about=about)


@pytest.mark.django_db(transaction=True)
def test_a_fact_is_not_told_outside_the_transaction_of_its_change() -> None:
    with pytest.raises(OutsideTransaction):
        append(Probed(1), by=SYSTEM)
    with pytest.raises(OutsideTransaction):
        append_at(kernel_clock.now(), Probed(1))
    assert not Entry.objects.filter(name=Probed.name).exists()


@pytest.mark.django_db(transaction=True)
def test_change_fact_and_follow_up_commit_together_or_not_at_all() -> None:
    @action("testing.fail")
    def probe_and_fail() -> None:
        probe(1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        probe_and_fail()
    assert not Entry.objects.filter(name=Probed.name).exists()
    assert not Pending.objects.filter(reaction="testing.hear_later").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "update journal_entry set name = 'testing.other'",
        "delete from journal_entry",
    ],
)
def test_the_database_itself_refuses_to_change_the_journal(statement: str) -> None:
    probe(1)
    with connection.cursor() as cursor:
        cursor.execute("set local atalaya.flush = 'off'")
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            cursor.execute(statement)
    assert Entry.objects.get(name=Probed.name).facts["number"] == 1


@pytest.mark.django_db
def test_a_fact_comes_back_from_its_entry_as_it_was() -> None:
    moment = dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)
    fact = Probed(7, at=moment, names=("a", "b"))
    with transaction.atomic():
        entry = append(fact, by=SYSTEM)
    assert Entry.objects.get(pk=entry.pk).fact == fact
    assert Probed.read({"number": 7, "unknown": 1}) == Probed(7)


def test_facts_hold_no_words_of_people_and_no_secrets() -> None:
    with pytest.raises(TypeError, match="password"):
        type("Bad", (Fact,), {"__annotations__": {"password": "str"}}, name="testing.bad")


def test_two_facts_do_not_share_a_name() -> None:
    with pytest.raises(TypeError, match="probed"):
        type("Probe", (Fact,), {"__annotations__": {}}, name="testing.probed")


@pytest.mark.django_db
def test_an_entry_says_who_about_what_by_which_action_and_from_where(
    rita: Person, acting: Callable[[Person], Actor]
) -> None:
    with called_from("192.0.2.7"):
        entry = probe(1, by=acting(rita), about=rita)
    assert (entry.actor_kind, entry.actor_id) == ("person", rita.pk)
    assert (entry.about_kind, entry.about_id) == ("people.person", rita.pk)
    assert (entry.action, entry.source) == ("testing.probe", "192.0.2.7")


@pytest.mark.django_db
def test_an_action_called_by_another_tells_the_outer_name() -> None:
    @action("testing.outer")
    def outer() -> Entry:
        return probe(1)

    assert outer().action == "testing.outer"


@pytest.mark.django_db
def test_a_reaction_of_now_that_fails_leaves_the_write_and_is_tried_again(
    clock: TestClock,
) -> None:
    clock.at("2026-03-02 09:00")
    failing.add(1)
    entry = probe(1)
    assert heard == [1]
    assert not Person.objects.filter(name="half done").exists()
    told = Entry.objects.get(name=ReactionFailed.name)
    assert told.facts["entry_id"] == entry.pk
    assert (told.cause_id, told.depth) == (entry.pk, 1)
    failing.clear()
    run_reactions()
    assert heard == [1, 1]
    assert not Pending.objects.filter(entry=entry, parked_at__isnull=True).exists()


@pytest.mark.django_db(transaction=True)
def test_a_reaction_that_must_hold_undoes_the_write_when_it_fails() -> None:
    @action("testing.guarded")
    def write() -> None:
        Person.objects.create(name="Nobody")
        append(Guarded(1), by=SYSTEM)

    failing.add(1)
    with pytest.raises(IntegrityError):
        write()
    assert not Person.objects.filter(name="Nobody").exists()
    assert not Entry.objects.filter(name=Guarded.name).exists()


@pytest.mark.django_db
def test_reactions_of_later_are_given_facts_in_batches_and_once(clock: TestClock) -> None:
    clock.at("2026-03-02 09:00")
    for number in range(5):
        probe(number)
    assert batches == []
    run_reactions(batch=2)
    assert batches == [[0, 1], [2, 3], [4]]
    run_reactions()
    assert len(batches) == 3


@pytest.mark.django_db
def test_one_that_fails_does_not_hold_up_those_it_came_with(clock: TestClock) -> None:
    clock.at("2026-03-02 09:00")
    failing.add(-1)
    for number in (1, -1, 2):
        probe(number)
    run_reactions()
    assert sorted(number for batch in batches for number in batch) == [1, 2]
    waiting = Pending.objects.get(reaction="testing.hear_later")
    assert (waiting.attempts, waiting.entry.facts["number"]) == (1, -1)
    assert "does not work" in waiting.error


@pytest.mark.django_db
def test_what_fails_too_often_is_parked_and_waits_for_somebody(clock: TestClock) -> None:
    clock.at("2026-03-02 09:00")
    failing.add(-1)
    probe(-1)
    for _time in range(12):
        run_reactions()
        clock.advance(hours=2)
    waiting = Pending.objects.get(reaction="testing.hear_later")
    assert waiting.attempts == 8
    assert waiting.parked_at is not None


@pytest.mark.django_db
def test_a_retry_waits_longer_each_time(clock: TestClock) -> None:
    clock.at("2026-03-02 09:00")
    failing.add(-1)
    probe(-1)
    waits = []
    for _time in range(3):
        run_reactions()
        waiting = Pending.objects.get(reaction="testing.hear_later")
        waits.append((waiting.due_at - kernel_clock.now()).total_seconds())
        clock.at(waiting.due_at)
    assert waits == [15, 45, 135]


@pytest.mark.django_db
def test_what_follows_from_a_fact_names_its_cause_and_depth() -> None:
    with transaction.atomic():
        first = probe(1)
        with because_of(first.pk, first.depth):
            second = probe(2)
            with because_of(second.pk, second.depth):
                third = probe(3)
    assert [(e.cause_id, e.depth) for e in (first, second, third)] == [
        (None, 0),
        (first.pk, 1),
        (second.pk, 2),
    ]


@pytest.mark.django_db
def test_a_timer_is_a_fact_told_when_its_time_comes(clock: TestClock, rita: Person) -> None:
    now = clock.at("2026-03-02 09:00")
    with transaction.atomic():
        append_at(now + dt.timedelta(hours=1), Probed(9), about=rita)
    assert fire_timers() == 0
    clock.advance(minutes=59)
    assert fire_timers() == 0
    clock.advance(minutes=1)
    assert fire_timers() == 1
    entry = Entry.objects.get(name=Probed.name)
    assert (entry.actor_kind, entry.about_id) == ("timer", rita.pk)
    assert entry.at == kernel_clock.now()
    assert fire_timers() == 0


@pytest.mark.django_db
def test_a_timer_that_cannot_be_told_does_not_hold_up_the_others(clock: TestClock) -> None:
    now = clock.at("2026-03-02 09:00")
    failing.add(1)
    with transaction.atomic():
        append_at(now + dt.timedelta(minutes=1), Guarded(1))
        append_at(now + dt.timedelta(minutes=2), Probed(5))
    clock.advance(minutes=5)
    fire_timers()
    assert heard == [5]
    left = Timer.objects.get()
    assert left.name == Guarded.name
    assert left.due_at > kernel_clock.now()
    failing.clear()
    clock.advance(hours=1)
    fire_timers()
    assert Entry.objects.filter(name=Guarded.name).count() == 1


@pytest.mark.django_db
def test_what_must_not_run_twice_can_ask_whether_it_did() -> None:
    entry = probe(1)
    assert first_time(entry.pk, "testing.once")
    assert not first_time(entry.pk, "testing.once")


@pytest.mark.django_db
def test_a_locked_row_is_the_row_as_it_is_now(rita: Person) -> None:
    stale = Person.objects.get(pk=rita.pk)
    Person.objects.filter(pk=rita.pk).update(title="Accountant")
    with transaction.atomic():
        assert locked(stale).title == "Accountant"


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_fact_that_commits_late_is_not_skipped() -> None:
    told, may_commit = threading.Event(), threading.Event()
    problems: list[Any] = []

    def slow() -> None:
        try:
            with transaction.atomic():
                probe(1)  # takes the lower id and commits last
                told.set()
                assert may_commit.wait(10)
        except Exception as problem:  # told to the test's own thread
            problems.append(problem)
        finally:
            connection.close()

    other = threading.Thread(target=slow)
    other.start()
    assert told.wait(10)
    with transaction.atomic():
        probe(2)
    run_reactions()
    may_commit.set()
    other.join(10)
    run_reactions()
    assert problems == []
    assert [n for batch in batches for n in batch] == [2, 1]
    first, second = Entry.objects.filter(name=Probed.name).order_by("id")
    assert (first.facts["number"], second.facts["number"]) == (1, 2)


@pytest.mark.django_db
def test_people_are_told_of_by_id(rita: Person) -> None:
    person = add_person("Luz", by=SYSTEM, addresses=["luz@example.org"])
    entry = Entry.objects.filter(name="people.person_added").order_by("-id").first()
    assert entry is not None
    assert entry.facts == {"person_id": person.pk, "origin": ""}


@pytest.mark.django_db(transaction=True)
def test_timers_wait_for_who_lives_through_past_time(committed_desk: Any) -> None:
    told: list[int] = []

    def elsewhere() -> None:
        told.append(fire_timers())
        connections.close_all()

    with transaction.atomic():
        append_at(kernel_clock.now() - dt.timedelta(seconds=1), Probed(1))
    with timers_held():
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert told == [0]
    assert fire_timers() == 1
