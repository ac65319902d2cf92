"""What the plugin promises to those who write tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from atalaya.core.jobs.actions import job
from atalaya.core.journal.actions import action, append, append_at
from atalaya.core.people.actions import change_person
from atalaya.core.people.events import PersonChanged
from atalaya.core.people.models import SYSTEM, Actor, Person, Role, Team
from atalaya.kernel import clock as kernel_clock
from atalaya.testing import plugin
from atalaya.testing.clocks import TestClock
from atalaya.testing.snapshots import Snapshots
from atalaya.testing.working import JobsRun

ran: list[str] = []


@job("testing.say")
def say(word: str) -> None:
    """Remember a word."""
    ran.append(word)


@job("testing.fail", retry=False)
def fail() -> None:
    """Go wrong for good."""
    raise RuntimeError("for good")


@pytest.fixture(autouse=True)
def _nothing_ran() -> None:
    ran.clear()


def test_the_cast_is_who_it_is_said_to_be(
    rita: Person,
    omar: Person,
    ana: Person,
    nora: Person,
    stan: Person,
    max_: Person,
    front_desk: Team,
    acting: Callable[[Person], Actor],
) -> None:
    assert not acting(rita).is_agent
    assert not acting(stan).is_agent
    assert acting(omar).is_agent
    assert acting(omar).team_ids == {front_desk.pk}
    assert acting(ana).may("people.merge")
    assert not acting(omar).may("people.merge")
    assert acting(nora).team_ids.isdisjoint(acting(omar).team_ids)
    assert acting(max_).may("people.grant")
    assert rita.organisation == omar.organisation != stan.organisation


@pytest.mark.django_db
def test_the_starting_content_is_there() -> None:
    assert {"agent", "lead", "admin"} <= set(Role.objects.values_list("key", flat=True))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_time", [1, 2])
def test_what_a_test_commits_is_gone_for_the_next(_time: int) -> None:
    assert Role.objects.filter(key="agent").exists()
    assert not Person.objects.exists()
    Role.objects.all().delete()
    Person.objects.create(name="Somebody")


def test_the_clock_stands_where_it_is_put(clock: TestClock) -> None:
    clock.at("2026-03-29 03:30", "Europe/Madrid")
    assert kernel_clock.now() == dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)
    clock.advance(minutes=45)
    assert kernel_clock.now() == dt.datetime(2026, 3, 29, 2, 15, tzinfo=dt.UTC)


def test_the_journal_of_a_row_is_read_by_name(
    rita: Person, journal_of: Callable[[Any], list[str]]
) -> None:
    change_person(rita, by=SYSTEM, title="Accountant")
    assert journal_of(rita) == ["people.person_added", "people.person_changed"]


def test_jobs_run_when_they_are_due(run_jobs: JobsRun, clock: TestClock) -> None:
    clock.at("2026-11-02 09:00")
    say.defer(word="now")
    say.defer(word="at noon", at=dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC))
    assert run_jobs() == ["testing.say"]
    assert ran == ["now"]
    clock.advance(hours=3)
    run_jobs()
    assert ran == ["now", "at noon"]
    assert run_jobs.waiting() == []


def test_timers_fire_when_they_are_due(
    run_jobs: JobsRun, clock: TestClock, rita: Person, journal_of: Callable[[Any], list[str]]
) -> None:
    @action("testing.later")
    def note_for_tomorrow() -> None:
        append_at(kernel_clock.now() + dt.timedelta(days=1), PersonChanged(rita.pk), about=rita)

    clock.at("2026-11-02 09:00")
    note_for_tomorrow()
    run_jobs()
    assert journal_of(rita).count("people.person_changed") == 0
    clock.advance(days=1)
    run_jobs()
    assert journal_of(rita).count("people.person_changed") == 1


def test_what_a_job_raises_is_raised_in_the_test(run_jobs: JobsRun) -> None:
    fail.defer()
    with pytest.raises(RuntimeError, match="for good"):
        run_jobs()


def test_a_job_may_be_left_as_a_worker_leaves_it(run_jobs: JobsRun) -> None:
    fail.defer()
    run_jobs(giving_up=True)
    assert run_jobs.waiting() == []


@pytest.mark.django_db
def test_a_test_of_an_action_needs_no_transaction_of_its_own(rita: Person) -> None:
    append(PersonChanged(rita.pk), by=SYSTEM, about=rita)


@pytest.mark.parametrize(
    ("reason", "is_red"), [("no time", True), ("the public data is absent", False)]
)
def test_a_skip_is_red_where_everything_must_run(
    monkeypatch: pytest.MonkeyPatch, reason: str, is_red: bool
) -> None:
    report = pytest.TestReport(
        nodeid="x",
        location=("x.py", 1, "x"),
        keywords={},
        outcome="skipped",
        longrepr=("x.py", 1, f"Skipped: {reason}"),
        when="call",
    )
    monkeypatch.delenv("CI", raising=False)
    plugin._turn_red(report)
    was: str = report.outcome
    assert was == "skipped"
    monkeypatch.setenv("CI", "true")
    plugin._turn_red(report)
    now: str = report.outcome
    assert (now == "failed") is is_red


def test_counts_may_fall_and_not_rise(tmp_path: Any) -> None:
    Snapshots(tmp_path, update=True).at_most("queries.json", "queue", 12)
    kept = Snapshots(tmp_path, update=False)
    kept.at_most("queries.json", "queue", 11)
    with pytest.raises(pytest.fail.Exception, match="is 13 and was 12"):
        kept.at_most("queries.json", "queue", 13)
    with pytest.raises(pytest.fail.Exception, match="not recorded"):
        kept.at_most("queries.json", "home", 1)


def test_texts_have_to_be_accepted(tmp_path: Any) -> None:
    Snapshots(tmp_path, update=True).text("names.txt", "a\nb\n")
    kept = Snapshots(tmp_path, update=False)
    kept.text("names.txt", "a\nb\n")
    with pytest.raises(pytest.fail.Exception, match="-b"):
        kept.text("names.txt", "a\n")
