"""Who is at the demo's desk, and the dice that decide what happens there."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from atalaya.core.people.models import Actor, Person, Team
from atalaya.core.people.queries import actor_for
from atalaya.core.work.models import Category, Channel, Entry, PendingReason
from atalaya.practices.tickets import actions
from atalaya.practices.tickets.models import Ticket

Life = Iterator[float]  # each step gives the working hours until the next one
Texts = Mapping[str, str]


@dataclass
class World:
    """Who is there, and the dice."""

    chance: random.Random
    requesters: list[Person]
    agents: dict[str, list[Actor]]
    teams: dict[str, Team]
    categories: dict[str, Category]
    reasons: dict[str, PendingReason]

    def agent_of(self, team: str) -> Actor:
        """Somebody of a team; the first ones of a list work more."""
        agents = self.agents[team]
        return agents[min(int(self.chance.expovariate(0.4)), len(agents) - 1)]

    def somebody(self) -> Person:
        """One who asks for things."""
        return self.chance.choice(self.requesters)


def say(ticket: Ticket, person: Person, text: str, channel: Channel = Channel.MAIL) -> Entry:
    """A requester writes."""
    return actions.receive_message(
        ticket, by=actor_for(person), author=person, text=text, channel=channel
    )


def pick(text: Texts, person: Person) -> str:
    """A text in the language of a person."""
    return text[person.language if person.language in text else "en"]
