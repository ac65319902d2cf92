"""Tickets as the tests of this practice need them, made by the real actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from atalaya.core.people.models import Actor, Person, Team
from atalaya.core.work.models import PendingReason
from atalaya.practices.tickets import actions
from atalaya.practices.tickets.models import Ticket

Acting = Callable[[Person], Actor]


@pytest.fixture
def given_ticket(rita: Person, omar: Person, acting: Acting) -> Callable[..., Ticket]:
    """``given_ticket(subject="VPN", team=front_desk)``: opened by Omar for Rita."""

    def make(**what: Any) -> Ticket:
        fields: dict[str, Any] = {"subject": "La VPN no conecta", "text": "Desde ayer."}
        fields |= {"requester": rita, "by": acting(omar)} | what
        kind = fields.pop("kind", Ticket.Kind.INCIDENT)
        return actions.open_ticket(kind, **fields)

    return make


@pytest.fixture
def ticket(given_ticket: Callable[..., Ticket], front_desk: Team) -> Ticket:
    """Rita's VPN, at the front desk, nobody's yet."""
    return given_ticket(team=front_desk)


@pytest.fixture
def for_requester(db: None) -> PendingReason:
    """Waiting for the requester: reminders on days 2 and 5, closed on day 10."""
    return PendingReason.objects.get(key="requester")
