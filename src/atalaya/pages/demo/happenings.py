"""What does not happen every day: an outage that many report, somebody new, junk, a stolen laptop.

Each is a life like that of a usual ticket (``making``): steps with working hours between them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from atalaya.core.people.models import Actor, Person
from atalaya.core.people.queries import actor_for
from atalaya.core.work.models import Channel, ChecklistTemplate, Link, Participant
from atalaya.kernel import clock
from atalaya.pages.demo.stories import FILE
from atalaya.pages.demo.world import Life, Texts, World, pick, say
from atalaya.practices.tickets import actions
from atalaya.practices.tickets.models import Ticket

DESK = "Service desk"
TOLD: dict[str, dict[str, Texts]] = FILE["happenings"]


def outage(world: World) -> Life:
    """A service is down: many report it within the hour; the parent's solution is everybody's."""
    told, team = TOLD["outage"], "Infrastructure"
    first, agent = world.somebody(), world.agent_of(DESK)
    parent = _report(world, first, told, category="No connection", channel=Channel.PHONE, by=agent)
    yield 0.1
    actions.assign_ticket(parent, by=agent, person=agent.person)
    actions.prioritise(parent, by=agent, impact=1, urgency=1)
    expert = world.agent_of(team)
    actions.hand_over(
        parent,
        by=agent,
        team=world.teams[team],
        note=pick(told["escalate"], first),
        person=expert.person,
    )
    for place in range(world.chance.randint(3, 6)):
        yield 0.1
        person = world.somebody()
        other = _report(world, person, told, category="No connection", team=team)
        if place == 0 and person.pk != first.pk:
            actions.merge_ticket(other, into=parent, by=world.agents[team][0])
        else:
            actions.link_ticket(
                parent, other.item, by=world.agents[team][0], kind=Link.Kind.PARENT_OF
            )
    yield 0.4
    actions.answer_ticket(parent, by=expert, text=pick(told["known"], first), to_children=True)
    yield world.chance.uniform(0.5, 3)
    actions.resolve_ticket(
        parent, by=expert, answer=pick(told["solved"], first), with_children=True
    )
    yield 0.3
    say(parent, first, pick(told["thanks"], first))
    actions.resolve_ticket(parent, by=expert)


def joiner(world: World) -> Life:
    """Somebody new begins on Monday: a checklist, a date, and his manager in copy."""
    told = TOLD["joiner"]
    person, agent = world.somebody(), world.agent_of(DESK)
    ticket = _report(
        world, person, told, category="Computer", kind=Ticket.Kind.REQUEST, channel=Channel.PORTAL
    )
    yield 1
    actions.assign_ticket(ticket, by=agent, person=agent.person)
    actions.edit_ticket(ticket, by=agent, tags=["joiner"])
    template = ChecklistTemplate.objects.order_by("pk").first()
    steps = actions.apply_checklist(ticket, template, by=agent) if template is not None else []
    actions.include(ticket, world.somebody(), by=agent, kind=Participant.Kind.COPY)
    actions.answer_ticket(ticket, by=agent, text=pick(told["planned"], person))
    actions.snooze_ticket(ticket, by=agent, until=clock.now() + dt.timedelta(days=2))
    yield 18
    actions.resume_ticket(ticket, by=agent)
    for step in steps:
        yield 1
        actions.tick_task(step, by=agent)
    yield 0.5
    actions.resolve_ticket(ticket, by=agent, answer=pick(told["solved"], person))
    yield 2
    actions.close_ticket(ticket, by=actor_for(person))


def stolen(world: World) -> Life:
    """A stolen laptop: confidential, urgent, with a promise to call back."""
    told = TOLD["stolen"]
    person, lead = world.somebody(), world.agents[DESK][0]
    ticket = _report(world, person, told, category="Computer", channel=Channel.PHONE, by=lead)
    actions.edit_ticket(ticket, by=lead, is_confidential=True)
    actions.prioritise(ticket, by=lead, priority=1)
    actions.assign_ticket(ticket, by=lead, person=lead.person)
    promise = actions.promise_call(ticket, by=lead, due_at=clock.now() + dt.timedelta(hours=2))
    yield 0.2
    actions.add_note(ticket, by=lead, text=pick(told["blocked"], person))
    yield world.chance.uniform(1, 2.5)
    actions.log_call(ticket, by=lead, text=pick(told["called"], person), minutes=11, public=True)
    actions.keep_promise(promise, by=lead)
    yield 9
    actions.resolve_ticket(ticket, by=lead, answer=pick(told["solved"], person))


def silence(world: World) -> Life:
    """A question nobody answers: the desk reminds twice and then closes by itself."""
    told = TOLD["silence"]
    person, agent = world.somebody(), world.agent_of(DESK)
    ticket = _report(world, person, told, category="Screen and peripherals")
    yield 1.5
    actions.answer_and_wait(
        ticket, by=agent, text=pick(told["question"], person), reason=world.reasons["requester"]
    )


def junk(world: World) -> Life:
    """Advertising that came as a ticket."""
    told = TOLD["junk"]
    ticket = _report(world, world.somebody(), told, category="Spam")
    yield 0.5
    actions.bin_ticket(ticket, by=world.agent_of(DESK), spam=True)


def two_in_one(world: World) -> Life:
    """A ticket with a second matter in it, which becomes a ticket of its own; sent back once."""
    told = TOLD["two_in_one"]
    person, agent = world.somebody(), world.agent_of(DESK)
    ticket = _report(world, person, told, category="Printer", channel=Channel.PORTAL)
    yield 0.6
    actions.answer_ticket(ticket, by=agent, text=pick(told["first"], person))
    yield 1
    entry = say(ticket, person, pick(told["also"], person), Channel.PORTAL)
    yield 0.3
    other = actions.split_ticket(ticket, entry, by=agent, subject=pick(told["title"], person))
    expert = world.agent_of("Applications")
    actions.hand_over(
        other,
        by=agent,
        team=world.teams["Applications"],
        note=pick(told["escalate"], person),
        person=expert.person,
    )
    yield 3
    actions.hand_over(
        other,
        by=expert,
        team=world.teams[DESK],
        note=pick(told["back"], person),
        person=agent.person,
    )
    yield 1
    actions.resolve_ticket(other, by=agent, answer=pick(told["other_solved"], person))
    actions.resolve_ticket(ticket, by=agent, answer=pick(told["solved"], person))


# How often each comes among a hundred tickets.
RARE: list[tuple[Callable[[World], Life], float]] = [
    (outage, 0.6),
    (joiner, 2.5),
    (stolen, 0.4),
    (silence, 4.0),
    (junk, 1.5),
    (two_in_one, 2.0),
]


def rare_life(world: World) -> Life | None:
    """Now and then something that is not usual; mostly None."""
    dice = world.chance.random() * 100
    for life, share in RARE:
        dice -= share
        if dice < 0:
            return life(world)
    return None


def _report(
    world: World,
    person: Person,
    told: dict[str, Texts],
    *,
    category: str,
    kind: Ticket.Kind = Ticket.Kind.INCIDENT,
    channel: Channel = Channel.MAIL,
    by: Actor | None = None,
    team: str = DESK,
) -> Ticket:
    """Somebody tells it; on the phone an agent writes it down. The desk gives it to a team."""
    ticket = actions.open_ticket(
        kind,
        by=by or actor_for(person),
        subject=pick(told["subject"], person),
        text=pick(told["report"], person),
        requester=person,
        channel=channel,
        category=world.categories.get(category),
    )
    return actions.move_ticket(ticket, by=world.agents[DESK][0], team=world.teams[team])
