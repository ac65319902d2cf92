"""Fill an empty desk with many tickets by COPY, from a fixed seed, for measuring only.

This is the one place that writes rows past the actions: a million tickets through them would take
hours, and what is measured is reading. It refuses a desk that has tickets.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from atalaya.cli.bench import texts
from atalaya.core.people.actions import join_team, save_organisation, save_team
from atalaya.core.people.models import SYSTEM, Person, Team
from atalaya.core.work.models import Category, WorkItem
from atalaya.kernel import clock
from atalaya.kernel.errors import AtalayaError
from atalaya.platform.words import gettext as _

Progress = Callable[[str, int, int], None]
OPEN_SHARE = 0.05
ENTRIES_EACH = 5
TEAMS = 20
AGENTS = 200
SEED = 20_261_123


class DeskIsNotEmpty(AtalayaError):
    code = "desk_is_not_empty"
    status = 409
    message = _("This desk has tickets. Measure on an empty one: set ATALAYA_DATA to a new folder.")


@dataclass(frozen=True)
class Seeded:
    """How much there is now."""

    tickets: int
    entries: int
    people: int
    seconds: float


@dataclass(frozen=True)
class Cast:
    """Ids that rows point at."""

    people: range
    agents: list[tuple[int, int]]  # (person, team)
    categories: list[int]


def seed(tickets: int, people: int, progress: Progress) -> Seeded:
    """Fill the desk. Raises DeskIsNotEmpty."""
    if WorkItem.objects.exists():
        raise DeskIsNotEmpty
    start = clock.now()
    cast = _people(people, progress)
    entries = _tickets(tickets, cast, progress)
    _settle(progress)
    took = (clock.now() - start).total_seconds()
    return Seeded(tickets, entries, people, took)


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    names = ", ".join(columns)
    with connection.cursor() as cursor, cursor.copy(f"copy {table} ({names}) from stdin") as copy:
        for row in rows:
            copy.write_row(row)


def _people(count: int, progress: Progress) -> Cast:
    progress(_("Making people"), 0, count)
    organisation = save_organisation(by=SYSTEM, name="Bench", domains=["bench.test"])
    first = (Person.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    ids = range(first, first + count)
    now = clock.now()
    _copy(
        "people_person",
        [
            "id", "name", "language", "zone", "title", "department", "organisation_id", "is_vip",
            "is_active", "external_id", "note", "created_at", "updated_at",
        ],
        (
            (pk, texts.person(pk), "es" if pk % 2 else "en", "Europe/Madrid", "", "",
             organisation.pk, False, True, "", "", now, now)
            for pk in ids
        ),
    )  # fmt: skip
    _copy(
        "people_address",
        ["person_id", "value", "is_primary"],
        ((pk, f"person{pk}@bench.test", True) for pk in ids),
    )
    _reset("people_person")
    teams = [
        save_team(by=SYSTEM, name=f"Bench team {n}", tier=Team.Tier(1 + n % 3))
        for n in range(1, TEAMS + 1)
    ]
    agents = []
    for number, pk in enumerate(ids[: min(AGENTS, count)]):
        team = teams[number % TEAMS]
        join_team(team, Person.objects.get(pk=pk), by=SYSTEM, lead=number < TEAMS)
        agents.append((pk, team.pk))
    categories = list(Category.objects.values_list("pk", flat=True))
    return Cast(ids, agents, categories)


ITEM = [
    "id", "number", "kind", "subject", "preview", "state", "category_of_state", "turn", "priority",
    "impact", "urgency", "priority_by_hand", "requester_id", "organisation_id", "team_id",
    "assignee_id", "category_id", "custom", "channel", "origin", "language", "is_confidential",
    "binned_as", "created_at", "updated_at", "answered_at", "resolved_at", "closed_at",
    "last_message_at", "last_answer_at", "waiting_since",
]  # fmt: skip
ENTRY = [
    "item_id", "kind", "is_public", "author_id", "author_kind", "channel", "html", "folded", "text",
    "source", "source_kind", "created_at",
]  # fmt: skip


def _tickets(count: int, cast: Cast, progress: Progress) -> int:
    chance = random.Random(SEED)  # noqa: S311 - the same desk every time, nothing secret
    organisation = Person.objects.filter(pk=cast.people[0]).values_list("organisation", flat=True)[
        0
    ]
    now = clock.now()
    step, entries = 20_000, 0
    what = _("Making tickets")
    for begin in range(0, count, step):
        progress(what, begin, count)
        numbers = range(begin + 1, min(begin + step, count) + 1)
        made = [_item(chance, n, count, cast, organisation, now) for n in numbers]
        _copy("work_workitem", ITEM, (row for row, _words in made))
        _copy("tickets_ticket", ["item_id", "reopenings", "escalations", "bounces"],
              ((row[0], 0, 0, 0) for row, _words in made))  # fmt: skip
        lines = list(_entries(chance, made, cast))
        entries += len(lines)
        _copy("work_entry", ENTRY, lines)
    _reset("work_workitem")
    with connection.cursor() as cursor:
        cursor.execute("select setval('work_number', %s)", [count])
    return entries


def _item(
    chance: random.Random, n: int, count: int, cast: Cast, organisation: int, now: dt.datetime
) -> tuple[list[Any], texts.Words]:
    words = texts.ticket(chance, n)
    is_open = chance.random() < OPEN_SHARE
    age = dt.timedelta(days=730 * (1 - n / count), minutes=chance.random() * 60)
    created = now - age
    answered = created + dt.timedelta(minutes=chance.expovariate(1 / 90))
    resolved = None if is_open else answered + dt.timedelta(hours=chance.expovariate(1 / 20))
    agent, team = chance.choice(cast.agents)
    impact, urgency = chance.randint(1, 3), chance.randint(1, 3)
    state = chance.choice(["new", "open", "open", "waiting"]) if is_open else "closed"
    seen = state != "new"
    updated = min(now, resolved or answered if seen else created)
    item = [
        n, n, "incident" if chance.random() < 0.7 else "request", words.subject,
        words.subject[:200],
        state, state, {"waiting": "requester", "closed": "nobody"}.get(state, "agent"),
        min(4, max(1, impact + urgency - 1)), impact, urgency, False,
        chance.choice(cast.people), organisation, team, agent if seen else None,
        chance.choice(cast.categories) if cast.categories else None, json.dumps({}),
        chance.choice(["mail", "portal", "phone"]), "", words.language, False, "",
        created, updated, answered if seen else None, resolved, resolved,
        created, answered if seen else None, answered if state == "waiting" else None,
    ]  # fmt: skip
    return item, words


def _entries(
    chance: random.Random, made: list[tuple[list[Any], texts.Words]], cast: Cast
) -> Iterator[tuple[Any, ...]]:
    for row, words in made:
        created: dt.datetime = row[23]
        agent = row[15] or chance.choice(cast.agents)[0]
        for place in range(chance.randint(ENTRIES_EACH - 3, ENTRIES_EACH + 3)):
            kind = ("message", "answer", "note", "answer")[place % 4]
            text = words.entry(chance)
            if place == 0:
                text = f"{words.subject}. {text}"
            yield (
                row[0], kind, kind != "note", row[12] if kind == "message" else agent, "person",
                "mail", f"<p>{text}</p>", "", text, text, "markdown",
                created + dt.timedelta(minutes=20 * place),
            )  # fmt: skip


def _reset(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))"  # noqa: S608 - our own table names
        )


def _settle(progress: Progress) -> None:
    """What a desk of that age would have: statistics and a visibility map."""
    progress(_("Settling the tables"), 0, 0)
    with connection.cursor() as cursor:
        for table in ("work_workitem", "work_entry", "tickets_ticket", "people_person"):
            cursor.execute(f"vacuum (analyze) {table}")
