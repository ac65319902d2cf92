"""Every measure equals a naive reckoning over what was done, on tickets with random lives."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from atalaya.core.calendars.actions import save_calendar
from atalaya.core.calendars.queries import default_calendar
from atalaya.core.people.models import SYSTEM, Actor, Person, Team
from atalaya.core.work.models import PendingReason
from atalaya.engines.reports.ports import METRICS, Timing
from atalaya.engines.reports.queries import (
    Period,
    Question,
    Value,
    between,
    figures,
    metrics,
    report,
    rows_behind,
    value_of,
)
from atalaya.kernel import clock
from atalaya.practices.tickets.actions import (
    answer_ticket,
    assign_ticket,
    bin_ticket,
    close_ticket,
    open_ticket,
    reopen_ticket,
    resolve_ticket,
    resume_ticket,
    wait_for,
)
from atalaya.practices.tickets.models import Ticket

pytestmark = pytest.mark.django_db
Acting = Callable[[Person], Actor]
MADRID = ZoneInfo("Europe/Madrid")
YEAR = between(dt.date(2026, 1, 1), dt.date(2026, 12, 31), MADRID)
SPRING = between(dt.date(2026, 3, 16), dt.date(2026, 4, 12), MADRID)
WEEK = {
    day: [["09:00", "14:00"], ["15:30", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")
}
MINUTE = dt.timedelta(minutes=1)


@dataclass
class Life:
    """What was done with a ticket, as the test knows it."""

    ticket: Ticket
    created: dt.datetime
    groups: dict[str, str]
    resolved: list[dt.datetime] = field(default_factory=list)
    closed: list[dt.datetime] = field(default_factory=list)
    reopened: list[dt.datetime] = field(default_factory=list)
    answered: dt.datetime | None = None
    pauses: list[tuple[dt.datetime, dt.datetime]] = field(default_factory=list)

    def is_open_at(self, moment: dt.datetime) -> bool:
        done = [at for at in (*self.resolved, *self.closed) if at < moment]
        again = [at for at in self.reopened if at < moment]
        return self.created < moment and (not done or max(again, default=self.created) > max(done))


class Desk:
    """Lets tickets live through 2026, hour by hour, and remembers."""

    def __init__(
        self, seed: int, by: Actor, people: list[Person], teams: dict[Team, Person]
    ) -> None:
        self.random = random.Random(seed)
        self.by, self.people, self.teams = by, people, teams
        self.reason = PendingReason.objects.get(key="requester")
        self.lives: list[Life] = []

    def later(self, moment: dt.datetime, hours: float) -> dt.datetime:
        minutes = 1 + int(self.random.expovariate(1 / (hours * 60)))
        return moment + dt.timedelta(minutes=minutes)

    def live(self) -> None:
        start = dt.datetime(2026, 2, 20, tzinfo=dt.UTC)
        created = start + dt.timedelta(minutes=self.random.randrange(60 * 24 * 60))
        team = self.random.choice([None, *self.teams])
        priority = self.random.randint(1, 4)
        with clock.at(created):
            ticket = open_ticket(
                self.random.choice(list(Ticket.Kind)),
                by=self.by,
                subject="=cmd|' /C calc'!A0",
                text="Hola",
                requester=self.random.choice(self.people),
                team=team,
                assignee=self.teams[team] if team and self.random.random() < 0.5 else None,
                priority=priority,
            )
        item = ticket.item
        groups = {
            "team": str(item.team_id or "none"),
            "agent": str(item.assignee_id or "none"),
            "priority": str(priority),
            "kind": item.kind,
        }
        self.lives.append(Life(ticket, created, groups))
        self.go_on(self.lives[-1], created)

    def go_on(self, life: Life, now: dt.datetime) -> None:
        for _round in range(self.random.randint(0, 2)):
            if self.random.random() < 0.7:
                now = self.answer(life, self.later(now, 6))
            if self.random.random() < 0.4:
                now = self.wait(life, self.later(now, 3))
            if self.random.random() < 0.8:
                now = self.resolve(life, self.later(now, 20))
                if self.random.random() < 0.4:
                    now = self.close(life, self.later(now, 30))
                if self.random.random() < 0.4:
                    now = self.later(now, 24)
                    with clock.at(now):
                        reopen_ticket(life.ticket, by=self.by)
                    life.reopened.append(now)
                else:
                    return

    def answer(self, life: Life, now: dt.datetime) -> dt.datetime:
        with clock.at(now):
            answer_ticket(life.ticket, by=self.by, text="Lo miramos.")
        life.answered = life.answered or now
        self.read_agent(life)
        return now

    def wait(self, life: Life, now: dt.datetime) -> dt.datetime:
        end = self.later(now, 12)
        with clock.at(now):
            wait_for(life.ticket, by=self.by, reason=self.reason)
        with clock.at(end):
            resume_ticket(life.ticket, by=self.by)
        life.pauses.append((now, end))
        return end

    def resolve(self, life: Life, now: dt.datetime) -> dt.datetime:
        words = self.random.choice(["", "Ya está."])
        with clock.at(now):
            resolve_ticket(life.ticket, by=self.by, answer=words)
        life.resolved.append(now)
        life.answered = life.answered or (now if words else None)
        self.read_agent(life)
        return now

    def close(self, life: Life, now: dt.datetime) -> dt.datetime:
        with clock.at(now):
            close_ticket(life.ticket, by=self.by)
        life.closed.append(now)
        return now

    def read_agent(self, life: Life) -> None:
        life.ticket.item.refresh_from_db()
        life.groups["agent"] = str(life.ticket.item.assignee_id or "none")
        life.groups["team"] = str(life.ticket.item.team_id or "none")


@pytest.fixture
def manager(max_: Person, acting: Acting) -> Actor:
    return acting(max_)


@pytest.fixture
def desk(
    manager: Actor,
    rita: Person,
    stan: Person,
    omar: Person,
    nora: Person,
    front_desk: Team,
    networks: Team,
) -> Desk:
    save_calendar(default_calendar(), by=SYSTEM, zone="Europe/Madrid", week=WEEK, country="ES")
    made = Desk(7, manager, [rita, stan], {front_desk: omar, networks: nora})
    for _ticket in range(30):
        made.live()
    return made


def naive(lives: Iterable[Life], key: str, period: Period) -> tuple[int, Any]:
    """Count and figure by going through everything that was done."""
    lives = list(lives)
    span = period.span

    def within(moments: Iterable[dt.datetime]) -> list[dt.datetime]:
        return [at for at in moments if span.start <= at < span.end]

    created = within(life.created for life in lives)
    resolved = within(at for life in lives for at in life.resolved)
    if key == "created":
        return len(created), len(created)
    if key == "resolved":
        return len(resolved), len(resolved)
    if key == "closed":
        closed = within(at for life in lives for at in life.closed)
        return len(closed), len(closed)
    if key == "closure_rate":
        share = Fraction(len(resolved), len(created)) if created else None
        return len(resolved), share
    standing = [life for life in lives if life.is_open_at(span.end)]
    if key == "backlog":
        return len(standing), len(standing)
    if key == "backlog_age":
        ages = [span.end - life.created for life in standing]
    elif key == "first_response_time":
        ages = [
            life.answered - life.created
            for life in lives
            if life.answered and within([life.answered])
        ]
    else:
        last = [(life, within(life.resolved)) for life in lives]
        ages = [max(moments) - life.created for life, moments in last if moments]
    return len(ages), _median(ages) if ages else None


def _median(ages: list[dt.timedelta]) -> dt.timedelta:
    ordered, half = sorted(ages), len(ages) // 2
    return ordered[half] if len(ages) % 2 else (ordered[half - 1] + ordered[half]) / 2


def figure_of(value: Value) -> tuple[int, Any]:
    return value.count, value.median if value.measure == "duration" else value.number


def test_every_measure_equals_a_naive_reckoning(desk: Desk, manager: Actor) -> None:
    with clock.at("2026-12-31 23:00", "Europe/Madrid"):
        for metric in metrics():
            for period in (
                SPRING,
                YEAR,
                SPRING.before,
                between(dt.date(2027, 6, 1), dt.date(2027, 6, 2), MADRID),
            ):
                if metric.at_end and period.span.end > clock.now():
                    continue
                question = Question(period)
                assert figure_of(value_of(metric, question, manager)) == naive(
                    desk.lives, metric.key, period
                ), (metric.key, period)


def test_groups_and_steps_of_a_report_equal_it_too(desk: Desk, manager: Actor) -> None:
    with clock.at("2026-12-31 23:00", "Europe/Madrid"):
        for metric in metrics():
            for by in ("team", "agent", "priority", "kind"):
                made = report(metric, Question(SPRING, by=by), manager)
                parts: dict[str, list[Life]] = defaultdict(list)
                for life in desk.lives:
                    parts[life.groups[by]].append(life)
                for line in made.lines:
                    expected = naive(parts[line.key], metric.key, SPRING)
                    assert figure_of(line.value) == expected, (metric.key, by, line)
                assert len(made.points) == 28
                for point in made.points:
                    expected = naive(desk.lives, metric.key, point.period)
                    assert figure_of(point.value) == expected, (metric.key, point.period)


def test_each_figure_opens_into_the_rows_it_is_made_of(desk: Desk, manager: Actor) -> None:
    for metric in metrics():
        question = Question(SPRING, {"priority": ("1", "2")})
        rows = rows_behind(metric, question, manager)
        assert len(rows) == value_of(metric, question, manager).count
        known = {life.ticket.pk: life.groups["priority"] for life in desk.lives}
        assert {known[row.item_id] for row in rows} <= {"1", "2"}


def test_business_time_is_the_open_minutes_outside_pauses(desk: Desk, manager: Actor) -> None:
    question = Question(YEAR, timing=Timing.BUSINESS)
    rows = rows_behind(METRICS["resolution_time"], question, manager)
    lives = {life.ticket.pk: life for life in desk.lives}
    assert len(rows) >= 8
    for row in rows[:8]:
        life = lives[row.item_id]
        minute, worked = life.created, 0
        while minute < max(life.resolved):
            paused = any(begin <= minute < end for begin, end in life.pauses)
            worked += not paused and _open_in_madrid(minute)
            minute += MINUTE
        assert row.lasted == worked * MINUTE, life


def _open_in_madrid(moment: dt.datetime) -> bool:
    """The plan of ``WEEK`` with Spain's holidays of spring 2026, written out."""
    local = moment.astimezone(MADRID)
    closed = {dt.date(2026, 4, 3), dt.date(2026, 5, 1), dt.date(2026, 1, 1), dt.date(2026, 1, 6)}
    if local.weekday() > 4 or local.date() in closed:
        return False
    time = local.time()
    return dt.time(9) <= time < dt.time(14) or dt.time(15, 30) <= time < dt.time(18)


def test_where_there_is_nothing_there_is_no_figure(manager: Actor) -> None:
    value = value_of(METRICS["closure_rate"], Question(SPRING), manager)
    assert (value.number, value.count, value.out_of) == (None, 0, 0)
    assert value_of(METRICS["resolution_time"], Question(SPRING), manager).median is None
    assert value_of(METRICS["created"], Question(SPRING), manager).number == 0


def test_only_what_the_viewer_sees_is_counted(
    desk: Desk, manager: Actor, omar: Person, rita: Person, acting: Acting
) -> None:
    everything = value_of(METRICS["created"], Question(YEAR), manager).count
    seen = value_of(METRICS["created"], Question(YEAR), acting(omar)).count
    assert 0 < seen < everything
    assert value_of(METRICS["created"], Question(YEAR), acting(rita)).count == 0
    bin_ticket(desk.lives[0].ticket, by=manager)
    assert value_of(METRICS["created"], Question(YEAR), manager).count == everything - 1


def test_an_overview_asks_a_number_of_questions_that_does_not_grow(
    desk: Desk, manager: Actor
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            figures(Question(SPRING, timing=Timing.BUSINESS), manager)
        return sum("preferences_" not in query["sql"] for query in queries)  # kept for 2 s

    before = asked()
    for _ticket in range(15):
        desk.live()
    assert asked() == before
    assert before <= 48


def test_a_ticket_assigned_later_is_counted_with_its_agent(
    desk: Desk, manager: Actor, omar: Person, front_desk: Team
) -> None:
    life = next(one for one in desk.lives if one.groups["agent"] == "none" and not one.closed)
    assign_ticket(life.ticket, by=manager, person=omar)
    made = report(METRICS["created"], Question(YEAR, by="agent"), manager)
    mine = next(line for line in made.lines if line.key == str(omar.pk))
    assert mine.label == "Omar"
    assert life.ticket.pk in {
        row.item_id
        for row in rows_behind(
            METRICS["created"], Question(YEAR, by="agent").only(mine.key), manager
        )
    }
