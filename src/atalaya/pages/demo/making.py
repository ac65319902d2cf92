"""A year at the demo's desk, lived through in the order in which things happen.

Everything is done by the actions that people and mails use, at the hour at which it happened;
timers fire on their day. Only mail is not sent: nobody wants to hear today about a printer of last
spring.
"""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from atalaya.core.journal.actions import fire_timers, timers_held, unheard
from atalaya.core.people.actions import (
    add_person,
    change_person,
    join_team,
    mark_bounced,
    save_organisation,
    save_site,
    save_team,
)
from atalaya.core.people.models import SYSTEM, Actor, Person, Team
from atalaya.core.people.queries import actor_for
from atalaya.core.work.models import Category, Channel, PendingReason, WorkItem
from atalaya.kernel import clock
from atalaya.kernel.errors import AtalayaError
from atalaya.pages.demo import company
from atalaya.pages.demo.happenings import rare_life
from atalaya.pages.demo.stories import STORIES, THINGS, Story, Turn, told
from atalaya.pages.demo.world import Life, World, say
from atalaya.practices.tickets import actions
from atalaya.practices.tickets.models import Ticket

Progress = Callable[[str, int, int], None]
SEED = 20_240_229
ZONE = ZoneInfo("Europe/Madrid")
OPENS, CLOSES = 8, 18
MAIL = ("tickets.mail_",)
AGAIN = {
    "en": "I am sorry, it happens again. The same as before.",
    "es": "Lo siento, vuelve a ocurrir. Igual que antes.",
}
AGAIN_SOLVED = {
    "en": "We looked at it again and found the rest of the cause. It should be good now.",
    "es": "Lo hemos revisado de nuevo y hemos encontrado el resto de la causa. Ya está resuelto.",
}


class DeskIsInUse(AtalayaError):
    code = "desk_is_in_use"
    status = 409
    message = _("This desk has tickets already. The demo is for an empty one.")


@dataclass(frozen=True)
class Made:
    """What the demo consists of."""

    people: int
    tickets: int


def make(
    *,
    people: int = 200,
    tickets: int = 1000,
    days: int = 365,
    force: bool = False,
    progress: Progress,
) -> Made:
    """Fill an empty desk; one in use only when ``force`` is given.

    The same numbers give the same company. Raises DeskIsInUse.
    """
    if is_in_use() and not force:
        raise DeskIsInUse
    if Person.objects.filter(addresses__value__endswith=f"@{company.DOMAIN}").exists():
        raise DeskIsInUse  # the company is there already
    chance = random.Random(SEED)  # noqa: S311 - a story, not a secret
    now = clock.now()
    begin = now - dt.timedelta(days=days)
    progress(str(_("Hiring people")), 0, people)
    before = WorkItem.objects.count()
    with timers_held():
        with transaction.atomic(), unheard(*MAIL), clock.told_at(begin):
            world = _found(people, chance)
        _live(world, _openings(tickets, begin, now, chance), now, progress)
    return Made(people, WorkItem.objects.count() - before)


def is_in_use() -> bool:
    """Whether the desk has tickets."""
    return WorkItem.objects.exists()


def agents() -> list[str]:
    """The addresses of those who work at the demo's desk, first contact first."""
    people = Person.objects.filter(addresses__value__endswith=f"@{company.DOMAIN}")
    known = people.filter(memberships__isnull=False).order_by("memberships__team__tier", "pk")
    return [person.address for person in known]


# -- the company --------------------------------------------------------------------------------


def _found(people: int, chance: random.Random) -> World:
    organisation = save_organisation(by=SYSTEM, name=company.NAME, domains=[company.DOMAIN])
    sites = {
        site["name"]: save_site(by=SYSTEM, name=site["name"], zone=site["zone"])
        for site in company.COMPANY["sites"]
    }
    staff = []
    for one in company.employees(people, chance):
        person = add_person(
            one.name,
            by=SYSTEM,
            addresses=[one.address],
            phones=[one.phone],
            origin="demo",
            language=one.language,
            zone=sites[one.site].zone,
            department=one.department,
            organisation=organisation,
            site=sites[one.site],
        )
        for address in person.addresses.all():
            mark_bounced(address, by=SYSTEM)  # whatever is done later, no mail goes there
        staff.append(person)
    for person in chance.sample(staff, max(1, people // 40)):
        change_person(person, by=SYSTEM, is_vip=True)
    agents, teams = _hire(staff)
    return World(
        chance=chance,
        requesters=staff[sum(team["agents"] for team in company.COMPANY["teams"]) :],
        agents=agents,
        teams=teams,
        categories={category.names["en"]: category for category in Category.objects.all()},
        reasons={reason.key: reason for reason in PendingReason.objects.all()},
    )


def _hire(staff: list[Person]) -> tuple[dict[str, list[Actor]], dict[str, Team]]:
    """The first of the staff are agents, team by team."""
    agents: dict[str, list[Actor]] = {}
    teams: dict[str, Team] = {}
    rest = iter(staff)
    for wanted in company.COMPANY["teams"]:
        name = wanted["name"]
        fields = {key: wanted[key] for key in ("name", "tier", "description")}
        team = save_team(Team.objects.filter(name__iexact=name).first(), by=SYSTEM, **fields)
        members = list(itertools.islice(rest, wanted["agents"]))
        for place, person in enumerate(members):
            join_team(team, person, by=SYSTEM, lead=place == 0)
            change_person(person, by=SYSTEM, department="IT")
        teams[name] = team
        agents[name] = [actor_for(person) for person in members]
    return agents, teams


# -- the year -----------------------------------------------------------------------------------


def _openings(
    count: int, begin: dt.datetime, end: dt.datetime, chance: random.Random
) -> list[dt.datetime]:
    """When tickets come: on working days, most on Mondays and in the morning."""
    found: list[dt.datetime] = []
    seconds = (end - begin).total_seconds()
    while len(found) < count:
        moment = begin + dt.timedelta(seconds=chance.random() * seconds)
        local = moment.astimezone(ZONE)
        hour = int(chance.triangular(OPENS, CLOSES, 10))
        local = local.replace(hour=hour, minute=chance.randrange(60))
        busy = {0: 1.0, 4: 0.7, 5: 0.06, 6: 0.04}.get(local.weekday(), 0.85)
        quiet = 0.4 if local.month == 8 else 1.0
        if begin < local < end and chance.random() < busy * quiet:
            found.append(local.astimezone(dt.UTC))
    return sorted(found)


def _live(world: World, openings: list[dt.datetime], now: dt.datetime, progress: Progress) -> None:
    """Let everything happen in its order, a day a transaction."""
    order = itertools.count()
    waiting: list[tuple[dt.datetime, int, Life]] = [
        (moment, next(order), _life(world)) for moment in openings
    ]
    heapq.heapify(waiting)
    opened = 0
    while waiting and waiting[0][0] < now:
        day = waiting[0][0].date()
        progress(str(_("Living through a year")), opened, len(openings))
        with transaction.atomic(), unheard(*MAIL):
            with clock.told_at(waiting[0][0]):
                while fire_timers():
                    continue
            while waiting and waiting[0][0] < now and waiting[0][0].date() == day:
                moment, number, life = heapq.heappop(waiting)
                opened += number < len(openings)
                with clock.told_at(moment):
                    hours = next(life, None)
                if hours is not None:
                    later = working(moment, hours * world.chance.uniform(0.4, 1.8))
                    heapq.heappush(waiting, (later, next(order), life))


def working(begin: dt.datetime, hours: float) -> dt.datetime:
    """The instant after some working hours.

    >>> working(dt.datetime(2026, 3, 27, 16, 30, tzinfo=dt.UTC), 1.0).isoformat()
    '2026-03-30T06:30:00+00:00'
    """
    local = begin.astimezone(ZONE).replace(tzinfo=None)
    left = dt.timedelta(hours=hours)
    while True:
        opens = local.replace(hour=OPENS, minute=0, second=0, microsecond=0)
        closes = local.replace(hour=CLOSES, minute=0, second=0, microsecond=0)
        if local.weekday() < 5 and local < closes:
            local = max(local, opens)
            if closes - local > left:
                return (local + left).replace(tzinfo=ZONE).astimezone(dt.UTC)
            left -= closes - local
        local = opens + dt.timedelta(days=1)


# -- the life of one ticket ---------------------------------------------------------------------


def _life(world: World) -> Life:
    """Open a ticket, answer it, pass it on, solve it; each step at its own hour."""
    chance = world.chance
    rare = rare_life(world)
    if rare is not None:
        yield from rare
        return
    story = chance.choices(STORIES, weights=[story.often for story in STORIES])[0]
    person = world.somebody()
    things = {name: chance.choice(values) for name, values in THINGS.items()}
    agent = world.agent_of("Service desk")
    ticket = _open(world, story, person, agent, things)
    yield chance.choice([0.1, 0.3, 0.5, 1, 2, 5])
    actions.assign_ticket(ticket, by=agent, person=agent.person)
    for turn in story.turns:
        yield turn.hours
        agent = _take_turn(world, ticket, turn, agent, person, things)
        if turn.reason in {"supplier", "parts"}:
            yield 30
            actions.resume_ticket(ticket, by=agent)
    # Most are solved within the day; some take weeks, so that there is a backlog of every age.
    yield chance.choices([0.5, 1, 2, 4, 9, 20, 60, 150], weights=[3, 4, 4, 3, 3, 2, 2, 1])[0]
    actions.resolve_ticket(ticket, by=agent, answer=told(story.solution, person.language, things))
    dice = chance.random()
    if dice < 0.25:  # content at once
        yield chance.uniform(0.2, 6)
        actions.close_ticket(ticket, by=actor_for(person))
    elif dice < 0.31:
        yield chance.uniform(1, 12)
        say(ticket, person, told(AGAIN, person.language, things))
        yield 4
        actions.resolve_ticket(ticket, by=agent, answer=told(AGAIN_SOLVED, person.language, things))


def _open(
    world: World, story: Story, person: Person, agent: Actor, things: dict[str, str]
) -> Ticket:
    channel = Channel(world.chance.choice(story.channels))
    on_the_phone = channel == Channel.PHONE
    return actions.open_ticket(
        Ticket.Kind.REQUEST if story.is_request else Ticket.Kind.INCIDENT,
        by=agent if on_the_phone else actor_for(person),
        subject=told(story.subject, person.language, things),
        requester=person,
        text=told(story.report, person.language, things),
        channel=channel,
        team=world.teams["Service desk"] if on_the_phone else None,
        category=world.categories.get(story.category),
        impact=story.impact,
        urgency=story.urgency,
    )


def _take_turn(
    world: World,
    ticket: Ticket,
    turn: Turn,
    agent: Actor,
    person: Person,
    things: dict[str, str],
) -> Actor:
    """Let one thing happen; returns who works on the ticket now."""
    text = told(turn.text, person.language, things)
    if turn.who == "agent":
        actions.answer_ticket(ticket, by=agent, text=text)
    elif turn.who == "requester":
        say(ticket, person, text)
    elif turn.who == "note":
        actions.add_note(ticket, by=agent, text=text)
    elif turn.who == "call":
        actions.log_call(ticket, by=agent, text=text, minutes=world.chance.randint(4, 25))
    elif turn.who == "wait":
        actions.answer_and_wait(ticket, by=agent, text=text, reason=world.reasons[turn.reason])
    else:
        agent_there = world.agent_of(turn.team)
        actions.hand_over(
            ticket, by=agent, team=world.teams[turn.team], note=text, person=agent_there.person
        )
        return agent_there
    return agent
